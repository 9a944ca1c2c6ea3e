"""Mel cepstra as Kaldi makes them for Vosk's models ("high resolution", no energy, no dither)."""

from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import RATE, Samples

COEFFICIENTS = 40
SHIFT = RATE // 100
_WINDOW = RATE // 40
_POINTS = 512
_LOWEST, _HIGHEST = 20.0, 7600.0
_EMPHASIS = 0.97
_LIFTER = 22.0
_SILENCE = 1.1920929e-07
"""The least energy of a band: the precision of single floats, as in Kaldi."""

Floats = npt.NDArray[np.float32]


def mfcc(samples: Samples) -> Floats:
    """Return 40 coefficients for every 10 ms; shape (frames, 40), no frame below 25 ms of sound."""
    count = max(0, 1 + (len(samples) - _WINDOW) // SHIFT)
    places = np.arange(_WINDOW) + SHIFT * np.arange(count)[:, None]
    frames = samples.astype(np.float32)[places]
    frames -= frames.mean(axis=1, keepdims=True)
    sharp = frames - _EMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft(sharp * _window(), _POINTS)[:, : _POINTS // 2]) ** 2
    bands = np.log(np.maximum(power @ _mel_filterbank(), _SILENCE))
    return np.asarray(bands @ _dct(), dtype=np.float32)


@cache
def _window() -> Floats:
    """Povey's window: Hann to the power 0.85."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / (_WINDOW - 1))
    return np.asarray(hann**0.85, dtype=np.float32)


@cache
def _mel_filterbank() -> Floats:
    """Triangles, equally wide on the mel scale; shape (points, bands)."""
    low, high = _mel(_LOWEST), _mel(_HIGHEST)
    width = (high - low) / (COEFFICIENTS + 1)
    place = _mel(np.arange(_POINTS // 2) * RATE / _POINTS)[:, None]
    middle = low + width * np.arange(1, COEFFICIENTS + 1)
    return np.asarray(np.maximum(0.0, 1 - np.abs(place - middle) / width), dtype=np.float32)


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log(1.0 + np.asarray(hertz) / 700.0))


@cache
def _dct() -> Floats:
    """Cosine transform and lifter; shape (bands, coefficients)."""
    band, number = np.arange(COEFFICIENTS)[:, None] + 0.5, np.arange(COEFFICIENTS)
    turn = np.cos(np.pi / COEFFICIENTS * band * number) * np.sqrt(2 / COEFFICIENTS)
    turn[:, 0] = np.sqrt(1 / COEFFICIENTS)
    return np.asarray(turn * (1 + _LIFTER / 2 * np.sin(np.pi * number / _LIFTER)), dtype=np.float32)
