"""How loud the room is while the guide is silent: a fan all night, or nothing."""

import math
from collections import deque

import numpy as np

from assistant.audio.pcm import BLOCK_SECONDS, Samples, rms, to_float

_BLOCKS = round(20.0 / BLOCK_SECONDS)
"""Blocks that count: 20 s, longer than anybody speaks without a pause."""

_FEW = round(2.0 / BLOCK_SECONDS)
"""Blocks from which something can be said."""

_PART = 20
"""Percentile of their levels that counts: speech has pauses, a fan has none."""

SILENCE = -100.0
"""dBFS of digital silence, and of a room that has not been heard yet."""


class RoomNoise:
    """The level of steady noise at the microphone."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=_BLOCKS)

    def feed(self, block: Samples) -> None:
        """Take a block (int16) of the microphone in which the guide is silent."""
        sound = to_float(block)
        self._levels.append(rms(sound - sound.mean()))

    @property
    def level(self) -> float:
        """RMS in dBFS; ``SILENCE`` as long as too little was heard."""
        if len(self._levels) < _FEW:
            return SILENCE
        quiet = float(np.percentile(self._levels, _PART))
        return 20 * math.log10(quiet) if quiet > 10 ** (SILENCE / 20) else SILENCE
