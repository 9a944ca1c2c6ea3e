"""Talk that goes on and on: a television, people among themselves; and who stands out from it.

People fall silent when somebody answers them, and call after a pause or louder than what is going
on; a television does neither. What is measured here is how much was said in the last minute and how
loudly, apart from what was said to the guide.
"""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from assistant.audio.talk_run import TalkRun

BIN = 0.2
"""Seconds of a bin: one value of speech and level."""

_HISTORY = 60.0
"""Seconds over which talk is measured."""

_SPEECH = 0.5
"""VAD probability from which a bin counts as speech."""

_UNBROKEN = 0.7
"""Share of the history that is speech from which talk counts as unbroken."""

_CROWDED = 12.0
"""Seconds of others' talk in the history from which a remark may well be none to the guide."""

_PAUSE = 2.0
"""Seconds without speech after which somebody who begins to speak may mean the guide."""

_BREATH = 1.0
"""Seconds without speech that do not end what is being said."""

_LONGEST = 15.0
"""Seconds that a remark may take."""

_PERCENTILE = 75.0
"""Percentile of the levels of speech bins that is the level of the talk."""

_LOUDER = 6.0
"""Decibels above the level of the talk from which a bin is another, nearer speaker."""

_MUCH_LOUDER = 8.0
"""Decibels above it from which a remark is certainly no part of the talk."""

_STILL_LOUDER = 4.0
"""Decibels above it down to which that speaker is taken to go on."""

_HOLD = 0.4
"""Seconds for which that speaker is taken to go on after the last loud bin: within words the level
falls by more than 10 dB."""

_SILENT = -120.0


@dataclass
class _Bin:
    at: float
    speech: bool = False
    level: float = _SILENT
    addressed: bool = False
    """It belongs to something that was said to the guide."""


class TalkStream:
    """Follows the talk in the room, and gates what is only its continuation."""

    def __init__(self) -> None:
        self._bins: deque[_Bin] = deque(maxlen=round(_HISTORY / BIN))
        self._bin = _Bin(0.0)
        self._level = _SILENT
        """Level of the talk in dBFS; of the last whole bin."""

        self._talk = 0.0
        self._spoke = -_HISTORY
        self._free_until = _LONGEST
        """Until then a remark that began after a pause goes on."""

        self._loud_until = 0.0
        self._run = TalkRun()
        self._is_gated = False
        self.is_shut_out = False
        """Whether the last block was nothing but the continuation of others' talk."""

    @property
    def nearer_began(self) -> float | None:
        """When a nearer speaker than those who talk began, if it was noticed in the last block.

        None while unbroken talk is shut out anyway: what is let through is that speaker's already.
        """
        return None if self._is_gated else self._run.nearer_began

    def end_nearer(self) -> None:
        """An utterance has ended: until a nearer speaker begins, softer talk is heard again."""
        self._run.end_nearer()

    @property
    def is_unbroken(self) -> bool:
        """Whether others have talked nearly all the time for a minute."""
        return self._talk >= _UNBROKEN * _HISTORY

    def crowds(self, start: float, end: float) -> bool:
        """Whether what was said from ``start`` to ``end`` (seconds) is likely part of others' talk.

        It is if others have talked a good deal, and it was not louder than they.
        """
        others = self._others(before=start - BIN)
        if not _is_much(others):
            return False
        own = self.level(start, end)
        return own == _SILENT or own < _loudness(others) + _MUCH_LOUDER

    def is_known(self, start: float) -> bool:
        """Whether others have talked a good deal in the minute before ``start`` (seconds)."""
        return _is_much(self._others(before=start - BIN))

    def level(self, start: float, end: float) -> float:
        """Level in dBFS of what was said from ``start`` to ``end`` (seconds)."""
        return _loudness([one.level for one in self._bins if start - BIN < one.at < end])

    def feed(self, probability: float, rms: float, now: float, prompt: bool = False) -> float:
        """Take a block; returns its speech probability, 0 if it only continues others' talk.

        ``probability``: P(speech); ``rms``: its level, full scale 1; ``now``: its end in seconds;
        ``prompt``: whether the guide is audible in it.
        """
        level = 20 * float(np.log10(max(rms, 1e-6)))
        if now - self._bin.at >= BIN:
            self._close_bin(now)
        speech = probability >= _SPEECH
        self._bin.level = max(self._bin.level, level)
        if speech:
            self._bin.speech = True
            silence, self._spoke = now - self._spoke, now
            if silence >= _PAUSE:
                self._free_until = now + _LONGEST
            elif silence >= _BREATH:
                self._free_until = now
        if prompt:
            self._run.skip(speech, now)
            self.is_shut_out = False
        else:
            self.is_shut_out = self._run.feed(speech, level, now)
        self._is_gated = self.is_unbroken and now >= self._free_until
        if self._is_gated:
            self._gate(level, now)
        return 0.0 if self.is_shut_out else probability

    def _gate(self, level: float, now: float) -> None:
        """Shut out the continuation of unbroken talk."""
        if level >= self._level + (_STILL_LOUDER if now < self._loud_until else _LOUDER):
            self._loud_until = now + _HOLD
        self.is_shut_out = self.is_shut_out or now >= self._loud_until

    def addressed(self, start: float, end: float) -> None:
        """What was said from ``start`` to ``end`` (seconds) was said to the guide."""
        for one in self._bins:
            if start - BIN <= one.at <= end:
                one.addressed = True
        self._run.restart(self._bin.at)
        self._measure()

    def _close_bin(self, now: float) -> None:
        self._bins.append(self._bin)
        self._bin = _Bin(now)
        self._measure()

    def _measure(self) -> None:
        levels = self._others()
        self._talk = BIN * len(levels)
        self._level = _loudness(levels)

    def _others(self, before: float = math.inf) -> list[float]:
        """Levels in dBFS of the bins with others' speech."""
        return [
            one.level for one in self._bins if one.speech and not one.addressed and one.at < before
        ]


def _is_much(levels: list[float]) -> bool:
    return BIN * len(levels) >= _CROWDED


def _loudness(levels: list[float]) -> float:
    return float(np.percentile(levels, _PERCENTILE)) if levels else _SILENT
