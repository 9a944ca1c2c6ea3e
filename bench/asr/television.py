"""``bench television``: what a conversation takes from talk behind it.

A call and seven answers and commands, synthetic, each at a fixed time of three minutes, in a room
in which recordings of people (FOLDER, WAV, 16 kHz, mono) talk all the while, ``--over`` dB softer
by RMS; through ``listen --input``. Counted: what was acted on, or asked about, while the user was
silent.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.audio.pcm import RATE, to_float
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.errors import KramError
from assistant.core.numerals import integer
from assistant.nlu.danger import DANGER_INTENTS
from assistant.tts.espeak_voice import EspeakVoice
from bench.asr.calls import TALK_DB, speak_into, strung_talk
from bench.asr.wakes import events_of, recordings_in
from bench.common.paths import OUT
from bench.common.rates import rate
from bench.common.rows import share, write_json

SECONDS = 180.0
SAID = (
    (6.0, "kaki saya kram"), (22.0, "kiri"), (40.0, "tidak"), (62.0, "ulangi"), (84.0, "tunggu"),
    (104.0, "lanjut"), (130.0, "masih sakit"), (156.0, "berhenti"),
)  # fmt: skip
"""When the user says what."""

VOICES = ("id+f2", "id+m4", "id+f4", "id+m7")
LATE = 0.6
"""Seconds by which an utterance may begin before, or end after, the user's words."""


@dataclass(frozen=True)
class Conversation:
    """One conversation: what was made of the user's words, and of the talk behind them."""

    voice: str
    right: tuple[str, ...]
    """Words of the user that were acted on as what they are."""

    taken: tuple[str, ...]
    """What was acted on while the user was silent."""

    dangers: tuple[str, ...]
    """Danger signs among them."""

    asked: tuple[str, ...]
    """What was asked about while the user was silent."""


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench television", description=__doc__)
    parser.add_argument("talk", type=Path, metavar="FOLDER")
    parser.add_argument("--over", type=integer, default=10, metavar="DB")
    parser.add_argument("--count", type=integer, default=10, help="conversations")
    parser.add_argument("--seed", type=integer, default=1)
    arguments = parser.parse_args(argv)
    found: list[Conversation] = []
    try:
        paths = recordings_in(arguments.talk)
        for number in range(arguments.count):
            found.append(converse(paths, arguments.over, 1000 * arguments.seed + number))
            print(f"{number + 1}: {found[-1]}", flush=True)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "television.json"
    write_json(report, {"speech": "synthetic user", "rows": [asdict(one) for one in found]})
    for name, value in summary(found):
        print(f"{name:<28} {value}")
    print(f"{'details':<28} {report}")
    return 0


def converse(paths: Sequence[Path], over: int, seed: int) -> Conversation:
    """Hold one conversation over the recordings ``paths``, ``over`` dB softer than the user."""
    rng = random.Random(seed)
    voice = VOICES[seed % len(VOICES)]
    sound = strung_talk(paths, SECONDS, rng)
    spans = []
    for at, words in SAID:
        spoken = to_float(spoken_in_room(EspeakVoice(voice).speak(words), 40, seed))
        place = round((at + rng.uniform(0, 2)) * RATE)
        speak_into(sound, spoken, place, TALK_DB + over)
        spans.append((place / RATE, (place + len(spoken)) / RATE, words))
    with tempfile.TemporaryDirectory() as folder:
        records = list(events_of(Path(folder), np.clip(sound, -1, 1)))
    return _judged(voice, spans, [one for one in records if one["event"] == "heard"])


def summary(found: Sequence[Conversation]) -> Iterator[tuple[str, str]]:
    """Names and values of the table."""
    hours = len(found) * SECONDS / 3600
    said = [words in one.right for one in found for _, words in SAID]
    yield "speech", "synthetic user, people behind"
    yield "the user's words right", share(said)
    yield "taken from the talk", rate(sum(len(one.taken) for one in found), hours)
    yield "  danger signs", rate(sum(len(one.dangers) for one in found), hours)
    yield "asked about", rate(sum(len(one.asked) for one in found), hours)


def _judged(
    voice: str, spans: Sequence[tuple[float, float, str]], heard: Sequence[dict[str, object]]
) -> Conversation:
    right, taken, dangers, asked = [], [], [], []
    for record in heard:
        start, end = float(str(record["speech_start"])), float(str(record["speech_end"]))
        mine = [words for a, b, words in spans if start < b + LATE and end > a - LATE]
        told = f"{record['text']} ({record['confidence']})"
        if mine:
            right += [
                words for words in mine if record["accepted"] and words in str(record["text"])
            ]
        elif record["accepted"]:
            taken.append(told)
            if record["intent"] in DANGER_INTENTS:
                dangers.append(told)
        elif record["doubtful"] and not record["ignored"]:
            asked.append(told)
    return Conversation(voice, tuple(right), tuple(taken), tuple(dangers), tuple(asked))
