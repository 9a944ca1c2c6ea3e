"""Echo delay tracking: keeps the far-end reference aligned with its echo at the microphone.

A busy machine drops blocks, two sound cards have two clocks (see ``clock_drift``), and a Bluetooth
loudspeaker adds a third of a second. A misaligned echo canceller lets the guide's voice through,
so the delay is measured by GCC-PHAT for as long as the guide speaks. Prominence is the height of
a correlation peak in standard deviations of the rest (``gcc_phat.Delay``).
"""

import logging
from collections import deque

import numpy as np

from assistant.audio.aec.clock_drift import DriftEstimator
from assistant.audio.aec.gcc_phat import Delay, estimate_delay
from assistant.audio.pcm import BLOCK, RATE, Samples, rms

_LOGGER = logging.getLogger(__name__)

_WINDOW = round(0.6 * RATE)
"""Correlation window in samples, 0.6 s: a trade-off of reliability against reaction time."""

_INTERVAL = round(0.2 * RATE / BLOCK)
"""Blocks between two measurements."""

_MIN_FAR_RMS = 60.0
"""RMS of a far-end block (int16, full scale 32,767) above which it is active (-55 dBFS)."""

_MIN_FAR_ACTIVITY = 0.6
"""Share of active far-end blocks in the window that a measurement needs."""

_REFERENCE_LEAD = round(0.04 * RATE)
"""Lead of the aligned reference before its echo, in samples."""

_MAX_UNSHIFTED = round(0.16 * RATE)
"""Echo delay in samples that the cancellers cover without any shift of the reference."""

_DELAY_TOLERANCE = round(0.004 * RATE)
"""Tolerance of the echo delay in samples, each way."""

_MIN_JUMP = 4.0
"""Delay error in samples (0.25 ms) above which the echo has jumped rather than drifted."""

_MIN_NEW_PROMINENCE = 16.0
"""Prominence from which a new delay is accepted; near-end speech alone reaches 12."""

_IMMEDIATE_PROMINENCE = 30.0
"""Prominence from which a new delay needs no confirmation."""

_CONFIRMATION_BLOCKS = round(1.2 * RATE / BLOCK)
"""Blocks after which a confirming measurement shares no samples with the first two."""

_HOLDOFF = round(1.5 * RATE / BLOCK)
"""Hold-off in blocks after a change of delay, before the output counts as aligned again."""

_HOLDOFF_FIRST = round(2.2 * RATE / BLOCK)
"""The same after the first detection of a late echo: AEC3 had adapted to another delay."""

_EXPECTED_PEAK_RATIO = 0.4
"""Share of the highest peak's prominence that keeps the expected delay: near-end speech has
correlation peaks of its own."""

_JUMP_PERIOD = round(20.0 * RATE / BLOCK)
"""Blocks within which a second jump means that the machine is too busy at present."""

_HOLDOFF_REPEATED = round(15.0 * RATE / BLOCK)
"""Hold-off in blocks after repeated jumps."""

_MIN_EXPECTED_PROMINENCE = 6.0
"""Prominence from which there is an echo at the expected delay."""

_MAX_MISSES = 5
"""Consecutive measurements without the echo after which it counts as gone or lost."""

_NO_ECHO_GAIN = 0.03
"""Near-end level relative to far-end below which there is no echo (-30 dB)."""

_DOUBLE_TALK_RATIO = 2.0
"""Near-end level relative to the usual echo level above which double-talk hides the delay peak:
near-end speech has correlation peaks of its own."""

_MAX_DOUBLE_TALK = 25
"""Consecutive measurements, 5 s of far-end speech, after which it is rather a louder echo."""

_GAIN_ALPHA_DOWN, _GAIN_ALPHA_UP = 0.3, 0.03
"""Smoothing factors of the echo gain, downwards and upwards: near-end speech only adds level."""

_CONVERGED_HITS = 15
"""Consecutive measurements, 3 s of far-end speech, with the echo at the expected delay."""

_HISTORY = 2 * RATE
"""History of the far-end signal in samples."""


class EchoDelayTracker:
    """Delays the reference so that its echo follows it by a constant number of samples."""

    def __init__(self) -> None:
        self._near: Samples = np.zeros(_WINDOW, dtype=np.int16)
        self._far: Samples = np.zeros(_HISTORY, dtype=np.int16)
        self._shift = 0
        self._blocks = 0
        self._delay: Delay | None = None
        self._expected = 0
        self._holdoff = 0
        self._hits = self._misses = self._measurements = 0
        self._candidate = -_HISTORY
        self._candidate_block = 0
        self._jumps: deque[int] = deque(maxlen=2)
        self._gain = 0.0
        self._double_talk = 0
        self._drift = DriftEstimator()

    @property
    def drift(self) -> float:
        """Relative rate by which the loudspeaker's clock is faster than the microphone's."""
        return self._drift.drift

    @property
    def has_echo(self) -> bool:
        """Whether an echo of the loudspeaker was found."""
        return self._delay is not None

    @property
    def has_no_echo(self) -> bool:
        """Whether no echo was found in several measurements: headphones, another room."""
        return self._delay is None and self._measurements >= _MAX_MISSES

    @property
    def is_aligned(self) -> bool:
        """Whether the echo is causal and was found at the expected delay since the hold-off."""
        return self._holdoff == 0 and self._expected >= 0

    @property
    def is_converged(self) -> bool:
        """Whether the echo was found at the expected delay many times in a row."""
        return self._hits >= _CONVERGED_HITS and self.is_aligned

    @property
    def delay(self) -> Delay | None:
        """The delay that was accepted last, against the unshifted reference; None at first."""
        return self._delay

    def align(self, near: Samples, far: Samples) -> Samples:
        """Take a near-end and a far-end block; returns the far-end block aligned with ``near``.

        All int16, shape (BLOCK,), 16 kHz.
        """
        self._near = np.concatenate([self._near[len(near) :], near])
        self._far = np.concatenate([self._far[len(far) :], far])
        self._blocks += 1
        self._drift.count_block()
        self._holdoff = max(0, self._holdoff - 1)
        if self._blocks % _INTERVAL == 0:
            self.measure()
        end = len(self._far) - self._shift
        return np.ascontiguousarray(self._far[end - len(far) : end])

    def measure(self) -> None:
        """Measure the delay now; ``align`` does it five times a second."""
        blocks = self._far[-_WINDOW:].reshape(-1, BLOCK).astype(np.float32)
        if np.mean(np.mean(blocks * blocks, axis=1) > _MIN_FAR_RMS**2) < _MIN_FAR_ACTIVITY:
            return
        self._measurements += 1
        expected = None if self._delay is None else (self._shift + self._expected) / RATE
        found = estimate_delay(self._near, self._far[-_WINDOW:], expected=expected)
        lag = round(found.seconds * RATE)
        if expected is not None and (
            (abs(lag - expected * RATE) <= _DELAY_TOLERANCE and found.is_prominent)
            or found.expected_prominence
            > max(_MIN_EXPECTED_PROMINENCE, _EXPECTED_PEAK_RATIO * found.prominence)
        ):
            self._misses = self._double_talk = 0
            self._hits += 1
            self._learn_gain()
            if abs(lag - expected * RATE) <= _DELAY_TOLERANCE:
                self._correct(found.seconds * RATE)
            return
        if self._is_double_talk():
            return
        if found.prominence < _MIN_NEW_PROMINENCE:
            self._count_miss()
            return
        self._misses = 0
        if found.prominence < _IMMEDIATE_PROMINENCE and not self._is_confirmed(lag):
            if expected is not None:
                self._holdoff = max(self._holdoff, _INTERVAL + 1)
            return  # perhaps only near-end speech: wait for confirmation
        if expected is not None:
            _LOGGER.info("the echo comes %+.0f ms off", 1000 * (found.seconds - expected))
            self._jumps.append(self._blocks)
        self._delay = found
        self._hits = self._double_talk = 0
        self._gain = 0.0
        self._set_shift(lag, first=expected is None)
        repeated = len(self._jumps) == 2 and self._blocks - self._jumps[0] < _JUMP_PERIOD
        if repeated:
            self._holdoff = _HOLDOFF_REPEATED
        else:
            self._holdoff = _HOLDOFF_FIRST if expected is None and self._shift else _HOLDOFF

    def _learn_gain(self) -> None:
        """Track the echo gain: RMS of near-end relative to far-end while the echo is present."""
        gain = rms(self._near) / max(rms(self._far[-_WINDOW:]), 1.0)
        alpha = _GAIN_ALPHA_DOWN if gain < self._gain else _GAIN_ALPHA_UP
        self._gain = gain if not self._gain else self._gain + alpha * (gain - self._gain)

    def _is_double_talk(self) -> bool:
        """Whether near-end speech is so loud that this measurement is unreliable.

        A dropped block does not raise the level, so a jump is still detected without delay.
        """
        usual = self._gain * rms(self._far[-_WINDOW:])
        if self._delay is None or not self._gain or rms(self._near) < _DOUBLE_TALK_RATIO * usual:
            return False
        self._double_talk += 1
        return self._double_talk <= _MAX_DOUBLE_TALK

    def _is_confirmed(self, lag: int) -> bool:
        """Whether an earlier measurement found this delay (``lag`` in samples), too.

        While the loudspeaker has been inaudible, near-end speech is likelier than an echo, and a
        delay is accepted only if it was found in three windows without common samples.
        """
        if abs(lag - self._candidate) > _DELAY_TOLERANCE:
            self._candidate, self._candidate_block = lag, self._blocks
            return False
        return not self.has_no_echo or self._blocks - self._candidate_block >= _CONFIRMATION_BLOCKS

    def _set_shift(self, lag: int, first: bool = False) -> None:
        """Shift the reference so that an echo after ``lag`` samples keeps its distance to it.

        The adaptive filters have converged for that distance only.
        """
        if first:
            self._expected = lag if lag <= _MAX_UNSHIFTED else _REFERENCE_LEAD
        self._shift = max(0, lag - self._expected)
        self._expected = lag - self._shift

    def _correct(self, lag: float) -> None:
        """Correct a small delay error: as clock drift, to a fraction of a sample, or as a jump."""
        error = lag - (self._shift + self._expected)
        if abs(error) > _MIN_JUMP:
            self._set_shift(round(lag))
        else:
            self._drift.update(error)

    def _count_miss(self) -> None:
        """Count a measurement without echo; after several, the echo is gone or misaligned."""
        if self._delay is None:
            return
        self._misses += 1
        self._hits = 0
        if self._misses < _MAX_MISSES:
            return
        if rms(self._near) < _NO_ECHO_GAIN * rms(self._far[-_WINDOW:]):
            self._delay = None  # loudspeaker turned down, or headphones
            self._shift = self._misses = 0
        else:
            self._holdoff = _HOLDOFF
