"""The base model's network in PyTorch, for training; uses the arrays of the second pass."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from assistant.asr.graph.kaldi_io import KaldiFile

_FIXED = ("numbers", "strides", "bypass")
_SUBSAMPLING = 3


class Student(torch.nn.Module):
    """TDNN-F with trainable weights and biases; batch norms are frozen (scale, offset)."""

    def __init__(self, arrays: Mapping[str, Any], learns: bool = True) -> None:
        super().__init__()
        self._numbers = arrays["numbers"].tolist()
        self._strides = arrays["strides"].tolist()
        self._bypass = float(arrays["bypass"][0])
        self._names = [name for name in arrays if name not in _FIXED]
        for name in self._names:
            value, place = torch.tensor(arrays[name]), name.replace(".", "_")
            if name.endswith(("scale", "offset")):
                self.register_buffer(place, value)
            else:
                self.register_parameter(place, torch.nn.Parameter(value, requires_grad=learns))

    def arrays(self) -> dict[str, Any]:
        """All weights by name, as numpy arrays."""
        return {name: self._of(name).detach().numpy() for name in self._names}

    def forward(self, features: Tensor, speaker: Tensor) -> tuple[Tensor, Tensor]:
        """Both outputs (batch, rows, pdfs) for features (batch, frames, 40) and i-vectors."""
        frames = features.shape[1]
        rows = -(-frames // _SUBSAMPLING)
        margin = 1 + sum(self._strides)
        after = margin + _SUBSAMPLING * rows - frames
        ends = features[:, :1].expand(-1, margin, -1), features[:, -1:].expand(-1, after, -1)
        wide = torch.cat([ends[0], features, ends[1]], 1)
        weights, size = self._of("first.w"), features.shape[2]
        layer = (speaker @ weights[:, 3 * size :].T + self._of("first.b"))[:, None]
        for place in range(3):
            part = wide[:, place : wide.shape[1] - 2 + place]
            layer = layer + part @ weights[:, place * size : (place + 1) * size].T
        layer = self._squash(layer, "first")
        step = 1
        for place, (number, stride) in enumerate(zip(self._numbers, self._strides, strict=True)):
            if step == 1 and all(one % _SUBSAMPLING == 0 for one in self._strides[place:]):
                step = _SUBSAMPLING
                layer = layer[:, ::step]
            layer = self._factored(layer, number, stride // step)
        bottom = layer[:, :rows] @ self._of("bottom.w").T
        return self._head(bottom, "chain"), self._head(bottom, "xent")

    def _of(self, name: str) -> Tensor:
        found: Tensor = getattr(self, name.replace(".", "_"))
        return found

    def _squash(self, layer: Tensor, name: str) -> Tensor:
        return torch.relu(layer) * self._of(f"{name}.scale") + self._of(f"{name}.offset")

    def _factored(self, layer: Tensor, number: int, stride: int) -> Tensor:
        narrow, wide = self._of(f"{number}.narrow.w").T, self._of(f"{number}.w").T
        if stride:
            half = len(narrow) // 2
            small = layer[:, :-stride] @ narrow[:half] + layer[:, stride:] @ narrow[half:]
            half = len(wide) // 2
            large = small[:, :-stride] @ wide[:half] + small[:, stride:] @ wide[half:]
            layer = layer[:, stride:-stride]
        else:
            large = layer @ narrow @ wide
        return self._bypass * layer + self._squash(large + self._of(f"{number}.b"), f"{number}")

    def _head(self, bottom: Tensor, name: str) -> Tensor:
        wide = self._squash(bottom @ self._of(f"{name}.w").T + self._of(f"{name}.b"), name)
        narrow = wide @ self._of(f"{name}.narrow.w").T
        narrow = narrow * self._of(f"{name}.narrow.scale") + self._of(f"{name}.narrow.offset")
        return narrow @ self._of(f"{name}.out.w").T + self._of(f"{name}.out.b")


class Optimiser:
    """Adam; the learning rate rises for 50 steps and falls along half a cosine to a twentieth."""

    def __init__(self, student: Student, rate: float, steps: int) -> None:
        """``rate`` is relative to the size of the weights, see ``learning_rates``."""
        self._student, self._rate, self._steps = student, rate, steps
        self._adam = torch.optim.Adam(learning_rates(student), betas=(0.9, 0.99))
        self._step = 0

    def step(self, loss: Tensor) -> None:
        """Change the student by the gradient of ``loss``, clipped to the norm 20."""
        cosine = np.cos(np.pi * self._step / self._steps)
        slope = min(1, (self._step + 1) / 50) * (0.05 + 0.475 * (1 + cosine))
        for group in self._adam.param_groups:
            group["lr"] = self._rate * group["size"] * slope
        self._adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._student.parameters(), 20.0)
        self._adam.step()
        self._step += 1


def distillation_loss(teacher: tuple[Tensor, Tensor], student: tuple[Tensor, Tensor]) -> Tensor:
    """How far the outputs of the student (both heads, see ``forward``) are from the teacher's."""
    (wanted, sure), (heard, guessed) = teacher, student
    apart = (wanted - heard) ** 2
    # Weight the likely states most, but keep the others in place too.
    likely = (torch.softmax(1.5 * wanted, -1) * apart).sum(-1).mean()
    log_sure = torch.log_softmax(sure, -1)
    divergence = log_sure.exp() * (log_sure - torch.log_softmax(guessed, -1))
    return 0.5 * likely + 3 * apart.mean() + 0.3 * divergence.sum(-1).mean()


def cross_entropy(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean over the labelled frames; ``scores`` (batch, rows, pdfs), ``labels`` (batch, rows).

    A label is a pdf-id, int64, or -1 for none.
    """
    return torch.nn.functional.cross_entropy(
        scores.flatten(0, 1), labels.flatten(), ignore_index=-1
    )


def learning_rates(student: Student) -> list[dict[str, Any]]:
    """Parameter groups for Adam, with learning rates proportional to the RMS of the weights.

    The weights of the first layer are a tenth of the others'.
    """
    found = []
    for one in student.parameters():
        values = one.detach()
        size = float(values.std() if values.ndim > 1 else values.abs().mean())
        found.append({"params": [one], "size": size})
    return found


def changes_of(old: Mapping[str, Any], student: Student, network: Path) -> dict[str, Any]:
    """The change of each parameter of ``network``, a ``final.mdl``; ``old``: arrays before."""
    layers = dict(KaldiFile(network).after("<Nnet3>").parts("<ComponentName>"))
    lda = (layers["lda"].array_of("<LinearParams>"), layers["lda"].array_of("<BiasParams>"))
    return as_kaldi(old, student.arrays(), lda)


def as_kaldi(
    old: Mapping[str, Any], new: Mapping[str, Any], lda: tuple[Any, Any]
) -> dict[str, Any]:
    """The change of each parameter of ``final.mdl``, by ``component/parameter``.

    ``lda`` (matrix, offset) precedes the first layer and is unchanged: the arrays contain the
    product W = A L of both, which is solved for A here.
    """
    found: dict[str, Any] = {}
    turn = np.linalg.inv(lda[0].astype(np.float64))
    first = (new["first.w"] - old["first.w"]).astype(np.float64) @ turn
    found["tdnn1.affine/LinearParams"] = first
    found["tdnn1.affine/BiasParams"] = new["first.b"] - old["first.b"] - first @ lda[1]
    names = {"bottom.w": "prefinal-l/Params"}
    for number in old["numbers"].tolist():
        names[f"{number}.narrow.w"] = f"tdnnf{number}.linear/LinearParams"
        names[f"{number}.w"] = f"tdnnf{number}.affine/LinearParams"
        names[f"{number}.b"] = f"tdnnf{number}.affine/BiasParams"
    for head, end in (("chain", "output"), ("xent", "output-xent")):
        names[f"{head}.w"] = f"prefinal-{head}.affine/LinearParams"
        names[f"{head}.b"] = f"prefinal-{head}.affine/BiasParams"
        names[f"{head}.narrow.w"] = f"prefinal-{head}.linear/Params"
        names[f"{head}.out.w"] = f"{end}.affine/LinearParams"
        names[f"{head}.out.b"] = f"{end}.affine/BiasParams"
    for name, kaldi in names.items():
        found[kaldi] = new[name] - old[name]
    return {name: change.astype(np.float32) for name, change in found.items()}
