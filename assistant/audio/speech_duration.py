"""Speech duration from the short-time level alone."""

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import BLOCK, RATE, Samples

_THRESHOLD = 0.4
"""Speech threshold: this fraction of the range from the quiet to the loud level in dB."""

_MAX_GAP = 15
"""Longest gap in blocks (0.3 s) that counts as speech; noise masks parts of it."""


class SpeechTimer:
    """Accumulates audio and returns the seconds of speech in it.

    Much cheaper than voice activity detection, and sufficient for a plausibility check of the
    speaking rate: a phrase of twenty letters cannot be said in a third of a second.
    """

    def __init__(self) -> None:
        self._levels: list[npt.NDArray[np.float32]] = []
        self._pending: Samples = np.zeros(0, dtype=np.int16)

    def feed(self, samples: Samples) -> None:
        """Append samples: int16, shape (n,), mono, 16 kHz, any length."""
        pending = np.concatenate([self._pending, samples]) if len(self._pending) else samples
        end = len(pending) // BLOCK * BLOCK
        self._pending = pending[end:]
        if end:
            blocks = pending[:end].astype(np.float32).reshape(-1, BLOCK)
            power = np.mean(blocks * blocks, axis=1)
            self._levels.append(10 * np.log10(power + np.float32(1.0)))

    @property
    def seconds(self) -> float:
        """Seconds of speech so far, short gaps included.

        The range of the levels is that of their 10th to 98th percentile, in dB.
        """
        if not self._levels:
            return 0.0
        levels = np.concatenate(self._levels)
        quiet, loud = np.percentile(levels, [10, 98])
        active = np.flatnonzero(levels > quiet + _THRESHOLD * (loud - quiet))
        gaps = np.diff(active, prepend=active[:1] - 1)
        return float(np.sum(gaps[gaps <= _MAX_GAP])) * BLOCK / RATE
