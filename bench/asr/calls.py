"""``bench calls``: are calls heard while others talk without a pause?

The project's own phrases of three words and more, synthetic, spoken every 14 s into recordings of
people (FOLDER, WAV, 16 kHz, mono), which have run for a minute and a half before. Both are levelled
by their RMS; the calls are ``--over`` decibels louder. In idle, through the listener and everything
that weighs what it hears.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from assistant.asr.endpointing import final_prefixes
from assistant.asr.listener import SpeechListener
from assistant.asr.listener_events import SpeechStarted, Utterance
from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import load_heard_phrases
from assistant.asr.verifier.verifier import NullVerifier
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import BLOCK, RATE, FloatSamples, Samples, to_float, truncate_to_int16
from assistant.core.errors import KramError
from assistant.core.event_log import EventLog
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.dialogue.events import Doubtful, Event, Understood
from assistant.dialogue.policy import initial
from assistant.nlu import Interpreter
from assistant.runtime.hearing import Hearing
from bench.asr.wakes import read_talk, recordings_in
from bench.common.paths import OUT
from bench.common.rejection_data import Clip, synthesised
from bench.common.rows import share, write_json

LEAD = 90.0
"""Seconds of talk before the first call."""

EVERY = 14.0
TALK_DB = -40.0
"""RMS of the talk in dBFS."""

ANSWERED = 5.0
"""Seconds after a call within which something must have become of it."""

_IDLE = ListeningState.IDLE

CallEvent = Understood | Doubtful


@dataclass(frozen=True)
class Call:
    """One call and what became of it."""

    over_db: int
    said: str
    start: float
    end: float
    heard: str = ""
    outcome: str = "refused"
    """``refused``, ``asked``, ``acted on`` or ``wrong``."""


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench calls", description=__doc__)
    parser.add_argument("talk", type=Path, metavar="FOLDER")
    parser.add_argument("--over", nargs="+", type=integer, default=[10, 15, 20], metavar="DB")
    parser.add_argument("--count", type=integer, default=40)
    parser.add_argument("--seed", type=integer, default=1)
    arguments = parser.parse_args(argv)
    calls: list[Call] = []
    try:
        paths = recordings_in(arguments.talk)
        for over in arguments.over:
            some = list(measure(paths, over, arguments.count, arguments.seed))
            calls += some
            counts = Counter(call.outcome for call in some)
            told = ", ".join(f"{name} {counts[name]}" for name in ("acted on", "asked", "wrong"))
            refused = share([call.outcome == "refused" for call in some])
            print(f"{over:3d} dB over the talk: refused {refused}; {told}")
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "calls.json"
    write_json(report, {"speech": "synthetic calls", "calls": [asdict(call) for call in calls]})
    print(f"details  {report}")
    return 0


def measure(paths: Sequence[Path], over: int, count: int, seed: int) -> Iterator[Call]:
    """Speak ``count`` calls ``over`` dB louder than the talk, and listen."""
    rng = random.Random(seed)
    clips = [clip for clip in synthesised(3 * count, 60, seed) if clip.said.count(" ") > 1][:count]
    sound = strung_talk(paths, LEAD + EVERY * len(clips), rng)
    calls = [_speak(sound, clip, number, over, rng) for number, clip in enumerate(clips)]
    sound += np.random.default_rng(seed).normal(0, 10 ** (-75 / 20), len(sound))
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    heard = list(_listen(truncate_to_int16(np.clip(sound, -1, 1)), interpreter))
    for call in calls:
        meant = interpreter.interpret(call.said, _IDLE).intent
        yield _judged(call, meant.name if meant else "", heard)


def strung_talk(paths: Sequence[Path], seconds: float, rng: random.Random) -> FloatSamples:
    """Recordings in random order at ``TALK_DB``, with pauses of up to a second."""
    sound, place = np.zeros(round(seconds * RATE), dtype=np.float32), 0
    while place < len(sound):
        part = read_talk(rng.choice(paths))[: len(sound) - place]
        sound[place : place + len(part)] = part * _gain_to(part, TALK_DB)
        place += len(part) + round(rng.uniform(0.2, 1.0) * RATE)
    return sound


def _speak(sound: FloatSamples, clip: Clip, number: int, over: int, rng: random.Random) -> Call:
    """Add ``clip`` to ``sound``, in place."""
    voice = to_float(clip.samples)
    place = round((LEAD + EVERY * number + rng.uniform(0, 3)) * RATE)
    speak_into(sound, voice, place, TALK_DB + over)
    return Call(over, clip.said, place / RATE, (place + len(voice)) / RATE)


def speak_into(sound: FloatSamples, voice: FloatSamples, place: int, level: float) -> None:
    """Add ``voice`` from sample ``place`` on, its audible part at ``level`` dBFS, in place."""
    audible = voice[np.abs(voice) > 0.02 * np.abs(voice).max()]
    sound[place : place + len(voice)] += voice * _gain_to(audible, level)


def _gain_to(sound: FloatSamples, level: float) -> float:
    """Factor that brings the RMS of ``sound`` to ``level`` dBFS."""
    return float(10 ** (level / 20) / np.sqrt(np.mean(sound**2) + 1e-12))


def _listen(samples: Samples, interpreter: Interpreter) -> Iterator[tuple[float, CallEvent]]:
    """When something was taken for a call in idle, and as what."""
    recognizer = VoskRecognizer(ensure_model(), (_IDLE,))
    phrases = load_heard_phrases(OWN_PHRASES).phrases
    listener = SpeechListener(recognizer, state=_IDLE, is_final=final_prefixes(phrases))
    hearing = Hearing(interpreter, listener, EventLog(), NullVerifier())
    idle, speaking = initial(), False
    for place in range(0, len(samples) - BLOCK, BLOCK):
        now = (place + BLOCK) / RATE
        found: list[Event | None] = []
        for event in listener.feed(samples[place : place + BLOCK]):
            speaking = isinstance(event, SpeechStarted) or (
                speaking and not isinstance(event, Utterance)
            )
            if isinstance(event, Utterance):
                found.append(hearing.event(event, idle, now))
        found.append(hearing.due(idle, now, speaking))
        for call in found:
            if isinstance(call, Understood | Doubtful):
                yield now, call


def _judged(call: Call, meant: str, heard: Sequence[tuple[float, CallEvent]]) -> Call:
    outcome, words = "refused", ""
    for at, event in heard:
        if not call.start < at < call.end + ANSWERED:
            continue
        words = event.intent.text
        if isinstance(event, Understood):
            outcome = "acted on" if event.intent.name == meant else "wrong"
        elif outcome == "refused":
            outcome = "asked"
    return replace(call, heard=words, outcome=outcome)
