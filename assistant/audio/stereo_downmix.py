"""Two channels to one, also where they are out of phase and their mean would be silence."""

import numpy as np
import numpy.typing as npt

_SWITCH = 4.0
"""Ratio of energies (6 dB) by which the other downmix must be louder to be taken."""

_LOUDEST = 2.0
"""Where samples are cut: a damaged float may be 1e38, and its energy would outweigh all others."""

_MEMORY_SECONDS = 1.0
_AUDIBLE = 1e-6
"""Mean square at full scale 1 (-60 dBFS) from which a channel pair is judged."""


class StereoDownmix:
    """Mixes pieces of sound down to mono.

    The mean of both channels, or half of their difference where that is clearly louder: one of
    them is then inverted, as in some laptops' microphones and badly wired cables.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._inverted = False
        self._sum = self._difference = 0.0

    def __call__(self, frames: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Mix ``frames``, floats at full scale 1, shape (n, channels), down to shape (n,)."""
        frames = np.clip(frames, -_LOUDEST, _LOUDEST)
        mean: npt.NDArray[np.floating] = frames.mean(axis=1)
        if frames.shape[1] != 2 or not len(frames):
            return mean
        difference: npt.NDArray[np.floating] = (frames[:, 0] - frames[:, 1]) / 2
        kept = np.exp(-len(frames) / (self._rate * _MEMORY_SECONDS))
        self._sum = kept * self._sum + float(np.dot(mean, mean))
        self._difference = kept * self._difference + float(np.dot(difference, difference))
        ours, other = self._sum, self._difference
        if self._inverted:
            ours, other = other, ours
        if other > _SWITCH * ours and other > _AUDIBLE * len(frames):
            self._inverted = not self._inverted
        if self._inverted:
            return difference
        return mean
