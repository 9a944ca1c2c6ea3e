"""What was played, at the microphone's rate, waiting to be compared with what is heard."""

from collections import deque

import numpy as np
import soxr

from assistant.speaking.protocols import RATE as SPOKEN_RATE
from assistant.speaking.protocols import Samples

RATE = 16_000
"""Sample rate, in Hz, of what a tap gives: that of everything that is heard."""

_MOST = 2 * RATE

_LATE = round(0.04 * RATE)
"""Samples that may be waiting all the time: the cards ask for and give sound in bursts."""

_WATCHED = 100
"""Takes, 2 s of them, in which the fewest waiting samples are looked for."""


class Tap:
    """A queue between two clocks: the loudspeaker's, which fills it, and the microphone's.

    What is missing is given as zeros, and so comes later than it should from then on; what has
    been waiting for two seconds on end is thrown away. So neither a busy machine nor two
    crystals that disagree can make it run late, or over, in a night.
    """

    def __init__(self) -> None:
        # float32: to int16 soxr adds noise of a random seed, and no two runs would be alike
        self._resampler = soxr.ResampleStream(SPOKEN_RATE, RATE, 1, "float32", quality="LQ")
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._left: deque[int] = deque(maxlen=_WATCHED)

    def put(self, samples: Samples) -> None:
        """Take what was just rendered, int16 at ``SPOKEN_RATE`` Hz."""
        more = np.rint(self._resampler.resample_chunk(samples.astype(np.float32)))
        more = np.clip(more, -32768, 32767).astype(np.int16)
        self._waiting = np.concatenate([self._waiting, more])[-_MOST:]

    @property
    def waiting(self) -> int:
        """Samples that were put and not yet taken."""
        return len(self._waiting)

    def take(self, count: int) -> Samples:
        """Give the oldest ``count`` samples, int16 at ``RATE`` Hz."""
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        self._left.append(len(self._waiting))
        if len(self._left) == _WATCHED and (late := min(self._left)) > _LATE:
            self._waiting = self._waiting[late:]
            self._left.clear()
        return np.pad(taken, (0, count - len(taken)))
