"""How much later the microphone hears what the loudspeaker was given."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import RATE, Samples

_LOW, _HIGH = 200.0, 6000.0
"""Band in Hz in which a cheap loudspeaker says something."""

MIN_PROMINENCE = 8.0
"""How far the best delay must stand out to be believed."""


@dataclass(frozen=True)
class Delay:
    """Where near and far fit best."""

    seconds: float
    """How much later near comes; negative: earlier."""

    prominence: float
    """Height of the peak in standard deviations of everything else; see ``CLEAR``."""

    elsewhere: float = 0.0
    """Clearness of the delay that was expected."""

    @property
    def is_prominent(self) -> bool:
        """Whether there is an echo at all."""
        return self.prominence >= MIN_PROMINENCE


def estimate_delay(
    near: Samples,
    far: Samples,
    longest: float = 0.6,
    earliest: float = -0.2,
    expected: float | None = None,
) -> Delay:
    """Find the delay of the echo of ``far`` in ``near``, int16 of equal length at ``RATE`` Hz.

    The generalised cross-correlation with phase transform (Knapp and Carter 1976) between
    ``earliest`` and ``longest`` seconds: reflections and what else is heard hardly move its peak.
    """
    size = 1 << (2 * len(near) - 1).bit_length()
    spectrum = np.fft.rfft(near.astype(np.float32), size)
    spectrum *= np.conj(np.fft.rfft(far.astype(np.float32), size))
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    strength = np.abs(spectrum)
    band = (frequency >= _LOW) & (frequency <= _HIGH) & (strength > 0)
    flat = np.where(band, spectrum / np.maximum(strength, 1e-9), 0)
    correlation = np.fft.irfft(flat, size)
    first, last = round(earliest * RATE), round(longest * RATE)
    window = np.concatenate([correlation[first:], correlation[:last]])
    if not band.any():
        return Delay(0.0, 0.0)
    best = int(np.argmax(window))
    others = np.delete(window, slice(max(0, best - 80), best + 80))
    spread = float(np.std(others)) or 1.0
    elsewhere = 0.0
    if expected is not None:
        place = min(max(round(expected * RATE) - first, 0), len(window) - 1)
        elsewhere = float(window[max(0, place - 8) : place + 9].max()) / spread
    between = _interpolate_peak(window, best)
    return Delay((best + between + first) / RATE, float(window[best]) / spread, elsewhere)


def _interpolate_peak(curve: npt.NDArray[np.float64], best: int) -> float:
    """Samples by which the top of a parabola through three points is off the middle one."""
    if not 0 < best < len(curve) - 1:
        return 0.0
    before, top, after = (float(value) for value in curve[best - 1 : best + 2])
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
