"""A hold as one clip: counted words at their marks in silence, exactly as long as asked for."""

from collections.abc import Sequence

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip, Voice

_BREATH = int(0.05 * SPEECH_RATE)
"""Samples between a word that is cut short and the next one."""

_FADE = int(0.01 * SPEECH_RATE)


def render_hold(
    voice: Voice, seconds: float, counts: Sequence[tuple[float, str]], rate: float = 1.0
) -> Clip:
    """Return a clip of ``seconds`` with each (at, text) of ``counts`` spoken at its second.

    The mark is kept whatever happens: a word that is still going on when the next is due is
    first spoken faster and then faded out, and words past the end are cut.
    """
    total = round(seconds * SPEECH_RATE)
    sound = np.zeros(total, dtype=np.int16)
    marks = sorted((max(0.0, at), text) for at, text in counts)
    for index, (at, text) in enumerate(marks):
        begin = round(at * SPEECH_RATE)
        end = total
        if index + 1 < len(marks):
            end = min(total, round(marks[index + 1][0] * SPEECH_RATE) - _BREATH)
        room = max(0, end - begin)
        word = voice.speak(text, rate).samples
        if len(word) > room > 0:
            word = voice.speak(text, min(rate * len(word) / room * 1.05, 2.2)).samples
        if len(word) > room:
            word = _cut(word, room)
        sound[begin : begin + len(word)] = word
    sound.setflags(write=False)
    return Clip(sound)


def _cut(
    word: "np.ndarray[tuple[int], np.dtype[np.int16]]", count: int
) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    kept = word[:count].astype(np.float32)
    fade = min(_FADE, count)
    if fade:
        kept[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return kept.astype(np.int16)
