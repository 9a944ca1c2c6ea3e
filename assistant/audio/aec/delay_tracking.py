"""Keeps what was played in step with what the microphone hears of it.

A busy machine loses blocks on the way to or from the sound card, two cards have two clocks, and
a Bluetooth loudspeaker is a third of a second late. An echo canceller that is fed out of step
lets the own voice through, so the delay is measured all the while the guide speaks.
"""

import logging
from collections import deque

import numpy as np

from assistant.audio.aec.clock_drift import DriftEstimator
from assistant.audio.aec.gcc_phat import Delay, estimate_delay
from assistant.audio.pcm import BLOCK, RATE, Samples, rms

_LOGGER = logging.getLogger(__name__)

_WINDOW = round(0.6 * RATE)
"""Samples in which the echo is looked for: long enough to be sure, short enough to be quick."""

_EVERY = round(0.2 * RATE / BLOCK)
"""Blocks from one look to the next."""

_LEVEL = 60.0
"""Level (root mean square of 32,767) from which something is played."""

_ENOUGH = 0.6
"""Share of the window in which something must be played for a look to be worth it."""

_LEAD = round(0.04 * RATE)
"""Samples by which the reference, once aligned, goes before the echo."""

_REACH = round(0.16 * RATE)
"""Samples by which an echo may be late without any help for the cancellers."""

_SLACK = round(0.004 * RATE)
"""Samples by which the echo may come earlier or later before that counts."""

_STEP = 4.0
"""Samples, 0.25 ms, from which it has jumped rather than drifted."""

_SURE = 16.0
"""Clearness of a delay that is believed: speech of the user alone reaches 12."""

_BEYOND_DOUBT = 30.0
"""Clearness of a delay that need not be found twice."""

_LASTING = round(1.2 * RATE / BLOCK)
"""Blocks after which the third look has no sound in common with the first two."""

_STEADY = round(1.5 * RATE / BLOCK)
"""Blocks for which the echo must have come as expected before it is trusted again."""

_FOUND_ANEW = round(2.2 * RATE / BLOCK)
"""The same where a late echo was found for the first time: AEC3 has looked for it elsewhere."""

_STILL = 0.4
"""Part of the clearness of another delay from which the expected one still holds: speech of the
user has peaks of its own."""

_OFTEN = round(20.0 * RATE / BLOCK)
"""Blocks within which a second slip means that the machine is too busy just now."""

_LONG = round(15.0 * RATE / BLOCK)
"""Blocks for which the echo is not trusted after that."""

_THERE = 6.0
"""Clearness from which there is something at the expected delay."""

_MISSES = 5
"""Looks in a row without the echo that was there before which mean something."""

_GONE = 0.03
"""Level of what is heard, as a part of what is played, below which there is no echo (-30 dB)."""

_DROWNED = 2.0
"""Level of what is heard, as a part of the echo's usual level, from which somebody else speaks so
loudly that a delay can no longer be told: their voice has peaks of its own."""

_LONGEST_DROWNED = 25
"""Looks in a row, 5 s of the guide's speech, after which it is rather a louder echo."""

_LEARNT, _UNLEARNT = 0.3, 0.03
"""How fast the echo's usual level is corrected downwards and upwards: who speaks over it adds."""

_PROVEN = 15
"""Looks in a row, 3 s of speech, that found the echo where it was expected."""

_KEPT = 2 * RATE


class EchoDelayTracker:
    """Delays the reference so that its echo comes ``_LEAD`` after it, whatever happens."""

    def __init__(self) -> None:
        self._near: Samples = np.zeros(_WINDOW, dtype=np.int16)
        self._far: Samples = np.zeros(_KEPT, dtype=np.int16)
        self._shift = 0
        self._blocks = 0
        self._played = 0
        self._known: Delay | None = None
        self._expected = 0
        self._doubted = 0
        self._right = self._misses = self._looks = 0
        self._suspect = -_KEPT
        self._suspected = 0
        self._slips: deque[int] = deque(maxlen=2)
        self._gain = 0.0
        self._drowned = 0
        self._clocks = DriftEstimator()

    @property
    def drift(self) -> float:
        """Share by which the loudspeaker's clock goes faster than the microphone's."""
        return self._clocks.drift

    @property
    def has_echo(self) -> bool:
        """Whether the microphone was found to hear the loudspeaker at all."""
        return self._known is not None

    @property
    def has_no_echo(self) -> bool:
        """Whether the loudspeaker was listened for and not heard: headphones, another room."""
        return self._known is None and self._looks >= _MISSES

    @property
    def is_aligned(self) -> bool:
        """Whether the echo has come as expected for a while, and after what it is an echo of."""
        return self._doubted == 0 and self._expected >= 0

    @property
    def is_converged(self) -> bool:
        """Whether it has come as expected many times in a row."""
        return self._right >= _PROVEN and self.is_aligned

    @property
    def delay(self) -> Delay | None:
        """The delay that was found last, against the reference as it comes; None at first."""
        return self._known

    def align(self, near: Samples, far: Samples) -> Samples:
        """Take a block of each; returns the block of the reference that belongs to ``near``."""
        self._near = np.concatenate([self._near[len(near) :], near])
        self._far = np.concatenate([self._far[len(far) :], far])
        self._blocks += 1
        self._clocks.count_block()
        self._doubted = max(0, self._doubted - 1)
        if self._blocks % _EVERY == 0:
            self.measure()
        end = len(self._far) - self._shift
        return np.ascontiguousarray(self._far[end - len(far) : end])

    def measure(self) -> None:
        """Measure the delay now; done of itself five times a second."""
        spoken = self._far[-_WINDOW:].reshape(-1, BLOCK).astype(np.float32)
        if np.mean(np.mean(spoken * spoken, axis=1) > _LEVEL**2) < _ENOUGH:
            return
        self._looks += 1
        expected = None if self._known is None else (self._shift + self._expected) / RATE
        found = estimate_delay(self._near, self._far[-_WINDOW:], expected=expected)
        late = round(found.seconds * RATE)
        if expected is not None and (
            (abs(late - expected * RATE) <= _SLACK and found.is_prominent)
            or found.elsewhere > max(_THERE, _STILL * found.prominence)
        ):
            self._misses = self._drowned = 0
            self._right += 1
            self._learn_gain()
            if abs(late - expected * RATE) <= _SLACK:
                self._stay(found.seconds * RATE)
            return
        if self._is_double_talk():
            return
        if found.prominence < _SURE:
            self._missed()
            return
        self._misses = 0
        if found.prominence < _BEYOND_DOUBT and not self._seen_before(late):
            if expected is not None:
                self._doubted = max(self._doubted, _EVERY + 1)
            return  # perhaps only the user's voice: the next look will tell
        if expected is not None:
            _LOGGER.info("the echo comes %+.0f ms off", 1000 * (found.seconds - expected))
            self._slips.append(self._blocks)
        self._known = found
        self._right = self._drowned = 0
        self._gain = 0.0
        self._place(late, anew=expected is None)
        often = len(self._slips) == 2 and self._blocks - self._slips[0] < _OFTEN
        if often:
            self._doubted = _LONG
        else:
            self._doubted = _FOUND_ANEW if expected is None and self._shift else _STEADY

    def _learn_gain(self) -> None:
        """The echo is there: how loud is it, as a part of what is played?"""
        gain = rms(self._near) / max(rms(self._far[-_WINDOW:]), 1.0)
        step = _LEARNT if gain < self._gain else _UNLEARNT
        self._gain = gain if not self._gain else self._gain + step * (gain - self._gain)

    def _is_double_talk(self) -> bool:
        """Whether somebody speaks so loudly over the echo that this look tells nothing.

        A block that was lost makes nothing louder, so a slip is noticed as soon as it would be.
        """
        usual = self._gain * rms(self._far[-_WINDOW:])
        if self._known is None or not self._gain or rms(self._near) < _DROWNED * usual:
            return False
        self._drowned += 1
        return self._drowned <= _LONGEST_DROWNED

    def _seen_before(self, late: int) -> bool:
        """Whether an earlier look has found about this delay; if not, a later one may.

        Where the loudspeaker was not heard so far, somebody's voice is likelier than an echo,
        and a delay counts only if it is the same in three different stretches of sound.
        """
        if abs(late - self._suspect) > _SLACK:
            self._suspect, self._suspected = late, self._blocks
            return False
        return not self.has_no_echo or self._blocks - self._suspected >= _LASTING

    def _place(self, late: int, anew: bool = False) -> None:
        """Shift the reference so that an echo ``late`` samples after it comes as before.

        What the cancellers have learnt is good for this one distance.
        """
        if anew:
            self._expected = late if late <= _REACH else _LEAD
        self._shift = max(0, late - self._expected)
        self._expected = late - self._shift

    def _stay(self, late: float) -> None:
        """The echo is about where it should be: keep it there, to a part of a sample."""
        off = late - (self._shift + self._expected)
        if abs(off) > _STEP:
            self._place(round(late))
        else:
            self._clocks.update(off)

    def _missed(self) -> None:
        """The echo was not found: either there is none any more, or it can no longer be told."""
        if self._known is None:
            return
        self._misses += 1
        self._right = 0
        if self._misses < _MISSES:
            return
        if rms(self._near) < _GONE * rms(self._far[-_WINDOW:]):
            self._known = None  # a loudspeaker turned down, headphones
            self._shift = self._misses = 0
        else:
            self._doubted = _STEADY
