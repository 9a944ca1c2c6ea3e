"""A nearer speaker who begins while others talk on without a pause.

Talk without a pause would be one utterance of many seconds, with the call somewhere in its middle.
A voice that is much louder than the talk that is going on is another, nearer speaker: an utterance
of its own begins there, and until it has ended the softer talk around it is shut out.
"""

import math
from collections import deque

import numpy as np

from assistant.audio.pcm import BLOCK_SECONDS

BIN = 0.2
"""Seconds of a bin; its level is that of its loudest block."""

_WINDOW = 10.0
"""Seconds of the run over which the level of the talk is measured."""

_LEAST = 3.0
"""Seconds of speech after which talk counts as going on."""

_PAUSE = 2.0
"""Seconds without speech that end the run."""

_PERCENTILE = 75.0
"""Percentile of the bins' levels that is the level of the talk."""

_NEARER = 8.0
"""Decibels above the level of the talk from which a block is a nearer speaker's."""

_BLOCKS, _OF_BLOCKS = 3, 5
"""So many of the last so many blocks must be: a click is shorter."""

_STILL_NEARER = 4.0
"""Decibels above it down to which that speaker goes on, and from which they may have begun."""

_HOLD = 0.4
"""Seconds for which that speaker goes on after the last loud block: within words the level falls by
more than 10 dB."""

_GONE = 2.0
"""Seconds without a loud block after which that speaker has certainly ended."""


class TalkRun:
    """Follows the talk since the last pause. Levels in dBFS, times in seconds of audio."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=round(_WINDOW / BIN))
        self._near: deque[bool] = deque(maxlen=_OF_BLOCKS)
        self._bin_start = 0.0
        self._bin_level = -math.inf
        self._spoke = -_PAUSE
        self._loud_since = self._loud_until = 0.0
        self._is_nearer = False
        self._level: float | None = None
        """Level of the talk; None as long as it does not go on."""

        self.nearer_began: float | None = None
        """When a nearer speaker began, if it was noticed in the last block."""

    def feed(self, speech: bool, level: float, now: float) -> bool:
        """Take the block that ends at ``now``; whether to shut it out."""
        self.nearer_began = None
        if now - self._spoke >= _PAUSE:
            self.restart(now)
        if speech:
            self._spoke = now
        if self._level is not None:
            self._follow_nearer(self._level, speech, level, now)
        if not self._is_nearer:
            self._measure(speech, level, now)
        return self._is_nearer and now >= self._loud_until

    def skip(self, speech: bool, now: float) -> None:
        """Take a block in which the guide is audible: its level tells nothing about the talk."""
        self.nearer_began = None
        self.end_nearer()
        if speech:
            self._spoke = now

    def end_nearer(self) -> None:
        """The nearer speaker's utterance has ended: what follows is heard again."""
        self._is_nearer = False
        self._near.clear()

    def _follow_nearer(self, talk: float, speech: bool, level: float, now: float) -> None:
        if level >= talk + _STILL_NEARER:
            if now >= self._loud_until:
                self._loud_since = now - BLOCK_SECONDS
            self._loud_until = now + _HOLD
        self._near.append(speech and level >= talk + _NEARER)
        if not self._is_nearer and sum(self._near) >= _BLOCKS:
            self._is_nearer, self.nearer_began = True, self._loud_since
        elif now >= self._loud_until + _GONE:
            self._is_nearer = False

    def _measure(self, speech: bool, level: float, now: float) -> None:
        if now - self._bin_start >= BIN:
            if self._bin_level > -math.inf:
                self._levels.append(self._bin_level)
            self._bin_start, self._bin_level = now, -math.inf
            if BIN * len(self._levels) >= _LEAST:
                self._level = float(np.percentile(self._levels, _PERCENTILE))
        if speech:
            self._bin_level = max(self._bin_level, level)

    def restart(self, now: float) -> None:
        """What was said until ``now`` is no talk that goes on."""
        self._levels.clear()
        self.end_nearer()
        self._level = None
        self._bin_start, self._bin_level = now, -math.inf
