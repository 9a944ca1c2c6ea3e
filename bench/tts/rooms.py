"""Where the guide is heard: beside a fan or a television, or by old ears.

The recordings pass through this before Whisper transcribes them. A loss of hearing makes each
frequency softer by its threshold, beside the noise that is the threshold of young ears; that old
ears also tell sounds apart less well is not simulated. All noise is seeded.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import soxr

from assistant.asr.graph.language_model import read_corpus
from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import (
    BLOCK,
    RATE,
    FloatSamples,
    Samples,
    amplitude,
    rms,
    to_float,
    to_int16,
)
from assistant.audio.room_simulation import add_reverb, pink_noise
from assistant.core.paths import OWN_PHRASES
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.hearing_loss import N2

LEVEL = 60.0
"""Speech at the ear in dB SPL: conversation, or a loudspeaker across a bedroom."""

SNR = 10.0
"""How many dB below the speech a fan or a television is."""

_TALKERS = ("id+f2", "id+m7", "id+f4", "id+m5")
"""Voices of the television; four at once, so that Whisper cannot write down what they say."""

_BABBLE_SECONDS = 20.0

_OCTAVES = (250, 500, 1000, 2000, 4000, 8000)
_THRESHOLD = (-3.9, -9.7, -12.5, -17.7, -25.9, -7.1)
"""Internal noise of young ears at ``_OCTAVES``: dB SPL per Hz (ANSI S3.5-1997, octave bands)."""

_MILD = (*N2[:5], 55.0)
_MODERATE = (35.0, 35.0, 40.0, 50.0, 60.0, 68.0)
"""The standard audiograms N2 and N3 (Bisgaard and others 2010), continued to 8 kHz."""


def speech_level(sound: FloatSamples) -> float:
    """RMS of the blocks (20 ms) of speech itself: those above a tenth of the loudest one's RMS."""
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    levels = np.sqrt(np.mean(blocks.astype(np.float64) ** 2, axis=1))
    return float(np.sqrt(np.mean(levels[levels > 0.1 * levels.max()] ** 2)))


def heard_in(room: str, samples: Samples) -> Samples:
    """A recording (int16, ``RATE`` Hz) as it arrives in a room of ``ROOMS``; softer if its peaks
    would not fit.
    """
    if room == "quiet":
        return samples
    heard = ROOMS[room](to_float(samples))
    return to_int16(heard * np.float32(min(1.0, 0.99 / max(float(np.abs(heard).max()), 0.01))))


def _beside(noise: Callable[[int], FloatSamples]) -> Callable[[FloatSamples], FloatSamples]:
    """Adds noise (of RMS 1) ``SNR`` dB below the speech."""

    def mix(sound: FloatSamples) -> FloatSamples:
        level = np.float32(speech_level(sound) * amplitude(-SNR))
        mixed: FloatSamples = sound + noise(len(sound)) * level
        return mixed

    return mix


def _fan(count: int) -> FloatSamples:
    return pink_noise(count, np.random.default_rng(1))


def _television(count: int) -> FloatSamples:
    return np.resize(_babble(), count)


def _both(count: int) -> FloatSamples:
    mixed: FloatSamples = (_fan(count) + _television(count)) * np.float32(amplitude(-3))
    return mixed


@cache
def _babble() -> FloatSamples:
    """Four voices in a room, each with other sentences: float32, RMS 1, ``RATE`` Hz."""
    corpus = read_corpus(OWN_PHRASES)
    texts = corpus.other if corpus else ()
    count = round(_BABBLE_SECONDS * RATE)
    mixed = np.zeros(count, dtype=np.float32)
    for place, name in enumerate(_TALKERS):
        voice = EspeakVoice(name, words_per_minute=150)
        said = " ".join(texts[place :: len(texts) // 12])
        dry = soxr.resample(to_float(voice.speak(said).samples), SPEECH_RATE, RATE)
        wet = add_reverb(np.resize(dry, count).astype(np.float32), seed=place)[:count]
        mixed += wet / np.float32(rms(wet))
    scaled: FloatSamples = mixed / np.float32(rms(mixed))
    return scaled


def _losing(thresholds: tuple[float, ...]) -> Callable[[FloatSamples], FloatSamples]:
    """Ears with these thresholds in dB, at ``_OCTAVES``: all is softer, beside their noise."""

    def lose(sound: FloatSamples) -> FloatSamples:
        places = np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1.0))
        softer = 10 ** (-np.interp(places, np.log2(_OCTAVES), thresholds) / 20)
        spectrum = np.fft.rfft(sound / speech_level(sound)) * softer
        # white noise of RMS 1 has the density 2 / RATE per Hz
        density = np.interp(places, np.log2(_OCTAVES), _THRESHOLD) - LEVEL
        white = np.random.default_rng(1).normal(0, 1, len(sound))
        spectrum += np.fft.rfft(white) * 10 ** (density / 20) * np.sqrt(RATE / 2)
        left = np.fft.irfft(spectrum, len(sound))
        peak: FloatSamples = (left * (0.9 / np.abs(left).max())).astype(np.float32)
        return peak

    return lose


ROOMS: Mapping[str, Callable[[FloatSamples], FloatSamples]] = {
    "quiet": lambda sound: sound,
    "fan": _beside(_fan),
    "television": _beside(_television),
    "loud": _beside(_both),
    "mild_loss": _losing(_MILD),
    "moderate_loss": _losing(_MODERATE),
}
"""What arrives of speech (float32, ``RATE`` Hz, full scale 1), by the name of the room."""
