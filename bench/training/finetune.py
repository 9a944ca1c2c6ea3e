"""Fine-tune the network on Indonesian: `python3 run.py bench finetune --speech DIR`.

The labels are alignments of synthetic speech (``aligned_speech.py``); the loss is the cross entropy
at both heads. In every batch there is also real speech, of any language: on it the network is kept
where it was by distillation (``adapt.py``), so that it does not unlearn people's voices. Both are
heard in simulated rooms and noise. A share of the change is added to the shipped weight delta.
DIR is that of ``bench adapt``: a folder of WAV files per speaker. Needs
`pip install -r requirements-adapt.txt` and more than an hour on one core.
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.base_model import open_base
from assistant.asr.graph.second_pass_export import export_base
from assistant.asr.graph.weight_delta import WeightDelta, load_weight_delta, save_weight_delta
from assistant.asr.model_format import ACOUSTIC_MODEL
from assistant.asr.model_store import BASE
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import mfcc
from assistant.asr.second_pass.tdnn import SUBSAMPLING
from assistant.core.errors import InputError, KramError
from assistant.core.numerals import decimal, integer
from assistant.core.paths import OWN_WEIGHT_DELTA
from bench.training.adapt import FIRST, RATE, Floats, dithered, speakers_of, student_module
from bench.training.aligned_speech import (
    PEAK,
    AlignedClip,
    SpeechSources,
    aligned_clips,
    aligned_words,
)
from bench.training.room_impulse_responses import across_a_room, rooms

ALIGNED, DISTILLED = 5, 6
"""Pieces of each kind in a batch."""

ROWS = 107
"""Output frames of a piece: 3.2 s."""

FRAMES = SUBSAMPLING * ROWS

EDGE = 4
"""Output frames without a label where a sentence is cut: the network lacks their context."""

PIECE = int(3.3 * RATE)
"""Samples of a piece of real speech; a little more than ``FRAMES``, which are cut from it."""

WORDS_SHARE = 0.3
"""Share of the labelled pieces that are people's single words, where there are any."""

LEAST = 7000
"""Samples of the shortest piece."""

ROOMS = 160

Features = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Batch:
    """``ALIGNED`` labelled pieces, then ``DISTILLED`` pieces of real speech."""

    features: Features
    """MFCCs in noise, shape (pieces, ``FRAMES``, 40)."""

    ivectors: Features
    """Shape (pieces, 100)."""

    labels: npt.NDArray[np.int64]
    """pdf-ids, or -1 for none, shape (``ALIGNED``, ``ROWS``)."""

    clean: Features
    """MFCCs of the real speech without noise, shape (``DISTILLED``, ``FRAMES``, 40)."""

    clean_ivectors: Features
    """Shape (``DISTILLED``, 100)."""


def main(argv: Sequence[str]) -> int:
    """Train and write the weight delta; returns the exit code."""
    args = _parser().parse_args(argv)
    try:
        student_module()  # fails before the long work, not after
        start = load_weight_delta(args.start)
        base = open_base(BASE, start)
        network = base.folder / ACOUSTIC_MODEL
        digest = hashlib.sha256(network.read_bytes()).hexdigest()
        if start.network != digest:
            raise InputError(f"{args.start} belongs to another network than {network}")
        real = pieces([clip for _, clips in speakers_of(args.speech) for clip in clips])
        sources = SpeechSources(args.piper, args.rhvoice, args.kokoro)
        clips = aligned_clips(args.sentences, base, sources, args.seed)
        words = aligned_words(args.words, base, args.seed) if args.words else []
        arrays = export_base(base)
        batches = _Batches((clips, words), real, arrays, args.batches, args.seed)
        with np.load(arrays / "network.npz") as file:
            old = {name: file[name] for name in file.files}
        changes = _train(old, batches, args.steps, args.rate, args.keep, network)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    args.output.parent.mkdir(parents=True, exist_ok=True)
    save_weight_delta(args.output, digest, added(start, changes, args.share), fine=FIRST)
    print(f"written to {args.output}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py bench finetune", description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="folders of WAVs, by speaker")
    parser.add_argument("--piper", type=Path, metavar="VOICE.onnx", help="one more voice")
    parser.add_argument("--rhvoice", action="store_true", help="RHVoice's foreign voices too")
    parser.add_argument("--kokoro", type=Path, metavar="DIR", help="Kokoro's speakers, NAME.bin")
    parser.add_argument("--words", type=Path, help="people's single words, as WORD/*.wav")
    parser.add_argument("--sentences", type=integer, default=5200, help="synthetic, aligned")
    parser.add_argument("--steps", type=integer, default=1200)
    parser.add_argument("--batches", type=integer, default=900, help="generated once, then reused")
    parser.add_argument("--keep", type=decimal, default=1.0, help="weight of the distillation")
    parser.add_argument("--rate", type=decimal, default=4e-3)
    parser.add_argument("--share", type=decimal, default=0.4, help="of the change, that is added")
    parser.add_argument("--seed", type=integer, default=1)
    parser.add_argument("--start", type=Path, default=OWN_WEIGHT_DELTA, help="delta to begin with")
    parser.add_argument("--output", type=Path, default=OWN_WEIGHT_DELTA)
    return parser


def pieces(clips: Sequence[Floats]) -> list[Floats]:
    """``clips`` with the peak ``PEAK``, cut into ``PIECE`` samples; shorter ones are padded later.

    Raises ``InputError`` when nothing is left.
    """
    found = []
    for clip in clips:
        sound = PEAK / max(1e-6, float(np.abs(clip).max())) * clip
        found += [sound[at : at + PIECE] for at in range(0, len(sound) - LEAST, PIECE)]
    if not found:
        raise InputError("no clip of real speech is long enough", f"{LEAST / RATE:.1f} s at least")
    return found


def added(start: WeightDelta, changes: Mapping[str, Any], share: float) -> dict[str, Any]:
    """The deltas of ``start`` plus ``share`` of ``changes``, by parameter, float32."""
    total = {name: share * change for name, change in changes.items()}
    for name, (numbers, step) in start.changes.items():
        rows = step.reshape(-1, *[1] * (numbers.ndim - 1))
        total[name] = numbers * rows + total.get(name, 0.0)
    return {name: change.astype(np.float32) for name, change in total.items()}


class _Batches:
    """Generates batches up to a limit, then draws from them."""

    def __init__(
        self,
        labelled: tuple[list[AlignedClip], list[AlignedClip]],
        real: list[Floats],
        arrays: Path,
        most: int,
        seed: int,
    ) -> None:
        """``labelled``: synthetic sentences, and people's single words, or nothing of them."""
        self._chance = np.random.default_rng(seed)
        self._clips, self._words = labelled
        self._real = real
        self._answers = rooms(ROOMS, self._chance)
        self._speaker = IvectorExtractor(arrays)
        self._most = most
        self._made: list[Batch] = []

    def next(self) -> Batch:
        """The next batch."""
        if len(self._made) >= self._most:
            return self._made[self._chance.integers(self._most)]
        labelled = [self._labelled() for _ in range(ALIGNED)]
        paired = [self._paired() for _ in range(DISTILLED)]
        far = [one[0] for one in labelled] + [one[0] for one in paired]
        clean = [one[1] for one in paired]
        batch = Batch(
            np.stack([features for features, _ in far]),
            np.stack([ivector for _, ivector in far]),
            np.stack([labels for _, labels in labelled]),
            np.stack([features for features, _ in clean]),
            np.stack([ivector for _, ivector in clean]),
        )
        self._made.append(batch)
        return batch

    def _labelled(self) -> tuple[tuple[Features, Features], npt.NDArray[np.int64]]:
        """Features and i-vector of a sentence or a word in a room, and its labels."""
        mine = self._clips
        if self._words and self._chance.random() < WORDS_SHARE:
            mine = self._words
        clip = mine[self._chance.integers(len(mine))]
        features, ivector = self._far(self._softer(clip.samples / 32768))
        labels = np.full(ROWS, -1, np.int64)
        begin = 0
        if len(clip.pdf_ids) > ROWS:
            begin = int(self._chance.integers(len(clip.pdf_ids) - ROWS + 1))
            labels[:-EDGE] = clip.pdf_ids[begin : begin + ROWS - EDGE]
            if begin:
                labels[:EDGE] = -1
        else:
            labels[: len(clip.pdf_ids)] = clip.pdf_ids
        return (_cut(features, SUBSAMPLING * begin), ivector), labels

    def _paired(self) -> tuple[tuple[Features, Features], tuple[Features, Features]]:
        """Features and i-vector of a piece of real speech, in a room and without one."""
        sound = self._real[self._chance.integers(len(self._real))]
        if len(sound) < PIECE:
            lead = int(self._chance.integers(800, 4000))
            sound = np.pad(sound, (lead, PIECE))[:PIECE]
        if self._chance.random() < 0.5:  # between sentences there is only the other speaker
            lead = int(self._chance.integers(3000, 16000))
            sound = np.pad(sound, (lead, 0))[:PIECE]
        sound = self._softer(sound)
        features, ivector = self._far(sound)
        begin = int(self._chance.integers(max(1, len(features) - FRAMES + 1)))
        clean = mfcc(dithered(sound, self._chance))
        return (
            (_cut(features, begin), ivector),
            (_cut(clean, begin), self._speaker.extract(clean)),
        )

    def _softer(self, sound: Floats) -> Floats:
        return sound * 10 ** (-self._chance.uniform(0, 14) / 20)

    def _far(self, dry: Floats) -> tuple[Features, Features]:
        """Features of ``dry`` across a random room, and an i-vector."""
        chance = self._chance
        loud = dry[np.abs(dry) > 1e-3]
        level = float(np.sqrt(np.mean(loud**2))) if len(loud) else 0.01
        if chance.random() < 0.6:
            other = self._real[chance.integers(len(self._real))]
        else:
            other = self._clips[chance.integers(len(self._clips))].samples / 32768
        wet = across_a_room(dry, level, np.resize(other, len(dry)), self._answers, chance)
        features = mfcc(dithered(wet, chance))
        # Vosk estimates i-vectors online, the second pass from the whole utterance: train for both.
        count = len(features)
        heard = count if chance.random() < 0.5 else int(chance.uniform(0.1, 1) * count)
        return features, self._speaker.extract(features[: max(20, heard)])


def _cut(features: Features, begin: int) -> Features:
    """``FRAMES`` of ``features`` from ``begin``; the last one is repeated at the end."""
    piece = features[begin : begin + FRAMES]
    return np.pad(piece, ((0, FRAMES - len(piece)), (0, 0)), "edge").astype(np.float32)


def _train(
    old: dict[str, Any], batches: _Batches, steps: int, rate: float, keep: float, network: Path
) -> dict[str, Any]:
    """Changes of the parameters of ``network`` after ``steps``; ``old``: the arrays before."""
    import torch

    networks = student_module()
    torch.set_num_threads(1)
    teacher, student = networks.Student(old, learns=False), networks.Student(old)
    optimiser = networks.Optimiser(student, rate, steps)
    begun, losses = time.monotonic(), []
    for step in range(steps):
        batch = batches.next()
        clean, clean_ivectors = map(torch.as_tensor, (batch.clean, batch.clean_ivectors))
        with torch.no_grad():
            wanted = teacher(clean, clean_ivectors)
        labels = torch.as_tensor(batch.labels)
        chain, xent = student(*map(torch.as_tensor, (batch.features, batch.ivectors)))
        chain_loss = networks.cross_entropy(chain[:ALIGNED], labels)
        xent_loss = networks.cross_entropy(xent[:ALIGNED], labels)
        kept = networks.distillation_loss(wanted, (chain[ALIGNED:], xent[ALIGNED:]))
        optimiser.step(0.5 * chain_loss + 0.15 * xent_loss + keep * kept)
        losses.append((chain_loss.item(), xent_loss.item(), kept.item()))
        if step % 25 == 24 or step == steps - 1:
            means = "  ".join(f"{mean:.3f}" for mean in np.mean(losses[-25:], axis=0))
            print(f"{step + 1}/{steps}  cross entropy of both heads, distillation: {means}  "
                  f"{time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
    changes: dict[str, Any] = networks.changes_of(old, student, network)
    return changes
