"""Processor and memory use of ``listen``. `python3 run.py bench budget`.

Runs ``listen`` on files: a quiet room, and continuous speech (synthetic, none of our phrases).
Processor seconds are those of the process without its start-up; echo cancellation, which files do
not need, is measured separately.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from assistant.apps.doctor.loopback import RecordedReference
from assistant.audio.aec.canceller import select_canceller
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.room_simulation import NOISE_DB, pink_noise
from assistant.core.numerals import integer
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT, ROOT
from bench.common.rows import write_json

SLOWER = (4, 8)
"""Assumed slowdown of a Raspberry Pi 4 core against this machine; not measured on one yet."""

TALK = (
    "Kemarin pagi kami pergi ke pasar membeli sayur dan buah untuk makan siang.",
    "Cuaca hari ini cerah sekali, jadi anak-anak bermain bola di lapangan.",
    "Kereta ke kota berangkat pukul tujuh dari stasiun yang lama.",
)


@dataclass(frozen=True)
class Cost:
    """Resources that a process used."""

    seconds: float
    """Processor time in seconds, all threads."""

    megabytes: float
    """Peak resident memory in MB."""


def main(argv: Sequence[str]) -> int:
    """Measure, print a table as Markdown, write JSON."""
    parser = argparse.ArgumentParser(prog="bench budget", description=__doc__)
    parser.add_argument("--seconds", type=integer, default=120, help="audio per measurement")
    parser.add_argument("--output", type=Path, default=OUT / "budget.json")
    args = parser.parse_args(argv)
    if args.seconds < 1:
        parser.error("--seconds must be 1 or more")
    random = np.random.default_rng(4)
    quiet = pink_noise(args.seconds * RATE, random) * 10 ** (NOISE_DB / 20)
    talk = np.resize(spoken(), args.seconds * RATE) + quiet
    with tempfile.TemporaryDirectory() as folder:
        start = listening(quiet[:RATE], Path(folder))
        costs = {
            "a quiet room": listening(quiet, Path(folder)),
            "somebody talks without a pause": listening(talk, Path(folder)),
        }
        built = cost_of("build", "--output", f"{folder}/model")
    per_second = {name: (cost.seconds - start.seconds) / args.seconds
                  for name, cost in costs.items()}  # fmt: skip
    per_second["echo handling, while the guide speaks"] = echo_handling(talk)
    headings = " | ".join(f"core of one {factor} times slower" for factor in SLOWER)
    print(f"| | processor s per s of sound | {headings} | memory |\n|---|---|---|---|---|")
    for name, share in per_second.items():
        slow = " | ".join(f"{share * factor:.0%}" for factor in SLOWER)
        memory = f"{costs[name].megabytes:.0f} MB" if name in costs else ""
        print(f"| {name} | {share:.3f} | {slow} | {memory} |")
    for name, cost in (("to start", start), ("to build the model", built)):
        slow = " | ".join(f"{cost.seconds * factor:.0f} s" for factor in SLOWER)
        print(f"| {name} | {cost.seconds:.1f} s in all | {slow} | {cost.megabytes:.0f} MB |")
    record = {"per_second": per_second, "start": asdict(start), "build": asdict(built),
              "costs": {name: asdict(cost) for name, cost in costs.items()}}  # fmt: skip
    write_json(args.output, record)
    return 0


def spoken() -> np.ndarray:
    """The continuous speech: float64, full scale 1, mono, ``RATE`` Hz."""
    voice = EspeakVoice("id+m3", words_per_minute=150)
    parts = [voice.speak(text).samples for text in TALK]
    sound: np.ndarray = soxr.resample(np.concatenate(parts).astype(np.float64), SPOKEN_RATE, RATE)
    return sound / np.abs(sound).max() * 0.3


def listening(sound: np.ndarray, folder: Path) -> Cost:
    """Cost of ``listen`` on ``sound`` (float, full scale 1)."""
    path = folder / "sound.wav"
    soundfile.write(str(path), sound.astype(np.float32), RATE, subtype="PCM_16")
    return cost_of("listen", "--input", str(path), "--output", str(folder / "out.wav"))


def cost_of(*words: str) -> Cost:
    """Cost of a command of run.py, child processes included."""
    command = [sys.executable, str(ROOT / "run.py"), *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words[:1])} failed")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def echo_handling(sound: np.ndarray) -> float:
    """Processor seconds of echo cancellation per second of audio."""
    near = (sound * 32767).astype(np.int16)
    canceller = select_canceller(RecordedReference(near))
    blocks = len(near) // BLOCK
    begun = time.process_time()
    for index in range(blocks):
        canceller.process(near[index * BLOCK : (index + 1) * BLOCK])
    return (time.process_time() - begun) / (blocks * BLOCK / RATE)
