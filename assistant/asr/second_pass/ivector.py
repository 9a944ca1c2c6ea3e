"""i-vector extraction in numpy, as Kaldi's ``OnlineIvectorFeature`` does it.

Source: Kaldi ``online2/online-ivector-feature.cc`` and ``ivector/ivector-extractor.cc``.
"""

from pathlib import Path

import numpy as np

from assistant.asr.model_format import LINEAR, QUADRATIC, SPEAKER, SpeakerArrays
from assistant.asr.second_pass.mfcc import Floats

_SPLICE_CONTEXT = 3
"""Frames spliced on either side before the LDA."""

# Kaldi's posterior-scale, num-gselect and min-post, with Vosk's values.
_POSTERIOR_SCALE = 0.1
_NUM_GSELECT = 5
_MIN_POST = 0.025

_CMN_WINDOW, _GLOBAL_FRAMES = 600.0, 200.0
"""Online CMN, in frames: window of the running mean, and how much of it the global mean of the
training data may fill while the utterance is shorter than the window."""


class IvectorExtractor:
    """The base model's i-vector extractor, applied to whole utterances."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays that ``graph/second_pass_export.py`` exported from the base model."""
        self._arrays = SpeakerArrays.load(folder / SPEAKER)
        # Memory-mapped: only the rows of the selected Gaussians are ever read from disk.
        self._linear = np.load(folder / LINEAR, mmap_mode="r")
        self._quadratic = np.load(folder / QUADRATIC, mmap_mode="r")

    def extract(self, features: Floats) -> Floats:
        """Return the i-vector of one utterance: float32, shape (100,).

        ``features`` are MFCCs, float32, shape (frames, 40). MAP point estimate: solves
        (I + sum of γ M'Σ⁻¹M) w = prior + sum of M'Σ⁻¹ (γ-weighted features). UBM posteriors γ
        come from features with CMN, the statistics from features without.
        """
        spliced = self._splice_lda(features)
        posteriors = self._gaussian_posteriors(
            self._splice_lda(features - self._online_cmn(features))
        )
        zeroth = posteriors.sum(axis=0)
        used = np.flatnonzero(zeroth)
        first = posteriors[:, used].T @ spliced
        dim = self._linear.shape[1]
        precision = np.zeros((dim, dim))
        precision[np.tril_indices(dim)] = zeroth[used] @ self._quadratic[used].astype(np.float32)
        precision = precision + np.tril(precision, -1).T + np.eye(dim)
        linear = np.einsum("gif,gf->i", self._linear[used].astype(np.float32), first)
        prior_offset = float(self._arrays.prior[0])
        linear[0] += prior_offset
        solution = np.linalg.solve(precision, linear)
        solution[0] -= prior_offset
        ivector: Floats = solution.astype(np.float32)
        return ivector

    def _online_cmn(self, features: Floats) -> Floats:
        """Running cepstral mean at each frame, float32, shape (frames, 40).

        Smoothed with the global mean as in Kaldi's ``OnlineCmvn`` (``feat/online-feature.cc``),
        but the window does not slide: beyond 6 s the mean covers the whole utterance so far.
        """
        seen = np.arange(1, len(features) + 1)[:, None]
        global_frames = np.clip(_CMN_WINDOW - seen, 0, _GLOBAL_FRAMES)
        total = np.cumsum(features, axis=0, dtype=np.float64) + self._arrays.mean * global_frames
        return np.asarray(total / (seen + global_frames), dtype=np.float32)

    def _splice_lda(self, features: Floats) -> Floats:
        """Splice ±3 frames (edges repeated) and apply the affine LDA transform.

        float32, shape (frames, 40) to (frames, LDA dimension).
        """
        head = features[:1].repeat(_SPLICE_CONTEXT, 0)
        tail = features[-1:].repeat(_SPLICE_CONTEXT, 0)
        padded = np.concatenate([head, features, tail])
        frames = len(features)
        spliced = np.concatenate(
            [padded[n : n + frames] for n in range(2 * _SPLICE_CONTEXT + 1)], axis=1
        )
        lda = self._arrays.turn
        return np.asarray(spliced @ lda[:, :-1].T + lda[:, -1])

    def _gaussian_posteriors(self, frames: Floats) -> Floats:
        """UBM posteriors of each frame, mostly zero: float32, shape (frames, Gaussians).

        Gaussian selection as in Kaldi's ``VectorToPosteriorEntry`` (``hmm/posterior.cc``): the
        best 5 Gaussians, posteriors below 0.025 pruned, the rest renormalised, then scaled by
        0.1. The UBM is diagonal; log-likelihoods as in ``DiagGmm::LogLikelihoods``
        (``gmm/diag-gmm.cc``). ``frames``: float32, shape (frames, LDA dimension).
        """
        means_invvars, inv_vars = self._arrays.means, self._arrays.precisions
        log_likelihoods = (
            self._arrays.constants + frames @ means_invvars.T
            - 0.5 * (frames * frames) @ inv_vars.T
        )  # fmt: skip
        selected = np.argpartition(-log_likelihoods, _NUM_GSELECT, axis=1)[:, :_NUM_GSELECT]
        best = np.take_along_axis(log_likelihoods, selected, axis=1)
        pruned = np.exp(best - best.max(axis=1, keepdims=True))
        pruned /= pruned.sum(axis=1, keepdims=True)
        pruned[pruned < _MIN_POST] = 0
        pruned *= _POSTERIOR_SCALE / pruned.sum(axis=1, keepdims=True)
        posteriors: Floats = np.zeros(log_likelihoods.shape, np.float32)
        np.put_along_axis(posteriors, selected, pruned, axis=1)
        return posteriors
