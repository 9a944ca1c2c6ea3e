"""Two sound cards have two clocks: one runs a little faster, and nobody knows which, or how much.

A headset or a speakerphone has one. A microphone of its own beside a loudspeaker does not: 50
millionths of difference, as two crystals have, move the echo by 48 samples a minute, and an echo
canceller that has learnt where it comes from is wrong again after a second. So the rate of the
reference is steered until the echo stays where it was: a control loop of second order (a
proportional and an integral part), critically damped, like that of a phase-locked loop.
"""

from assistant.audio.pcm import BLOCK, RATE

_SPEED = 0.5
"""Natural frequency of the loop in radians a second: what is learnt has a time constant of 2 s."""

_AT_ONCE = 2 * _SPEED / RATE
"""Share by which the rate is changed for every sample of error."""

_LASTING = _SPEED * _SPEED / RATE
"""Share by which it stays changed, for every sample of error and second."""

_MOST = 0.0005
"""Share by which two clocks may be apart: five times as much as two bad crystals."""

_FRESH = 0.3
"""Seconds for which a look counts."""


class DriftEstimator:
    """Learns from looks at the echo how far the loudspeaker's clock is ahead."""

    def __init__(self) -> None:
        self._learnt = 0.0
        self._error = 0.0
        self._age = 0.0

    @property
    def drift(self) -> float:
        """Share by which the loudspeaker shall be taken to be faster than the microphone."""
        return self._learnt - _AT_ONCE * self._error

    def count_block(self) -> None:
        """A block went by; without a fresh look what was learnt is all there is."""
        self._age += BLOCK / RATE
        if self._age > _FRESH:
            self._error = 0.0

    def update(self, late: float) -> None:
        """The echo came so many samples later than it should; negative: earlier.

        An echo that comes earlier and earlier means a reference that waits longer and longer:
        the loudspeaker makes more of it than the microphone's clock lets anybody take.
        """
        self._learnt -= _LASTING * late * min(self._age, _FRESH)
        self._learnt = min(max(self._learnt, -_MOST), _MOST)
        self._error = late
        self._age = 0.0
