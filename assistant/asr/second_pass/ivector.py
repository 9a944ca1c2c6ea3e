"""The i-vector extractor of the base model, in numpy."""

from pathlib import Path

import numpy as np

from assistant.asr.model_format import LINEAR, QUADRATIC, SPEAKER, SpeakerArrays
from assistant.asr.second_pass.mfcc import Floats

_SPLICED = 3
_CONSTANT = 0.1
"""Weight of a frame for the i-vector, and beside how many Gaussians, as in Vosk's settings."""
_CHOSEN = 5
_LEAST = 0.025
_PAST, _GLOBAL = 600.0, 200.0
"""Frames of the running mean, and how many of those the mean of the training speech may fill."""


class IvectorExtractor:
    """The i-vector extractor of the base model, as Kaldi's ``online2`` computes it."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays that ``asr/graph/second_pass_export.py`` made of a base model."""
        self._of = SpeakerArrays.load(folder / SPEAKER)
        # Only the Gaussians that a voice comes near are ever read from the disk.
        self._linear = np.load(folder / LINEAR, mmap_mode="r")
        self._quadratic = np.load(folder / QUADRATIC, mmap_mode="r")

    def extract(self, features: Floats) -> Floats:
        """The i-vector of one utterance; shape (100,)."""
        plain = self._splice_lda(features)
        near = self._gaussian_posteriors(self._splice_lda(features - self._online_cmn(features)))
        weight = near.sum(axis=0)
        used = np.flatnonzero(weight)
        moments = near[:, used].T @ plain
        size = self._linear.shape[1]
        matrix = np.zeros((size, size))
        matrix[np.tril_indices(size)] = weight[used] @ self._quadratic[used].astype(np.float32)
        matrix = matrix + np.tril(matrix, -1).T + np.eye(size)
        goal = np.einsum("gif,gf->i", self._linear[used].astype(np.float32), moments)
        prior = float(self._of.prior[0])
        goal[0] += prior
        vector = np.linalg.solve(matrix, goal)
        vector[0] -= prior
        found: Floats = vector.astype(np.float32)
        return found

    def _online_cmn(self, features: Floats) -> Floats:
        """The mean up to each frame, helped out by that of the training speech."""
        number = np.arange(1, len(features) + 1)[:, None]
        filled = np.clip(_PAST - number, 0, _GLOBAL)
        total = np.cumsum(features, axis=0, dtype=np.float64) + self._of.mean * filled
        return np.asarray(total / (number + filled), dtype=np.float32)

    def _splice_lda(self, features: Floats) -> Floats:
        """Seven frames beside each other, turned so that they tell sounds apart."""
        ends = features[:1].repeat(_SPLICED, 0), features[-1:].repeat(_SPLICED, 0)
        wide = np.concatenate([ends[0], features, ends[1]])
        count = len(features)
        spliced = np.concatenate([wide[n : n + count] for n in range(2 * _SPLICED + 1)], axis=1)
        turn = self._of.turn
        return np.asarray(spliced @ turn[:, :-1].T + turn[:, -1])

    def _gaussian_posteriors(self, frames: Floats) -> Floats:
        """How much each Gaussian accounts for each frame, few of them at all."""
        means, precisions = self._of.means, self._of.precisions
        score = self._of.constants + frames @ means.T - 0.5 * (frames * frames) @ precisions.T
        best = np.argpartition(-score, _CHOSEN, axis=1)[:, :_CHOSEN]
        chosen = np.take_along_axis(score, best, axis=1)
        share = np.exp(chosen - chosen.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[share < _LEAST] = 0
        share *= _CONSTANT / share.sum(axis=1, keepdims=True)
        near: Floats = np.zeros(score.shape, np.float32)
        np.put_along_axis(near, best, share, axis=1)
        return near
