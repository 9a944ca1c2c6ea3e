"""MFCC as Kaldi computes them for Vosk's models ("hires": 40 bins, no energy, no dither).

Source: Kaldi ``feat/feature-mfcc.cc``, ``feat/feature-window.cc``, ``feat/mel-computations.cc``.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import RATE, Samples

COEFFICIENTS = 40
"""Cepstral coefficients per frame, and mel bins."""

SHIFT = RATE // 100
"""Frame shift in samples: 10 ms."""

_WINDOW = RATE // 40
"""Frame length in samples: 25 ms."""

_FFT_SIZE = 512
_LOW_HZ, _HIGH_HZ = 20.0, 7600.0
_PREEMPHASIS = 0.97
_LIFTER = 22.0
_ENERGY_FLOOR = 1.1920929e-07
"""Floor on the energy of a mel bin: float32's epsilon, as in Kaldi."""

Floats = npt.NDArray[np.float32]


def mfcc(samples: Samples) -> Floats:
    """Return the MFCCs of int16 mono 16 kHz audio: float32, shape (frames, 40).

    One frame every 10 ms; only whole windows of 25 ms count (Kaldi's ``snip-edges``), so less
    than that gives shape (0, 40).
    """
    count = max(0, 1 + (len(samples) - _WINDOW) // SHIFT)
    indices = np.arange(_WINDOW) + SHIFT * np.arange(count)[:, None]
    frames = samples.astype(np.float32)[indices]
    frames -= frames.mean(axis=1, keepdims=True)
    emphasised = frames - _PREEMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft(emphasised * _window(), _FFT_SIZE)[:, : _FFT_SIZE // 2]) ** 2
    log_mel = np.log(np.maximum(power @ _mel_filterbank(), _ENERGY_FLOOR))
    return np.asarray(log_mel @ _dct(), dtype=np.float32)


@cache
def _window() -> Floats:
    """Kaldi's Povey window, a Hann window to the power of 0.85: float32, shape (400,)."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / (_WINDOW - 1))
    return np.asarray(hann**0.85, dtype=np.float32)


@cache
def _mel_filterbank() -> Floats:
    """Triangular filters of equal width on the mel scale: float32, shape (FFT bins, mel bins)."""
    low, high = _mel(_LOW_HZ), _mel(_HIGH_HZ)
    width = (high - low) / (COEFFICIENTS + 1)
    bin_mel = _mel(np.arange(_FFT_SIZE // 2) * RATE / _FFT_SIZE)[:, None]
    centre = low + width * np.arange(1, COEFFICIENTS + 1)
    return np.asarray(np.maximum(0.0, 1 - np.abs(bin_mel - centre) / width), dtype=np.float32)


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Hertz to mel, any shape."""
    return np.asarray(1127.0 * np.log(1.0 + np.asarray(hertz) / 700.0))


@cache
def _dct() -> Floats:
    """Orthonormal DCT-II times the cepstral lifter: float32, shape (mel bins, coefficients)."""
    mel_bin, order = np.arange(COEFFICIENTS)[:, None] + 0.5, np.arange(COEFFICIENTS)
    dct = np.cos(np.pi / COEFFICIENTS * mel_bin * order) * np.sqrt(2 / COEFFICIENTS)
    dct[:, 0] = np.sqrt(1 / COEFFICIENTS)
    return np.asarray(dct * (1 + _LIFTER / 2 * np.sin(np.pi * order / _LIFTER)), dtype=np.float32)
