"""Processor and memory use of ``listen``. `python3 run.py bench budget`.

Runs ``listen`` on files: a quiet room, continuous speech that is not meant for it (synthetic, or
the recordings of ``--talk``), a guide that nobody answers, and talk with such a call every two
minutes. Processor seconds are those of the process without its start-up; echo cancellation, which
files do not need, is measured separately. ``--beside CLONE``: the same files through another clone,
one after the other, and the ratios; the clone must be set up (`python3 run.py build` in it).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
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

CALL = "Tolong, kaki saya kram."

CALL_EVERY = 120
"""Seconds between two calls in the last file."""

AFTER_CALL = 20
"""Seconds in which nobody talks after a call: a guide has begun."""

POLL = 0.2
"""Seconds between two looks at the memory of a process."""

PEAK = 0.3
"""Peak of the speech, full scale 1."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cost:
    """Resources that a process used."""

    seconds: float
    """Processor time in seconds, all threads."""

    megabytes: float
    """Peak resident memory in MB."""


Shares = Mapping[str, Sequence[float]]
"""Processor seconds a second by file, here and in the other clone."""

Costs = Mapping[str, Sequence[Cost]]


def main(argv: Sequence[str]) -> int:
    """Measure, print tables as Markdown, write JSON."""
    args = _arguments(argv)
    random = np.random.default_rng(4)
    quiet = pink_noise(args.seconds * RATE, random) * 10 ** (NOISE_DB / 20)
    talk = np.resize(recorded(args.talk) if args.talk else spoken(TALK), len(quiet)) + quiet
    files = {
        "a quiet room": quiet,
        "somebody talks without a pause": talk,
        "a guide that nobody answers": with_calls(quiet, every=args.seconds),
        "talk, and a call every two minutes": with_calls(talk, every=CALL_EVERY),
    }
    clones = [ROOT, args.beside] if args.beside else [ROOT]
    with tempfile.TemporaryDirectory() as folder:
        for clone in clones:
            cost_of("build", clone=clone)  # if its phrases were changed, no start is to build it
        starts = [listening(quiet[:RATE], Path(folder), clone) for clone in clones]
        costs = {
            name: [listening(sound, Path(folder), clone) for clone in clones]
            for name, sound in files.items()
        }
        built = cost_of("build", "--output", f"{folder}/model")
    shares = {
        name: [(cost.seconds - start.seconds) / args.seconds
               for cost, start in zip(both, starts, strict=True)]
        for name, both in costs.items()
    }  # fmt: skip
    echo = echo_handling(talk)
    _print_shares(shares, costs, echo)
    for name, cost in (("to start", starts[0]), ("to build the model", built)):
        slow = " | ".join(f"{cost.seconds * factor:.0f} s" for factor in SLOWER)
        print(f"| {name} | {cost.seconds:.1f} s in all | {slow} | {cost.megabytes:.0f} MB |")
    if args.beside:
        _print_ratios(shares, costs)
    record = {"per_second": shares, "echo": echo, "start": [asdict(one) for one in starts],
              "build": asdict(built),
              "costs": {name: [asdict(one) for one in both] for name, both in costs.items()},
    }  # fmt: skip
    write_json(args.output, record)
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench budget", description=__doc__)
    parser.add_argument("--seconds", type=integer, default=120, help="audio per measurement")
    parser.add_argument("--beside", type=Path, metavar="CLONE", help="compare with this clone")
    parser.add_argument("--talk", type=Path, metavar="DIR", help="recordings (WAV) of others' talk")
    parser.add_argument("--output", type=Path, default=OUT / "budget.json")
    args = parser.parse_args(argv)
    if args.seconds < 1:
        parser.error("--seconds must be 1 or more")
    if args.beside and not (args.beside / "run.py").is_file():
        parser.error(f"{args.beside} is not a clone of Kram")
    if args.talk and not args.talk.is_dir():
        parser.error(f"{args.talk} is not a folder of recordings")
    return args


def _print_shares(shares: Shares, costs: Costs, echo: float) -> None:
    headings = " | ".join(f"core of one {factor} times slower" for factor in SLOWER)
    print(f"| | processor s per s of sound | {headings} | memory |\n|---|---|---|---|---|")
    rows = {name: (both[0], f"{costs[name][0].megabytes:.0f} MB") for name, both in shares.items()}
    rows["echo handling, while the guide speaks"] = (echo, "")
    for name, (share, memory) in rows.items():
        slow = " | ".join(f"{share * factor:.0%}" for factor in SLOWER)
        print(f"| {name} | {share:.3f} | {slow} | {memory} |")


def _print_ratios(shares: Shares, costs: Costs) -> None:
    print("\n| | processor s per s: here | there | ratio | memory: here | there | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name, (here, there) in shares.items():
        mine, other = (cost.megabytes for cost in costs[name])
        print(
            f"| {name} | {here:.3f} | {there:.3f} | {here / there:.2f} "
            f"| {mine:.0f} MB | {other:.0f} MB | {mine / other:.2f} |"
        )


def recorded(folder: Path) -> Floats:
    """The recordings below ``folder``, one after the other, as ``spoken`` gives them."""
    paths = sorted(folder.rglob("*.wav"))
    if not paths:
        raise SystemExit(f"{folder} holds no WAV files")
    parts = [_leveled(*soundfile.read(path, dtype="float64")) for path in paths]
    return np.concatenate(parts)


def _leveled(sound: Floats, rate: int) -> Floats:
    """``sound`` (float64, mono, ``rate`` Hz) at ``RATE`` with the peak ``PEAK``."""
    resampled: Floats = soxr.resample(sound, rate, RATE)
    return resampled / max(1e-6, float(np.abs(resampled).max())) * PEAK


def with_calls(sound: Floats, every: int) -> Floats:
    """``sound`` (float64, ``RATE`` Hz) with ``CALL`` every so many seconds, the first after 2 s.

    Nothing else is to be heard during a call and for ``AFTER_CALL`` seconds after it.
    """
    call, louder = spoken((CALL,)), sound.copy()
    for begin in range(2 * RATE, len(sound) - len(call), every * RATE):
        louder[begin : begin + len(call) + AFTER_CALL * RATE] *= 0.01
        louder[begin : begin + len(call)] += call
    return louder


def spoken(texts: Sequence[str]) -> Floats:
    """Continuous speech: float64, full scale 1, mono, ``RATE`` Hz."""
    voice = EspeakVoice("id+m3", words_per_minute=150)
    parts = [voice.speak(text).samples for text in texts]
    return _leveled(np.concatenate(parts).astype(np.float64), SPOKEN_RATE)


def listening(sound: Floats, folder: Path, clone: Path = ROOT) -> Cost:
    """Cost of ``clone``'s ``listen`` on ``sound`` (float64, full scale 1, ``RATE`` Hz)."""
    path = folder / "sound.wav"
    soundfile.write(str(path), sound.astype(np.float32), RATE, subtype="PCM_16")
    return cost_of("listen", "--input", str(path), "--output", str(folder / "out.wav"), clone=clone)


def cost_of(*words: str, clone: Path = ROOT) -> Cost:
    """Cost of a command of ``clone``'s run.py, child processes included."""
    python = sys.executable if clone == ROOT else str(clone.resolve() / ".venv/bin/python")
    command = [python, str(clone.resolve() / "run.py"), *words]
    # not ru_maxrss: a child's begins with the memory of this process
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while True:
            most = max(most, _peak(process.pid))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            time.sleep(POLL)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words[:1])} failed")
    return Cost(usage.ru_utime + usage.ru_stime, most)


def _peak(pid: int) -> float:
    """Peak resident memory in MB of a process or the largest of its children; 0 if it has ended."""
    place = Path(f"/proc/{pid}")
    try:
        lines = (place / "status").read_text(encoding="utf-8").splitlines()
        children = (place / f"task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    own = next((int(one.split()[1]) / 1024 for one in lines if one.startswith("VmHWM")), 0.0)
    return max([own, *(_peak(int(child)) for child in children)])


def echo_handling(sound: Floats) -> float:
    """Processor seconds of echo cancellation per second of audio."""
    near = (sound * 32767).astype(np.int16)
    canceller = select_canceller(RecordedReference(near))
    blocks = len(near) // BLOCK
    begun = time.process_time()
    for index in range(blocks):
        canceller.process(near[index * BLOCK : (index + 1) * BLOCK])
    return (time.process_time() - begun) / (blocks * BLOCK / RATE)
