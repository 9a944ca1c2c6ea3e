"""What was played, at the microphone's rate, waiting to be compared with what is heard."""

import threading
from collections import deque

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import Samples, saturate

RATE = 16_000
"""Sample rate, in Hz, of what a tap gives: that of everything that is heard."""

_MOST = 2 * RATE

_LATE = round(0.04 * RATE)
"""Samples that may be waiting all the time: the cards ask for and give sound in bursts."""

_WATCHED = 100
"""Takes, 2 s of them, in which the fewest waiting samples are looked for."""

_MOST_APART = 0.001
"""Share by which two clocks may differ: ten times as much as two crystals do."""


class ReferenceTap:
    """A queue between two clocks: the loudspeaker's, which fills it, and the microphone's.

    Whoever compares both tells how far the clocks are apart (``pace``); a resampler of variable
    rate makes it good. What is missing is given as zeros, and so comes later than it should from
    then on; what has been waiting for two seconds on end is thrown away. So a busy machine
    cannot make it run late, or over, in a night. One thread may put while another takes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = False
        # built for the highest ratio; float32: to int16 soxr adds noise of a random seed, and
        # no two runs would be alike
        self._resampler = soxr.ResampleStream(
            SPOKEN_RATE * (1 + _MOST_APART), RATE, 1, "float32", vr=True
        )
        self.set_drift(0.0)
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._left: deque[int] = deque(maxlen=_WATCHED)

    def set_drift(self, ahead: float) -> None:
        """The loudspeaker's clock goes faster than the microphone's by this share, from now on."""
        ahead = min(max(ahead, -_MOST_APART), _MOST_APART)
        with self._lock:
            self._resampler.set_io_ratio(SPOKEN_RATE * (1 + ahead), RATE)

    def put(self, samples: Samples) -> None:
        """Take what was just rendered, int16 at ``SPOKEN_RATE`` Hz; kept once it is asked for."""
        with self._lock:
            if not self._wanted:
                return
            more = np.rint(self._resampler.resample_chunk(samples.astype(np.float32)))
            more = saturate(more)
            self._waiting = np.concatenate([self._waiting, more])[-_MOST:]

    @property
    def waiting(self) -> int:
        """Samples that were put and not yet taken."""
        return len(self._waiting)

    def __call__(self, count: int) -> Samples:
        """Give the oldest ``count`` samples, int16 at ``RATE`` Hz, zeros where there is nothing."""
        with self._lock:
            self._wanted = True
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
            self._left.append(len(self._waiting))
            if len(self._left) == _WATCHED and (late := min(self._left)) > _LATE:
                self._waiting = self._waiting[late:]
                self._left.clear()
        return np.pad(taken, (0, count - len(taken)))
