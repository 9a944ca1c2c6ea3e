"""Reads a file of guides, answers or replies aloud, so that its author can hear it."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip, Voice
from assistant.audio.loudspeaker import SoundCardPlayer
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError, KramError
from assistant.core.translation import _
from assistant.dialogue.acts import Ask, Hold, Lasting, Listen, Say
from assistant.dialogue.dry_run import sentences, walk_through
from assistant.dialogue.script.loader import load_script
from assistant.tts.counted_hold import render_hold

_SHORT_HOLD = 2.0
"""Seconds that a hold, or a wait for an answer, is shortened to unless played in full."""

_BETWEEN = 0.8
_AFTER = 0.3
"""Seconds of loudspeaker latency to wait for at the end."""


@dataclass(frozen=True)
class Piece:
    """A clip to play, and the text printed with it."""

    text: str
    clip: Clip


def pieces(file: Path, voice: Voice, every: bool, whole: bool) -> Iterator[Piece]:
    """Yield the pieces of ``file`` in playing order.

    A guide runs as it does when nobody answers. Answers and replies are read sentence by
    sentence, all situations included; so are guides with ``every``. With ``whole``, holds keep
    their length and are counted. Raises ``InputError`` if the file is not part of a script.
    """
    if not file.is_file():
        raise InputError.at(file, _("no such file"), _("name a YAML file of guides or answers"))
    folder = next((one for one in file.parents if (one / "replies.yaml").is_file()), None)
    if folder is None:
        raise InputError.at(
            file,
            _("no replies.yaml beside or above it"),
            _("name a file of guides or answers inside a folder of phrases"),
        )
    script = load_script(folder)
    places = [(one, Path(one.where.rpartition(":")[0]), one.where) for one in sentences(script)]
    mine = [one for one, path, _ in places if path.resolve() == file.resolve()]
    if not mine:
        raise InputError.at(file, _("it has no spoken text"), _("name a file of guides or answers"))
    guides = [
        guide
        for guide in script.guides.values()
        if guide.starts and _place(guide.steps[0].parts[0].lines) == file.resolve()
    ]
    if guides and not every:
        for guide in guides:
            for act in walk_through(script, guide):
                yield from _of_act(act, voice, whole)
        return
    for one in mine:
        yield Piece(one.text, _with_silence(voice.speak(one.text), _BETWEEN))


def _place(lines: tuple[object, ...]) -> Path | None:
    where = str(getattr(lines[0], "where", "")) if lines else ""
    return Path(where.rpartition(":")[0]).resolve() if where else None


def _of_act(act: Lasting, voice: Voice, whole: bool) -> Iterator[Piece]:
    match act:
        case Say(text, pause):
            yield Piece(text, _with_silence(voice.speak(text), pause))
        case Ask(text, wait):
            seconds = wait if whole else min(wait, _SHORT_HOLD)
            yield Piece(
                _("{text}  [waits {wait:g} s]").format(text=text, wait=wait),
                _with_silence(voice.speak(text), seconds),
            )
        case Hold(seconds, counts):
            marks = [(count.at, count.text) for count in counts] if whole else []
            length = seconds if whole else min(seconds, _SHORT_HOLD)
            yield Piece(
                _("[holds {seconds:g} s]").format(seconds=seconds),
                render_hold(voice, length, marks),
            )
        case Listen(seconds):
            length = seconds if whole else min(seconds, _SHORT_HOLD)
            yield Piece(
                _("[listens {seconds:g} s]").format(seconds=seconds),
                _with_silence(voice.speak(""), length),
            )


def _with_silence(clip: Clip, seconds: float) -> Clip:
    silence = np.zeros(round(seconds * SPEECH_RATE), dtype=np.int16)
    return Clip(np.concatenate([clip.samples, silence]))


def say(spoken: Iterator[Piece], output: Path | None, write: Callable[[str], None]) -> float:
    """Play the pieces, or write them to ``output``; returns their length in seconds.

    Errors in the file are reported before the loudspeaker is opened.
    """
    spoken = chain([next(spoken)], spoken)
    seconds = 0.0
    if output is not None:
        file = WavPlayer(output)
        try:
            for piece in spoken:
                write(piece.text)
                file.play(piece.clip)
                file.advance(piece.clip.seconds)
                seconds += piece.clip.seconds
        finally:
            file.close()
        if file.incomplete:
            raise KramError(
                _("{output} is incomplete").format(output=output),
                _("free some disk space, or choose another"),
            )
        return seconds
    card = SoundCardPlayer()
    try:
        for piece in spoken:
            write(piece.text)
            card.play(piece.clip)
            time.sleep(math.ceil(piece.clip.seconds * 100) / 100)
            seconds += piece.clip.seconds
        time.sleep(_AFTER)
    finally:
        card.close()
    return seconds
