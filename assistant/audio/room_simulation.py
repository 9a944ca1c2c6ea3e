"""A simulated room: pink noise, and reflections with a given reverberation time."""

import numpy as np

from assistant.audio.pcm import RATE, FloatSamples, amplitude, rms

NOISE_DB = -58.0
"""Level of the room's noise against full scale: a quiet bedroom through a cheap microphone."""


def pink_noise(length: int, random: np.random.Generator) -> FloatSamples:
    """Pink noise, 3 dB less per octave: float32, shape (length,), an RMS of 1."""
    spectrum = np.fft.rfft(random.normal(0, 1, length))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    noise = np.fft.irfft(spectrum, length)
    scaled: FloatSamples = (noise / rms(noise)).astype(np.float32)
    return scaled


def add_reverb(dry: FloatSamples, seed: int = 7) -> FloatSamples:
    """Put a voice into a small furnished room: -12 dB of decaying reflections (RT60 0.25 s).

    ``dry``: mono at ``RATE`` Hz, shape (n,). The result is longer by 0.25 s, its peak 0.35.
    """
    random = np.random.default_rng(seed)
    length = int(0.25 * RATE)
    tail = random.normal(0, 1, length) * 10 ** (-3 * np.arange(length) / length)
    tail[: int(0.003 * RATE)] = 0
    tail *= amplitude(-12) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    wet = np.convolve(dry, tail)
    peak = float(np.max(np.abs(wet))) or 1.0
    return (wet * (0.35 / peak)).astype(np.float32)
