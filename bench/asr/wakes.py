"""``bench wakes``: what `listen` does while people talk who do not mean it.

Recordings of people (``KIND=FOLDER``, WAV, 16 kHz, mono, searched with all subfolders) are strung
together in pieces of ten minutes: one kind, or two voices at once, with pauses up to 1.5 s, at a
level and in a room that change from piece to piece. Each piece goes through ``listen --input``.
Rates come with their upper 95 % bounds. Recordings that may be used: ``models/README.md``.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.audio.pcm import RATE, FloatSamples, to_float, truncate_to_int16
from assistant.audio.room_simulation import add_reverb
from assistant.audio.wav_file_writer import WavFileWriter
from assistant.core.errors import InputError, KramError
from assistant.core.numerals import integer
from bench.common.corpus import Recording
from bench.common.paths import OUT, ROOT
from bench.common.rates import rate
from bench.common.rows import write_json

PIECE = 600.0
"""Seconds of a piece."""

LEVELS = (-12.0, -20.0, -28.0, -36.0)
"""Peak levels of a piece in dBFS: from people beside the microphone to a television next door."""

_GUIDES = ("acute", "bedtime", "desk", "emergency")


@dataclass(frozen=True)
class Piece:
    """What happened in one piece of talk."""

    kind: str
    level: float
    hours: float
    asked: tuple[str, ...]
    """What was taken for a call and asked about, out of idle."""

    guides: tuple[str, ...]
    """What began a guide."""

    alarms: tuple[str, ...]
    """What began an emergency guide."""

    sentences: int
    longest: float
    """Longest time in seconds out of idle."""

    processor: float
    """Processor seconds per second of sound."""


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench wakes", description=__doc__)
    parser.add_argument("talk", nargs="+", metavar="KIND=FOLDER")
    parser.add_argument("--minutes", type=integer, default=60, help="of sound in all")
    parser.add_argument("--seed", type=integer, default=1)
    arguments = parser.parse_args(argv)
    try:
        talk = dict(map(_recordings, arguments.talk))
        pieces = []
        for piece in measure(talk, arguments.minutes * 60, arguments.seed):
            pieces.append(piece)
            print(f"{sum(one.hours for one in pieces):6.2f} h  {_line(piece)}", flush=True)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "wakes.json"
    write_json(report, {"pieces": [asdict(piece) for piece in pieces]})
    print_table(pieces)
    print(f"details  {report}")
    return 0


def measure(talk: Mapping[str, Sequence[Path]], seconds: float, seed: int) -> Iterator[Piece]:
    """Listen to piece after piece until ``seconds`` of sound are through."""
    kinds = [*talk, *(["two voices"] if len(talk) > 1 else [])]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(max(1, round(seconds / PIECE))):
            rng = random.Random(1000 * seed + number)
            kind = kinds[number % len(kinds)]
            level = LEVELS[(number // len(kinds)) % len(LEVELS)]
            voices = rng.sample(list(talk), 2) if kind == "two voices" else [kind]
            sound = sum(_strung(talk[one], rng) for one in voices)
            yield _listen(Path(folder), kind, level, np.asarray(sound), room=number % 2 == 1)


def print_table(pieces: Sequence[Piece]) -> None:
    """One line for each kind of talk, and one for all."""
    print(f"{'kind':<12}{'hours':>6}  {'guides begun':<24}{'alarms':<24}{'asked out of idle':<24}"
          f"{'longest':>8}{'processor':>10}")  # fmt: skip
    for kind in [*dict.fromkeys(piece.kind for piece in pieces), "all"]:
        some = [piece for piece in pieces if kind in (piece.kind, "all")]
        hours = sum(piece.hours for piece in some)
        counts = [sum(len(getattr(piece, name)) for piece in some)
                  for name in ("guides", "alarms", "asked")]  # fmt: skip
        rates = "".join(f"{rate(count, hours):<24}" for count in counts)
        longest = max(piece.longest for piece in some)
        processor = sum(piece.processor * piece.hours for piece in some) / hours
        print(f"{kind:<12}{hours:6.2f}  {rates}{longest:6.0f} s{processor:10.3f}")


def _recordings(argument: str) -> tuple[str, list[Path]]:
    kind, _, folder = argument.partition("=")
    found = sorted(Path(folder).rglob("*.wav")) if folder else []
    if not found:
        raise InputError(f"{argument}: no WAV files there", "write KIND=FOLDER")
    return kind, found


def recordings_in(folder: Path) -> list[Path]:
    """The WAV files of ``folder`` and its subfolders; raises ``InputError`` if there are none."""
    found = sorted(folder.rglob("*.wav"))
    if not found:
        raise InputError(f"{folder} holds no WAV files")
    return found


def _strung(paths: Sequence[Path], rng: random.Random) -> FloatSamples:
    """Recordings in random order with pauses: float32, shape (PIECE * RATE,), peak 1."""
    sound, place = np.zeros(round(PIECE * RATE), dtype=np.float32), 0
    while place < len(sound):
        part = read_talk(rng.choice(paths))[: len(sound) - place]
        peak = max(float(np.abs(part).max(initial=0.0)), 1e-6)
        sound[place : place + len(part)] = part / peak
        place += len(part) + round(rng.uniform(0.2, 1.5) * RATE)
    return sound


def read_talk(path: Path) -> FloatSamples:
    """Read a recording: float32, full scale 1; raises ``InputError`` unless 16 kHz, mono."""
    return to_float(Recording(path, text="").samples())


def _listen(folder: Path, kind: str, level: float, sound: FloatSamples, room: bool) -> Piece:
    """``sound``: float32, any peak; brought to ``level`` dBFS, in a reverberant room or not."""
    wet = add_reverb(sound) if room else sound
    wet = wet / np.abs(wet).max() * 10 ** (level / 20)
    before = _processor()
    records = events_of(folder, wet.astype(np.float32))
    return _piece(kind, level, len(wet) / RATE, records, _processor() - before)


def events_of(folder: Path, sound: FloatSamples) -> Iterator[dict[str, object]]:
    """What ``listen`` reports of ``sound`` (full scale 1); it is run at once, files in ``folder``.

    Raises ``InputError`` when it fails.
    """
    with closing(WavFileWriter(folder / "talk.wav", RATE)) as file:
        file.write(truncate_to_int16(sound))
    command = [sys.executable, "run.py", "listen", "--input", str(folder / "talk.wav")]
    command += ["--output", str(folder / "said.wav"), "--events", str(folder / "events.jsonl")]
    (folder / "events.jsonl").unlink(missing_ok=True)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise InputError(f"listen ended with {done.returncode}: {done.stderr[-300:]}")
    return map(json.loads, (folder / "events.jsonl").read_text(encoding="utf-8").splitlines())


def _piece(
    kind: str, level: float, seconds: float, records: Iterator[dict[str, object]], spent: float
) -> Piece:
    asked, guides, heard, room = [], [], "", "idle"
    since = longest = 0.0
    sentences = 0
    for record in records:
        if record["event"] == "heard":
            heard = f"{record['text']} ({record['confidence']})"
        elif record["event"] == "say_start":
            sentences += 1
        elif record["event"] == "state":
            name, at = str(record["name"]).partition(".")[0], float(str(record["t"]))
            if name in _GUIDES and name != room:
                guides.append(f"{name}: {heard}")
            elif room == "idle" and name != "idle":
                asked.append(heard)
            if room == "idle":
                since = at
            elif name == "idle":
                longest = max(longest, at - since)
            room = name
    if room != "idle":
        longest = max(longest, seconds - since)
    alarms = tuple(one for one in guides if one.startswith("emergency"))
    return Piece(kind, level, seconds / 3600, tuple(asked), tuple(guides), alarms, sentences,
                 longest, spent / seconds)  # fmt: skip


def _line(piece: Piece) -> str:
    told = "; ".join((*piece.guides, *(f"asked: {one}" for one in piece.asked)))
    return f"{piece.kind} at {piece.level:.0f} dBFS: {told or 'nothing'}"


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
