"""Adapt the base model's network to rooms and noise: `python3 run.py bench adapt --speech DIR`.

Teacher-student training: the teacher, the original network, gets clean speech; the student, a copy,
gets the same speech with reverberation and noise, and learns to give the same output. The weights
are then interpolated: only ``HOW_FAR`` of the change is shipped. No transcripts are needed, so any
speech in any language will do, but its licence must be free. DIR contains a folder of WAV files
per speaker; models/README.md names those that were used. Synthetic Indonesian is generated.
Needs `pip install -r requirements-adapt.txt` and about an hour on one core.
"""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from assistant.asr.graph.base_model import open_base
from assistant.asr.graph.second_pass_export import export_base
from assistant.asr.graph.weight_delta import save_weight_delta
from assistant.asr.model_format import ACOUSTIC_MODEL
from assistant.asr.model_store import BASE, OWN_PHRASES
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import mfcc
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import Samples, to_int16
from assistant.core.errors import InputError, KramError
from assistant.core.numerals import decimal, integer
from assistant.core.paths import OWN_WEIGHT_DELTA
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice

RATE = 16_000
FIRST = ("tdnn1.affine/LinearParams",)
"""The layer after a matrix that amplifies small errors."""

SECONDS = 3.2
BATCH = 10
FLOOR = 20 / 32768
"""Standard deviation of the dither, full scale 1; the recogniser adds the same."""

VOICES = tuple(f"id+{name}" for name in ("f1", "f3", "f5", "m1", "m3", "m5", "m7"))
"""Training voices; the others of ``rejection_data.VOICES`` are held out for evaluation."""

HOW_FAR = 0.7
"""Interpolation weight between original (0) and adapted network (1). Moving back towards the
original restores accuracy on clean speech sooner than it costs the gain in noise (Wortsman et al.
2022, "Robust fine-tuning of zero-shot models"); docs/notes/recognition.md has the figures."""

SPOKEN_SHARE = 3.0
"""Sampling weight of synthetic Indonesian, relative to one speaker of DIR."""

Floats = npt.NDArray[np.float64]
Batch = tuple[npt.NDArray[np.float32], ...]
"""float32: clean and noisy features, shape (batch, frames, 40), and their i-vectors."""


def main(argv: Sequence[str]) -> int:
    """Train and write the changes; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench adapt", description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="folders of WAVs, by speaker")
    parser.add_argument("--steps", type=integer, default=2300)
    parser.add_argument("--batches", type=integer, default=1200, help="generated once, then reused")
    parser.add_argument("--spoken", type=integer, default=1600, help="synthetic sentences")
    parser.add_argument("--rate", type=decimal, default=4e-3)
    parser.add_argument("--seed", type=integer, default=1)
    parser.add_argument("--output", type=Path, default=OWN_WEIGHT_DELTA)
    args = parser.parse_args(argv)
    try:
        student_module()  # fails before the long work, not after
        base = open_base(BASE)
        arrays = export_base(base)
        speakers = [*speakers_of(args.speech), (SPOKEN_SHARE, spoken(args.spoken, args.seed))]
        batches = _Batches(speakers, arrays, args.batches, args.seed)
        with np.load(arrays / "network.npz") as file:
            old = {name: file[name] for name in file.files}
        changes = _train(old, batches, args.steps, args.rate, base.folder / ACOUSTIC_MODEL)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    digest = hashlib.sha256((base.folder / ACOUSTIC_MODEL).read_bytes()).hexdigest()
    args.output.parent.mkdir(parents=True, exist_ok=True)
    save_weight_delta(args.output, digest, changes, fine=FIRST)
    print(f"written to {args.output}")
    return 0


def speakers_of(folder: Path) -> Iterator[tuple[float, list[Floats]]]:
    """Sampling weight and clips (float64, ``RATE`` Hz, trimmed) of each speaker in ``folder``.

    Raises ``InputError`` when there is none.
    """
    rooms = sorted(path for path in folder.iterdir() if path.is_dir())
    if not rooms:
        raise InputError(f"{folder} holds no folders of WAV files, one for each speaker")
    for room in rooms:
        sounds = [recording(path) for path in sorted(room.glob("*.wav"))]
        yield 1.0, [_trimmed(one) for one in sounds if len(one) > 0.3 * RATE and np.ptp(one) > 0.02]


def recording(path: Path) -> Floats:
    """The sound file ``path`` as float64, full scale 1, ``RATE`` Hz."""
    sound, rate = soundfile.read(path)
    return np.asarray(soxr.resample(sound, rate, RATE), np.float64)


def _trimmed(sound: Floats) -> Floats:
    power = np.convolve(sound**2, np.ones(400) / 400, "same")
    loud = np.flatnonzero(power > 1e-4 * power.max())
    return sound[max(0, loud[0] - 800) : loud[-1] + 800]


def spoken(count: int, seed: int) -> list[Floats]:
    """``count`` sentences by espeak-ng (float64, ``RATE`` Hz): own phrases and random words."""
    from wordfreq import top_n_list

    chance = random.Random(seed)
    usual = [word for word in top_n_list("id", 5000) if word.isalpha() and len(word) > 1]
    own = [phrase.text for phrase in load_phrases(OWN_PHRASES).phrases]
    found = []
    for number in range(count):
        words = " ".join(chance.choices(usual, k=chance.randint(2, 8)))
        text = chance.choice(own) if number % 2 else words
        voice = EspeakVoice(chance.choice(VOICES), chance.randint(20, 75), chance.randint(110, 185))
        sound = voice.speak(text).samples / 32768
        found.append(_trimmed(np.asarray(soxr.resample(sound, SPOKEN_RATE, RATE))))
    return found


def dithered(sound: Floats, chance: np.random.Generator) -> Samples:
    """``sound`` (full scale 1) with noise at ``FLOOR``, as int16 of the same shape."""
    return to_int16(sound + chance.normal(0, FLOOR, len(sound)))


class _Batches:
    """Generates batches up to a limit, then reuses them in shuffled order."""

    def __init__(
        self, speakers: list[tuple[float, list[Floats]]], arrays: Path, most: int, seed: int
    ) -> None:
        from bench.training.room_impulse_responses import rooms

        self._chance = np.random.default_rng(seed)
        share = np.array([share for share, _ in speakers])
        self._share, self._sounds = share / share.sum(), [sounds for _, sounds in speakers]
        self._answers = rooms(240, self._chance)
        self._model = IvectorExtractor(arrays)
        self._most = most
        self._made: list[Batch] = []
        self._order: list[int] = []

    def next(self) -> Batch:
        """The next batch."""
        if len(self._made) < self._most:
            rows = [self._row() for _ in range(BATCH)]
            columns = zip(*rows, strict=True)
            self._made.append(tuple(np.stack(one).astype(np.float32) for one in columns))
            return self._made[-1]
        if not self._order:
            self._order = self._chance.permutation(self._most).tolist()
        return self._made[self._order.pop()]

    def _any(self) -> Floats:
        """A random clip."""
        sounds = self._sounds[self._chance.choice(len(self._sounds), p=self._share)]
        return sounds[self._chance.integers(len(sounds))]

    def _row(self) -> tuple[npt.NDArray[Any], ...]:
        from bench.training.room_impulse_responses import across_a_room

        chance, sound = self._chance, self._any()
        if chance.random() < 0.7:  # speed perturbation
            sound = soxr.resample(sound, RATE, RATE * chance.uniform(0.85, 1.2))
        count = int(SECONDS * RATE)
        lead = int(chance.uniform(0.05, 0.5) * RATE)
        begin = int(chance.integers(max(0, len(sound) - (count - lead)) + 1))
        sound = sound[begin : begin + count - lead]
        dry = np.zeros(count)
        dry[lead : lead + len(sound)] = sound
        dry *= 0.35 * 10 ** (-chance.uniform(0, 14) / 20) / max(1e-6, np.abs(dry).max())
        level = float(np.sqrt(np.mean(dry[lead : lead + len(sound)] ** 2)))
        wet = across_a_room(dry, level, np.resize(self._any(), count), self._answers, chance)
        clean, noisy = (mfcc(dithered(one, chance)) for one in (dry, wet))
        # Vosk estimates i-vectors online, the second pass from the whole utterance: train for both.
        heard = len(noisy) if chance.random() < 0.5 else int(chance.uniform(0.1, 1) * len(noisy))
        return (
            clean,
            noisy,
            self._model.extract(clean),
            self._model.extract(noisy[: max(20, heard)]),
        )


def student_module() -> Any:
    """The module ``student``; raises ``KramError`` without the packages that training needs."""
    try:
        import pyroomacoustics  # noqa: F401

        from bench.training import student
    except ImportError as error:
        raise KramError(f"{error}; run `pip install -r requirements-adapt.txt`") from error
    return student


def _train(
    old: dict[str, Any], batches: _Batches, steps: int, rate: float, network: Path
) -> dict[str, Any]:
    import torch

    networks = student_module()
    torch.set_num_threads(1)
    teacher, student = networks.Student(old, learns=False), networks.Student(old)
    optimiser = networks.Optimiser(student, rate, steps)
    begun, losses = time.monotonic(), []
    for step in range(steps):
        clean, noisy, speaker, other = map(torch.as_tensor, batches.next())
        with torch.no_grad():
            wanted = teacher(clean, speaker)
        loss = networks.distillation_loss(wanted, student(noisy, other))
        optimiser.step(loss)
        losses.append(loss.item())
        if step % 25 == 24:
            print(f"{step + 1}/{steps}  loss {np.mean(losses[-25:]):.3f}  "
                  f"{time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
    changes = networks.changes_of(old, student, network)
    return {name: HOW_FAR * change for name, change in changes.items()}
