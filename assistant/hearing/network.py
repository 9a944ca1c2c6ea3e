"""The acoustic network of the base model, in numpy: what each sound of 30 ms could be.

The recogniser computes the same inside, but shows nothing of it. Given the i-vector of the whole
utterance the network hears better than the recogniser can, who has to begin with the first word.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.hearing.cepstra import COEFFICIENTS, Floats

SUBSAMPLING = 3
"""Frames of 10 ms for each output of the network."""

_SPLICED = 3
_CONSTANT = 0.1
"""Weight of a frame for the i-vector, and beside how many Gaussians, as in Vosk's settings."""
_CHOSEN = 5
_LEAST = 0.025
_PAST, _GLOBAL = 600.0, 200.0
"""Frames of the running mean, and how many of those the mean of the training speech may fill."""


class Network:
    """Log-likelihoods of acoustic states."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays that ``acoustics/second.py`` made of a base model."""
        with np.load(folder / "network.npz") as arrays:
            self._of = {name: arrays[name] for name in arrays.files}
        self._numbers = self._of["numbers"].tolist()
        self._strides = self._of["strides"].tolist()

    def hidden(self, features: Floats, speaker: Floats) -> tuple[Floats, Floats]:
        """What the last layers of both outputs are made of; a row for every 30 ms."""
        rows = -(-len(features) // SUBSAMPLING)
        margin = 1 + sum(self._strides)
        after = margin + SUBSAMPLING * rows - len(features)
        wide = np.concatenate(
            [features[:1].repeat(margin, 0), features, features[-1:].repeat(after, 0)]
        )
        weights = self._of["first.w"]
        part = [weights[:, n * COEFFICIENTS : (n + 1) * COEFFICIENTS].T for n in range(3)]
        constant = weights[:, 3 * COEFFICIENTS :] @ speaker + self._of["first.b"]
        layer = wide[:-2] @ part[0] + wide[1:-1] @ part[1] + wide[2:] @ part[2] + constant
        layer = self._squash(layer, "first")
        step = 1
        for place, (number, stride) in enumerate(zip(self._numbers, self._strides, strict=True)):
            if step == 1 and all(one % SUBSAMPLING == 0 for one in self._strides[place:]):
                step = SUBSAMPLING
                layer = layer[::step]
            layer = self._factored(layer, number, stride // step)
        bottom = layer[:rows] @ self._of["bottom.w"].T
        return self._head(bottom, "chain"), self._head(bottom, "xent")

    def likelihoods(self, chain: Floats) -> Floats:
        """Log-likelihoods of all acoustic states; shape (rows, states)."""
        return np.asarray(chain @ self._of["chain.out.w"].T + self._of["chain.out.b"])

    def posteriors(self, xent: Floats, states: npt.NDArray[np.int16]) -> Floats:
        """Log-probability of one state in each row, by the output that was trained for it."""
        values = xent @ self._of["xent.out.w"].T + self._of["xent.out.b"]
        top = values.max(axis=1)
        total = np.log(np.exp(values - top[:, None]).sum(axis=1))
        return np.asarray(values[np.arange(len(values)), states] - top - total)

    def _squash(self, layer: Floats, name: str) -> Floats:
        np.maximum(layer, 0, out=layer)
        layer *= self._of[f"{name}.scale"]
        layer += self._of[f"{name}.offset"]
        return layer

    def _factored(self, layer: Floats, number: int, stride: int) -> Floats:
        narrow, wide = self._of[f"{number}.narrow.w"].T, self._of[f"{number}.w"].T
        if stride:
            half = len(narrow) // 2
            small = layer[:-stride] @ narrow[:half] + layer[stride:] @ narrow[half:]
            half = len(wide) // 2
            large = small[:-stride] @ wide[:half] + small[stride:] @ wide[half:]
            layer = layer[stride:-stride]
        else:
            large = layer @ narrow @ wide
        large += self._of[f"{number}.b"]
        return np.asarray(self._of["bypass"] * layer + self._squash(large, f"{number}"))

    def _head(self, bottom: Floats, name: str) -> Floats:
        wide = self._squash(bottom @ self._of[f"{name}.w"].T + self._of[f"{name}.b"], name)
        narrow = wide @ self._of[f"{name}.narrow.w"].T
        return np.asarray(
            narrow * self._of[f"{name}.narrow.scale"] + self._of[f"{name}.narrow.offset"]
        )


class SpeakerModel:
    """The i-vector extractor of the base model, as Kaldi's ``online2`` computes it."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays that ``acoustics/second.py`` made of a base model."""
        with np.load(folder / "speaker.npz") as arrays:
            self._of = {name: arrays[name] for name in arrays.files}
        # Only the Gaussians that a voice comes near are ever read from the disk.
        self._linear = np.load(folder / "linear.npy", mmap_mode="r")
        self._quadratic = np.load(folder / "quadratic.npy", mmap_mode="r")

    def vector(self, features: Floats) -> Floats:
        """The i-vector of one utterance; shape (100,)."""
        plain = self._turned(features)
        near = self._near(self._turned(features - self._mean(features)))
        weight = near.sum(axis=0)
        used = np.flatnonzero(weight)
        moments = near[:, used].T @ plain
        size = self._linear.shape[1]
        matrix = np.zeros((size, size))
        matrix[np.tril_indices(size)] = weight[used] @ self._quadratic[used].astype(np.float32)
        matrix = matrix + np.tril(matrix, -1).T + np.eye(size)
        goal = np.einsum("gif,gf->i", self._linear[used].astype(np.float32), moments)
        prior = float(self._of["prior"][0])
        goal[0] += prior
        vector = np.linalg.solve(matrix, goal)
        vector[0] -= prior
        found: Floats = vector.astype(np.float32)
        return found

    def _mean(self, features: Floats) -> Floats:
        """The mean up to each frame, helped out by that of the training speech."""
        number = np.arange(1, len(features) + 1)[:, None]
        filled = np.clip(_PAST - number, 0, _GLOBAL)
        total = np.cumsum(features, axis=0, dtype=np.float64) + self._of["mean"] * filled
        return np.asarray(total / (number + filled), dtype=np.float32)

    def _turned(self, features: Floats) -> Floats:
        """Seven frames beside each other, turned so that they tell sounds apart."""
        ends = features[:1].repeat(_SPLICED, 0), features[-1:].repeat(_SPLICED, 0)
        wide = np.concatenate([ends[0], features, ends[1]])
        count = len(features)
        spliced = np.concatenate([wide[n : n + count] for n in range(2 * _SPLICED + 1)], axis=1)
        turn = self._of["turn"]
        return np.asarray(spliced @ turn[:, :-1].T + turn[:, -1])

    def _near(self, frames: Floats) -> Floats:
        """How much each Gaussian accounts for each frame, few of them at all."""
        means, precisions = self._of["means"], self._of["precisions"]
        score = self._of["constants"] + frames @ means.T - 0.5 * (frames * frames) @ precisions.T
        best = np.argpartition(-score, _CHOSEN, axis=1)[:, :_CHOSEN]
        chosen = np.take_along_axis(score, best, axis=1)
        share = np.exp(chosen - chosen.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[share < _LEAST] = 0
        share *= _CONSTANT / share.sum(axis=1, keepdims=True)
        near: Floats = np.zeros(score.shape, np.float32)
        np.put_along_axis(near, best, share, axis=1)
        return near
