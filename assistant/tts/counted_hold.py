"""A counted hold rendered as one clip: spoken counts at word marks, of an exact duration."""

from collections.abc import Sequence

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip, Voice
from assistant.audio.pcm import Samples

_GAP = int(0.05 * SPEECH_RATE)
"""Gap in samples (50 ms) between a truncated word and the next one."""

_FADE = int(0.01 * SPEECH_RATE)
"""Fade-out of a truncated word in samples: 10 ms."""


def render_hold(
    voice: Voice, seconds: float, counts: Sequence[tuple[float, str]], rate: float = 1.0
) -> Clip:
    """Return a clip of exactly ``seconds`` with each (onset in seconds, text) of ``counts`` spoken.

    Onsets are never moved: a word that would overlap the next one is first synthesised at a
    higher rate, then truncated with a fade-out; so are words past the end.
    """
    total = round(seconds * SPEECH_RATE)
    sound = np.zeros(total, dtype=np.int16)
    marks = sorted((max(0.0, onset), text) for onset, text in counts)
    for index, (onset, text) in enumerate(marks):
        begin = round(onset * SPEECH_RATE)
        end = total
        if index + 1 < len(marks):
            end = min(total, round(marks[index + 1][0] * SPEECH_RATE) - _GAP)
        available = max(0, end - begin)
        word = voice.speak(text, rate).samples
        if len(word) > available > 0:
            word = voice.speak(text, min(rate * len(word) / available * 1.05, 2.2)).samples
        if len(word) > available:
            word = _truncated(word, available)
        sound[begin : begin + len(word)] = word
    sound.setflags(write=False)
    return Clip(sound)


def _truncated(word: Samples, count: int) -> Samples:
    """The first ``count`` samples (int16) of ``word`` with a linear fade-out."""
    head = word[:count].astype(np.float32)
    fade = min(_FADE, count)
    if fade:
        head[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return head.astype(np.int16)
