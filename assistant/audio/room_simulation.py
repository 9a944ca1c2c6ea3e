"""Room simulation: pink noise and synthetic reverberation with a given RT60."""

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import RATE

FloatSamples = npt.NDArray[np.float32]


NOISE_DB = -58.0
"""Noise floor of the room in dBFS: a quiet bedroom through a cheap microphone."""


def pink_noise(length: int, random: np.random.Generator) -> FloatSamples:
    """Pink noise (-3 dB per octave): float32, shape (length,), RMS 1."""
    spectrum = np.fft.rfft(random.normal(0, 1, length))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    noise = np.fft.irfft(spectrum, length)
    scaled: FloatSamples = (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)
    return scaled


def add_reverb(dry: FloatSamples, seed: int = 7) -> FloatSamples:
    """Convolve speech with the impulse response of a small furnished room.

    The response is an exponentially decaying noise tail (RT60 0.25 s) at -12 dB, 3 ms after the
    direct path. ``dry``: float32, shape (n,), ``RATE`` Hz; returns float32, shape
    (n + 0.25 * RATE - 1,), normalised to a peak of 0.35.
    """
    random = np.random.default_rng(seed)
    length = int(0.25 * RATE)
    tail = random.normal(0, 1, length) * 10 ** (-3 * np.arange(length) / length)
    tail[: int(0.003 * RATE)] = 0
    tail *= 10 ** (-12 / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    wet = np.convolve(dry, tail)
    peak = float(np.max(np.abs(wet))) or 1.0
    return (wet * (0.35 / peak)).astype(np.float32)
