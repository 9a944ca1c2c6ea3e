"""Speech for ears that have lost high tones: an equaliser and a limiter behind any voice.

The gains are those that the NAL-R rule prescribes for a hearing aid (D. Byrne and H. Dillon, Ear
and Hearing 7, 1986) for a mild sloping loss as old age brings it, the standard audiogram N2
(N. Bisgaard and others, Trends in Amplification 14, 2010). They do not replace a hearing aid that
was fitted to its wearer. The level stays as it was, so that a small loudspeaker is not overdriven:
what the consonants gain, the low tones lose.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.audio.interfaces import SPEECH_RATE, Clip, Voice
from assistant.audio.pcm import FloatSamples, Samples, rms, to_float, to_int16
from assistant.tts.clip_store import PreparedVoice

NORMAL, HIGH_TONE_LOSS = "normal", "high_tone_loss"
"""What ``hearing`` in ``config.toml`` can be."""

FREQUENCIES = (250, 500, 1000, 2000, 4000, 6000)
"""In Hz, of the thresholds and gains below."""

N2 = (20.0, 20.0, 25.0, 35.0, 45.0, 50.0)
"""Thresholds of the standard audiogram N2, in dB above those of young ears."""

_BIAS = (-17, -8, 1, -1, -2, -2)
"""The constants of NAL-R in dB."""

_TAPS = 255
"""Length of the filter in samples: 12 ms, fine enough for a curve that is smooth from 250 Hz on."""

_FFT = 4096
"""Points of the Fourier transforms that filter the speech, block by block."""

_CEILING = 0.95
"""Peak of the limited speech, full scale 1."""

_BLOCK = SPEECH_RATE // 100
"""Samples in which the limiter has one gain, 10 ms: at least a period of a man's voice."""


class EqualizedVoice:
    """A ``Voice`` on ``voice`` for somebody with a loss of high tones; thread-safe if that is."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        _filter()

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """The clip of ``voice``, equalised, of the same length and level."""
        return Clip(equalized(self._voice.speak(text, rate).samples))

    def prepare(self, text: str) -> None:
        """Have ``text`` rendered in advance, if ``voice`` does that; without the equaliser."""
        if isinstance(self._voice, PreparedVoice):
            self._voice.prepare(text)


def equalized(samples: Samples) -> Samples:
    """``samples`` (int16, ``SPEECH_RATE`` Hz) with more high tones, of the same RMS; read-only.

    Peaks that no longer fit are turned down, not clipped: the RMS is then a little lower.
    """
    if not samples.any():
        return samples
    sound = to_float(samples)
    filtered = _filtered(sound)
    limited = to_int16(limit(filtered * np.float32(rms(sound) / rms(filtered))))
    limited.setflags(write=False)
    return limited


def prescribed_gains(thresholds: tuple[float, ...] = N2) -> tuple[float, ...]:
    """Gains in dB, not below 0, that NAL-R prescribes at ``FREQUENCIES`` for such thresholds."""
    average = 0.05 * sum(thresholds[1:4])
    pairs = zip(thresholds, _BIAS, strict=True)
    return tuple(max(0.0, average + 0.31 * threshold + bias) for threshold, bias in pairs)


def limit(sound: FloatSamples) -> FloatSamples:
    """``sound`` (full scale 1, shape (n,)) with peaks of at most 0.95: a look-ahead limiter.

    Each block of 10 ms has the gain that its peak needs; between two blocks it is the smaller one,
    and changes linearly, so it never exceeds what a peak allows.
    """
    count = -(-len(sound) // _BLOCK)
    peaks = np.abs(np.pad(sound, (0, count * _BLOCK - len(sound)))).reshape(count, _BLOCK).max(1)
    needed = np.minimum(1.0, _CEILING / np.maximum(peaks, _CEILING))
    edges = np.minimum(np.append(needed, 1.0), np.insert(needed, 0, 1.0))
    gain = np.interp(np.arange(len(sound)), np.arange(count + 1) * _BLOCK, edges)
    limited: FloatSamples = (sound * gain).astype(np.float32)
    return limited


@cache
def _filter() -> npt.NDArray[np.complex64]:
    """The spectrum of the filter with the prescribed gains: linear phase, ``_FFT`` points."""
    bins = np.fft.rfftfreq(4 * (_TAPS + 1), 1 / SPEECH_RATE)
    gains = 10 ** (np.interp(np.log2(bins + 1), np.log2(FREQUENCIES), prescribed_gains()) / 20)
    response = np.roll(np.fft.irfft(gains), _TAPS // 2)[:_TAPS] * np.hanning(_TAPS + 2)[1:-1]
    spectrum: npt.NDArray[np.complex64] = np.fft.rfft(response, _FFT).astype(np.complex64)
    return spectrum


def _filtered(sound: FloatSamples) -> FloatSamples:
    """``sound`` through the filter without its delay, of the same length: overlap-add."""
    step = _FFT - _TAPS + 1
    count = -(-(len(sound) + _TAPS // 2) // step)
    blocks = np.pad(sound, (0, count * step - len(sound))).reshape(count, step)
    parts = np.fft.irfft(np.fft.rfft(blocks, _FFT) * _filter(), _FFT)
    total = np.zeros((count + 1, step), dtype=np.float32)
    total[:-1] = parts[:, :step]
    total[1:, : _TAPS - 1] += parts[:, step:]
    start = _TAPS // 2
    filtered: FloatSamples = total.reshape(-1)[start : start + len(sound)]
    return filtered
