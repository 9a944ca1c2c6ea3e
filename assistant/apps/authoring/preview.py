"""Reads a file of guides, answers or replies aloud, as whoever writes it would like to hear it."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip, Voice
from assistant.audio.wav_player import SoundCardPlayer, WavPlayer
from assistant.core.errors import InputError
from assistant.dialogue.acts import Ask, Hold, Lasting, Listen, Say
from assistant.dialogue.dry_run import sentences, walk_through
from assistant.dialogue.script.loader import load_script
from assistant.tts.counted_hold import render_hold

_SHORT_HOLD = 2.0
"""Seconds of a hold, or of a wait for an answer, unless all of it is to be heard."""

_BETWEEN = 0.8
_AFTER = 0.3
"""Seconds that a loudspeaker may lag behind."""


@dataclass(frozen=True)
class Piece:
    """Something to be heard, and what is written meanwhile."""

    text: str
    clip: Clip


def pieces(file: Path, voice: Voice, every: bool, whole: bool) -> Iterator[Piece]:
    """What is to be heard of ``file``, one after the other.

    A guide goes as it does when nobody answers; ``every`` sentence of the file, also those for
    other situations, goes for answers and replies, and for guides if asked for. ``whole`` holds
    take their time and are counted. Raises ``InputError`` when the file is not of a script.
    """
    if not file.is_file():
        raise InputError(f"{file}: no such file", "name a YAML file of guides or answers")
    folder = next((one for one in file.parents if (one / "replies.yaml").is_file()), None)
    if folder is None:
        raise InputError(f"{file}: no replies.yaml beside or above it", "name a file of guides or "
                         "answers inside a folder of phrases")  # fmt: skip
    script = load_script(folder)
    places = [(one, Path(one.where.rpartition(":")[0]), one.where) for one in sentences(script)]
    mine = [one for one, path, _ in places if path.resolve() == file.resolve()]
    if not mine:
        raise InputError(f"{file}: nothing in it is spoken", "name a file of guides or answers")
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
            yield Piece(f"{text}  [waits {wait:g} s]", _with_silence(voice.speak(text), seconds))
        case Hold(seconds, counts):
            marks = [(count.at, count.text) for count in counts] if whole else []
            length = seconds if whole else min(seconds, _SHORT_HOLD)
            yield Piece(f"[holds {seconds:g} s]", render_hold(voice, length, marks))
        case Listen(seconds):
            length = seconds if whole else min(seconds, _SHORT_HOLD)
            yield Piece(f"[listens {seconds:g} s]", _with_silence(voice.speak(""), length))


def _with_silence(clip: Clip, seconds: float) -> Clip:
    silence = np.zeros(round(seconds * SPEECH_RATE), dtype=np.int16)
    return Clip(np.concatenate([clip.samples, silence]))


def say(spoken: Iterator[Piece], output: Path | None, write: Callable[[str], None]) -> float:
    """Play the pieces, or write them to ``output``; returns how many seconds they take.

    What is wrong with the file is told before a loudspeaker is looked for.
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
