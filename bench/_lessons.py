"""What teachers say of a clean sound, and how a student learns to say it of any.

A lesson has teachers: networks, each hearing the clean sound as it is or warped to another length
of the vocal tract. What they say on average is wanted of the student, who hears it across a room.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from assistant.hearing.network import SpeakerModel
from bench._student import Student, learning_rates
from bench._warp import warp

Batch = tuple[npt.NDArray[np.float32], ...]
"""Features of the clean and of the noisy sound, (batch, frames, 40), and their i-vectors."""

Weights = Mapping[str, Any]
"""Of a network, by name, as ``acoustics/second.py`` has them."""


@dataclass(frozen=True)
class Teacher:
    """A network, and the length of the vocal tract that it is told."""

    weights: Weights
    warp: float = 1.0


@dataclass(frozen=True)
class Lesson:
    """One round of training."""

    begin: Weights
    """What the student begins with."""

    teachers: tuple[Teacher, ...]
    steps: int
    rate: float
    """Learning rate at its highest, in sizes of the weights."""

    quiet: float = 0.0
    """Share of sounds that the student, too, hears without the room."""


def between(old: Weights, new: Weights, share: float) -> dict[str, Any]:
    """``share`` of the way from one network to another that was trained from it.

    What a network loses by being trained on something else comes back on this way sooner than
    what it gained goes (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    """
    found = dict(old)
    for name, value in new.items():
        found[name] = (old[name] + share * (value - old[name])).astype(np.float32)
    return found


def learn(lesson: Lesson, batches: Iterator[Batch], speaker: SpeakerModel) -> dict[str, Any]:
    """The student's weights after the lesson, by name."""
    torch.set_num_threads(1)
    teachers = [(Student(one.weights, learns=False), one.warp) for one in lesson.teachers]
    student = Student(lesson.begin)
    optimiser = torch.optim.Adam(learning_rates(student), betas=(0.9, 0.99))
    chance = np.random.default_rng(lesson.steps)
    begun, losses = time.monotonic(), []
    for step in range(lesson.steps):
        clean, noisy, own, other = next(batches)
        wanted, sure = _say(teachers, clean, own, speaker)
        quiet = chance.random(len(clean)) < lesson.quiet
        noisy = np.where(quiet[:, None, None], clean, noisy)
        other = np.where(quiet[:, None], own, other)
        loss = _loss(wanted, sure, *student(torch.as_tensor(noisy), torch.as_tensor(other)))
        slope = min(1, (step + 1) / 50) * (0.05 + 0.475 * (1 + np.cos(np.pi * step / lesson.steps)))
        for group in optimiser.param_groups:
            group["lr"] = lesson.rate * group["size"] * slope
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 20.0)
        optimiser.step()
        losses.append(loss.item())
        if step % 25 == 24:
            print(f"{step + 1}/{lesson.steps}  loss {np.mean(losses[-25:]):.3f}  "
                  f"{time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)  # fmt: skip
    return student.arrays()


def _say(
    teachers: Sequence[tuple[Student, float]],
    clean: npt.NDArray[np.float32],
    own: npt.NDArray[np.float32],
    speaker: SpeakerModel,
) -> tuple[Tensor, Tensor]:
    """What the teachers say on average: likelihoods, and logarithms of posteriors."""
    likelihoods, posteriors = [], []
    for network, factor in teachers:
        features, vectors = clean, own
        if factor != 1.0:
            features = clean @ warp(factor)
            vectors = np.stack([speaker.vector(one) for one in features])
        with torch.no_grad():
            chain, xent = network(torch.as_tensor(features), torch.as_tensor(vectors))
        likelihoods.append(chain)
        posteriors.append(torch.log_softmax(xent, -1))
    return torch.stack(likelihoods).mean(0), torch.stack(posteriors).mean(0)


def _loss(wanted: Tensor, sure: Tensor, heard: Tensor, guessed: Tensor) -> Tensor:
    """The states that matter are the likely ones; the rest shall stay where they are, too."""
    apart = (wanted - heard) ** 2
    likely = (torch.softmax(1.5 * wanted, -1) * apart).sum(-1).mean()
    divergence = sure.exp() * (sure - torch.log_softmax(guessed, -1))
    return 0.5 * likely + 3 * apart.mean() + 0.3 * divergence.sum(-1).mean()
