"""Queue of the far-end reference, resampled to the microphone's rate and clock."""

import threading
from collections import deque

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import Samples, saturate

RATE = 16_000
"""Sample rate of the reference in Hz, the same as the microphone's (``pcm.RATE``)."""

_CAPACITY = 2 * RATE
"""Capacity in samples: 2 s."""

_MAX_BACKLOG = round(0.04 * RATE)
"""Standing backlog in samples that is tolerated as jitter: sound cards work in bursts."""

_BACKLOG_WINDOW = 100
"""Reads, 2 s of them, over which the minimum backlog is taken."""

_MAX_DRIFT = 0.001
"""Limit of the relative clock difference, 1000 ppm: ten times that of two crystals."""


class ReferenceTap:
    """Queue between two clock domains: the loudspeaker's fills it, the microphone's drains it.

    A variable-ratio resampler compensates the clock drift given by ``set_drift``. On underrun the
    missing samples are zeros, and the reference is late by that much from then on; a backlog that
    stands for 2 s is dropped. So latency stays bounded overnight on a busy machine. Thread-safe
    for one writer and one reader.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active = False
        # Built for the highest ratio. float32, because soxr's int16 output has randomly seeded
        # dither: no two runs would give the same samples.
        self._resampler = soxr.ResampleStream(
            SPOKEN_RATE * (1 + _MAX_DRIFT), RATE, 1, "float32", vr=True
        )
        self.set_drift(0.0)
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._backlog: deque[int] = deque(maxlen=_BACKLOG_WINDOW)

    def set_drift(self, drift: float) -> None:
        """Set the relative rate by which the loudspeaker's clock is faster (1e-6 is 1 ppm)."""
        drift = min(max(drift, -_MAX_DRIFT), _MAX_DRIFT)
        with self._lock:
            self._resampler.set_io_ratio(SPOKEN_RATE * (1 + drift), RATE)

    def put(self, samples: Samples) -> None:
        """Append rendered samples: int16, shape (n,), ``SPEECH_RATE`` Hz.

        Ignored until the first read.
        """
        with self._lock:
            if not self._active:
                return
            more = np.rint(self._resampler.resample_chunk(samples.astype(np.float32)))
            self._waiting = np.concatenate([self._waiting, saturate(more)])[-_CAPACITY:]

    @property
    def waiting(self) -> int:
        """Samples in the queue, at ``RATE`` Hz."""
        return len(self._waiting)

    def __call__(self, count: int) -> Samples:
        """Return the oldest ``count`` samples, int16 at ``RATE`` Hz; zeros on underrun."""
        with self._lock:
            self._active = True
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
            self._backlog.append(len(self._waiting))
            if (
                len(self._backlog) == _BACKLOG_WINDOW
                and (excess := min(self._backlog)) > _MAX_BACKLOG
            ):
                self._waiting = self._waiting[excess:]
                self._backlog.clear()
        return np.pad(taken, (0, count - len(taken)))
