"""Time delay estimation between far-end and near-end by GCC-PHAT."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import RATE, Samples

_BAND_LOW, _BAND_HIGH = 200.0, 6000.0
"""Band in Hz that a cheap loudspeaker reproduces; the rest is ignored."""

MIN_PROMINENCE = 8.0
"""Least prominence of a correlation peak that counts as an echo."""


@dataclass(frozen=True)
class Delay:
    """The highest peak of the cross-correlation."""

    seconds: float
    """Delay of near-end against far-end in seconds; negative: near-end is earlier."""

    prominence: float
    """Height of the peak in standard deviations of the rest; see ``MIN_PROMINENCE``."""

    expected_prominence: float = 0.0
    """Prominence of the correlation at the expected delay; 0 if none was given."""

    @property
    def is_prominent(self) -> bool:
        """Whether the peak is high enough to be an echo."""
        return self.prominence >= MIN_PROMINENCE


def estimate_delay(
    near: Samples,
    far: Samples,
    max_delay: float = 0.6,
    min_delay: float = -0.2,
    expected: float | None = None,
) -> Delay:
    """Estimate the delay of the echo of ``far`` in ``near``; int16, equal shape (n,), ``RATE`` Hz.

    Generalised cross-correlation with phase transform, GCC-PHAT (C. Knapp, G. Carter, "The
    generalized correlation method for estimation of time delay", IEEE Trans. ASSP 24(4), 1976):
    the cross-spectrum is whitened, so that reverberation and noise hardly move the peak. The
    search is limited to ``min_delay`` to ``max_delay``; ``expected`` is an earlier estimate
    whose prominence is reported too. All in seconds.
    """
    size = 1 << (2 * len(near) - 1).bit_length()
    spectrum = np.fft.rfft(near.astype(np.float32), size)
    spectrum *= np.conj(np.fft.rfft(far.astype(np.float32), size))
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    magnitude = np.abs(spectrum)
    band = (frequency >= _BAND_LOW) & (frequency <= _BAND_HIGH) & (magnitude > 0)
    whitened = np.where(band, spectrum / np.maximum(magnitude, 1e-9), 0)
    correlation = np.fft.irfft(whitened, size)
    first, last = round(min_delay * RATE), round(max_delay * RATE)
    window = np.concatenate([correlation[first:], correlation[:last]])
    if not band.any():
        return Delay(0.0, 0.0)
    best = int(np.argmax(window))
    off_peak = np.delete(window, slice(max(0, best - 80), best + 80))
    deviation = float(np.std(off_peak)) or 1.0
    expected_prominence = 0.0
    if expected is not None:
        lag = min(max(round(expected * RATE) - first, 0), len(window) - 1)
        expected_prominence = float(window[max(0, lag - 8) : lag + 9].max()) / deviation
    fraction = _interpolate_peak(window, best)
    seconds = (best + fraction + first) / RATE
    return Delay(seconds, float(window[best]) / deviation, expected_prominence)


def _interpolate_peak(curve: npt.NDArray[np.float64], best: int) -> float:
    """Sub-sample peak offset by parabolic interpolation, -0.5 to 0.5 samples.

    ``curve``: float64, shape (n,), local maximum at index ``best``.
    """
    if not 0 < best < len(curve) - 1:
        return 0.0
    before, top, after = (float(value) for value in curve[best - 1 : best + 2])
    curvature = before - 2 * top + after
    return 0.5 * (before - after) / curvature if curvature < 0 else 0.0
