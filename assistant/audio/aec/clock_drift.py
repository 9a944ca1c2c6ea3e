"""Clock drift between the sound cards of loudspeaker and microphone.

A headset or a speakerphone has one clock. Two separate devices have two: a difference of 50 ppm,
usual for two crystals, moves the echo by 48 samples a minute, and an adapted echo canceller is
misaligned again after a second. So the resampling ratio of the reference is controlled until the
echo delay stays constant: a second-order loop (proportional and integral, PI), critically damped,
as in a phase-locked loop.
"""

from assistant.audio.pcm import BLOCK_SECONDS, RATE

_NATURAL_FREQUENCY = 0.5
"""Natural frequency of the loop, omega_n, in rad/s: a time constant of 2 s."""

_PROPORTIONAL_GAIN = 2 * _NATURAL_FREQUENCY / RATE
"""2 * zeta * omega_n with damping zeta = 1: relative rate per sample of delay error."""

_INTEGRAL_GAIN = _NATURAL_FREQUENCY * _NATURAL_FREQUENCY / RATE
"""omega_n squared: relative rate per sample of delay error and second."""

_MAX_DRIFT = 0.0005
"""Limit of the relative clock difference, 500 ppm: five times that of two bad crystals."""

_MAX_AGE = 0.3
"""Seconds for which a delay measurement is valid."""


class DriftEstimator:
    """Estimates the relative clock drift from measurements of the echo delay (PI control)."""

    def __init__(self) -> None:
        self._integral = 0.0
        self._error = 0.0
        self._age = 0.0

    @property
    def drift(self) -> float:
        """Relative rate by which the loudspeaker's clock is faster (1e-6 is 1 ppm)."""
        return self._integral - _PROPORTIONAL_GAIN * self._error

    def count_block(self) -> None:
        """Advance by one block; without a recent measurement only the integral part is used."""
        self._age += BLOCK_SECONDS
        if self._age > _MAX_AGE:
            self._error = 0.0

    def update(self, error: float) -> None:
        """Take a measured delay error in samples; positive: the echo is later than expected.

        An echo that comes earlier and earlier means that the reference queue grows: the
        loudspeaker's clock produces samples faster than the microphone's clock consumes them.
        """
        self._integral -= _INTEGRAL_GAIN * error * min(self._age, _MAX_AGE)
        self._integral = min(max(self._integral, -_MAX_DRIFT), _MAX_DRIFT)
        self._error = error
        self._age = 0.0
