"""A simulated night, faster than real time: does memory use stay flat?

`python3 run.py bench soak [--hours 8] [--corpus DIR] [--guides]`: people reading digits (DIR
contains ``indspeech01-digits``; otherwise the guide's own sentences in another voice), cramps and
commands, silence and noise; with ``--guides`` nothing but guides that are begun, given a command
and stopped. Prints the memory (RSS) every ten minutes of audio; JSON in bench/out/soak.json. Exit
code 1 if it grows by more than ``--most`` MB after the first hour.
"""

import argparse
import logging
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.apps.simulation.overlapping_speech import guide_sentences
from assistant.asr.model_store import OWN_PHRASES
from assistant.audio.pcm import RATE, Samples
from assistant.audio.room_simulation import RoomPlayer, SimulatedRoom, users_voice
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog
from assistant.core.event_records import Record
from assistant.core.listening_state import GRAPH_STATES
from assistant.core.numerals import decimal
from assistant.runtime.composition import open_components, open_listener
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT
from bench.common.rejection_data import DIGITS, recordings
from bench.common.rows import write_json

COMMAND_TEXTS = ("kaki saya kram", "tunggu sebentar", "lanjut", "ulangi", "masih sakit", "berhenti")
BEGIN, *BETWEEN, END = range(len(COMMAND_TEXTS))
"""A guide's three commands, as places in ``COMMAND_TEXTS``."""
FAREWELL_SECONDS = 8
"""What the guide says when it is stopped ends within these; the next one is begun after them."""
EVERY = 600.0
"""Seconds of audio between two memory readings."""


class Night(SimulatedRoom):
    """A room with speech every few seconds, changing its kind every five minutes."""

    def __init__(self, player: RoomPlayer, seconds: float, talk: list[Samples] | None) -> None:
        """``talk``: None for nothing but guides."""
        super().__init__(player, None)
        self._seconds = seconds
        self._said = 0
        self._talk = talk
        user = EspeakVoice("id+m3", words_per_minute=160)
        self._commands = [users_voice(user.speak(text)) for text in COMMAND_TEXTS]
        self._chance = random.Random(7)
        self._silence = np.zeros(20 * RATE, dtype=np.int16)
        self._hiss = np.random.default_rng(7).normal(0, 1500, 20 * RATE).astype(np.int16)
        self.read: list[tuple[float, float]] = []
        """(seconds of audio, resident memory in MB)."""

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks until the night is over."""
        due = 5.0
        reading = 0.0
        while self.time < self._seconds:
            if self.time >= due:
                due = self.say(self._next()) + self._chance.uniform(1.0, 6.0)
            if self.time >= reading:
                self._note()
                reading += min(EVERY, self._seconds / 12)
            yield self.block()

    def _note(self) -> None:
        self.read.append((self.time, memory()))
        print(f"{self.time / 3600:5.2f} h  {self.read[-1][1]:7.1f} MB", flush=True)

    def _next(self) -> Samples:
        if self._talk is None:
            self._said += 1
            place = (BEGIN, self._chance.choice(BETWEEN), END)[self._said % 3 - 1]
            farewell = self._silence[: FAREWELL_SECONDS * RATE if place == END else 0]
            return np.append(self._commands[place], farewell)
        kind = int(self.time / 300) % 4
        if kind == 0:
            return self._chance.choice(self._talk)
        if kind == 1:
            return self._chance.choice(self._commands)
        if kind == 2:
            return self._silence
        return self._hiss


def memory() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def growth(read: Sequence[tuple[float, float]], warm: float) -> float:
    """Largest difference in memory, in MB, after ``warm`` seconds."""
    after = [size for at, size in read if at >= warm]
    return max(after) - min(after) if after else 0.0


def talk_of(corpus: Path | None) -> list[Samples]:
    """Speech without commands."""
    if corpus is not None:
        paths = sorted((corpus / DIGITS).glob("*.wav"))[::20]
        if not paths:
            raise InputError(f"no {DIGITS} in {corpus}; see docs/rejection.md")
        return [clip.samples for clip in recordings(paths)]
    reader = EspeakVoice("id+f4", words_per_minute=150)
    return [users_voice(reader.speak(text)) for text in guide_sentences(OWN_PHRASES)[:40]]


def soak(
    seconds: float, talk: list[Samples] | None
) -> tuple[list[tuple[float, float]], dict[str, int]]:
    """Simulate ``seconds`` of audio; returns memory over time, and how much of what there was."""
    player = RoomPlayer()
    night = Night(player, seconds, talk)
    counts = {"heard": 0, "guides": 0}
    idle = True

    def count(record: Record) -> None:
        nonlocal idle
        counts["heard"] += record["event"] == "heard"
        if record["event"] == "state":
            counts["guides"] += idle and record["name"] != "idle"
            idle = record["name"] == "idle"

    with tempfile.TemporaryDirectory() as folder, EventLog(None, (count,)) as log:
        listener = open_listener(None, states=GRAPH_STATES)
        listener.set_echo_reference(player.reference)
        options = SessionOptions(
            diary_file=Path(folder) / "diary.sqlite", snapshot_file=Path(folder) / "m.json"
        )
        ConversationLoop(open_components(night, listener, player, log, options)).run()
    night.read.append((night.time, memory()))
    return night.read, counts


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="bench soak", description=__doc__)
    parser.add_argument("--hours", type=decimal, default=8.0)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--guides", action="store_true", help="nothing but guides")
    parser.add_argument("--most", type=decimal, default=5.0, help="largest growth in MB")
    parser.add_argument(
        "--warm", type=decimal, metavar="SECONDS",
        help="audio to ignore at the start; default: an hour, at most a quarter of the night",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, default=OUT / "soak.json")
    args = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    begun = time.process_time()
    read, counts = soak(3600 * args.hours, None if args.guides else talk_of(args.corpus))
    factor = (time.process_time() - begun) / (3600 * args.hours)
    warm = 3600 * min(1.0, args.hours / 4) if args.warm is None else args.warm
    grown = growth(read, warm)
    print(f"{counts['heard']} utterances, {counts['guides']} guides, "
          f"real-time factor {factor:.3f} in processor time; "
          f"after {warm / 3600:.2f} h memory use varied by {grown:.1f} MB")  # fmt: skip
    record = {"hours": args.hours, **counts, "factor": factor, "moved": grown, "rss": read}
    write_json(args.output, record)
    return int(grown > args.most)
