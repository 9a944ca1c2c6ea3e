"""The microphone's level while it is listened to: for a display, not for recognition."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assistant.audio.pcm import BLOCK_SECONDS, AudioSource, Samples, amplitude

CLIPPED = 32_700
"""Absolute int16 value from which a sample counts as clipped."""

MOST_CLIPPED = 0.001
"""Share of clipped samples above which the level is too high."""

SOFT = -44.0
"""Peak in dB of full scale below which the gain of 30 dB no longer reaches the usual level."""

_WINDOW = 50
"""Blocks of 20 ms over which clipping is judged: a second."""

_KEPT = 3000
"""Blocks whose peaks are remembered: a minute, as long as an utterance can be."""

_FLOOR_DB, _TOP_DB = -66.0, -6.0
"""Peaks in dBFS at which the bar is empty and full."""


class LevelProblem(StrEnum):
    """What is wrong with a level."""

    NONE = "none"
    TOO_SOFT = "too_soft"
    CLIPPING = "clipping"


@dataclass(frozen=True)
class Level:
    """The level at one moment."""

    fill: float
    """How full a bar is, 0 to 1: the peak of the last second in decibels."""

    clipping: bool
    seconds: float
    """Audio heard since the start, in seconds."""


class LevelMeter:
    """Written by the thread that listens, block by block; read by any other."""

    def __init__(self) -> None:
        self._peaks: deque[int] = deque(maxlen=_KEPT)
        self._clipped: deque[float] = deque(maxlen=_WINDOW)
        self._blocks = 0
        self._level = Level(0.0, False, 0.0)

    @property
    def level(self) -> Level:
        """The level after the latest block."""
        return self._level

    def feed(self, block: Samples) -> None:
        """Take a block: int16, shape (BLOCK,)."""
        values = np.abs(block.astype(np.int32))
        self._peaks.append(int(values.max()))
        self._clipped.append(float(np.mean(values >= CLIPPED)))
        self._blocks += 1
        peak = max(list(self._peaks)[-_WINDOW:])
        decibels = 20 * np.log10(max(peak, 1) / 32768)
        fill = float(np.clip((decibels - _FLOOR_DB) / (_TOP_DB - _FLOOR_DB), 0.0, 1.0))
        clipping = sum(self._clipped) / len(self._clipped) > MOST_CLIPPED
        self._level = Level(fill, clipping, self._blocks * BLOCK_SECONDS)

    def speech_problem(self, start: float, end: float) -> LevelProblem:
        """What was wrong with speech from ``start`` to ``end``, in seconds of audio time.

        Too soft is speech that the gain before the recogniser cannot bring to its level.
        """
        oldest = self._blocks - len(self._peaks)
        first = max(round(start / BLOCK_SECONDS) - oldest, 0)
        last = max(round(end / BLOCK_SECONDS) - oldest, 0)
        spoken = list(self._peaks)[first:last]
        if not spoken:
            return LevelProblem.NONE
        if sum(peak >= CLIPPED for peak in spoken) > 1:
            return LevelProblem.CLIPPING
        return LevelProblem.TOO_SOFT if max(spoken) < amplitude(SOFT) * 32768 else LevelProblem.NONE


class MeteredSource:
    """An ``AudioSource`` whose blocks pass ``meter``."""

    def __init__(self, source: AudioSource, meter: LevelMeter) -> None:
        self._source = source
        self._meter = meter

    def blocks(self) -> Iterator[Samples]:
        """The blocks of the source."""
        for block in self._source.blocks():
            self._meter.feed(block)
            yield block

    @property
    def lost(self) -> bool:
        """As of the source."""
        return self._source.lost

    @property
    def muted(self) -> bool:
        """As of the source."""
        return self._source.muted

    def close(self) -> None:
        """Close the source."""
        self._source.close()
