"""Earcons: short synthesised tones, soft ones for the night and a loud alarm."""

from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import truncate_to_int16

_ALARM_SECONDS = 6.0


@cache
def earcon(name: str) -> Clip:
    """The earcon ``ready``, ``heard``, ``not_understood``, ``deaf`` or ``alarm``; read-only.

    Raises ``KeyError`` for any other name.
    """
    makers = {
        "ready": lambda: _tones(((523.3, 0.09), (784.0, 0.16)), 0.16),
        "heard": lambda: _tones(((784.0, 0.10),), 0.12),
        "not_understood": lambda: _tones(((392.0, 0.12), (311.1, 0.20)), 0.15),
        "deaf": lambda: _tones(((784.0, 0.09), (523.3, 0.09), (349.2, 0.18)), 0.15),
        "alarm": _alarm,
    }
    samples = truncate_to_int16(makers[name]())
    samples.setflags(write=False)
    return Clip(samples)


def _tone(frequency: float, seconds: float, overtones: float) -> npt.NDArray[np.float64]:
    """A tone of ``frequency`` Hz: float64, shape (seconds * SPEECH_RATE,), peak near 1.

    10 ms of attack, raised-cosine release; ``overtones`` is the gain of the second harmonic, the
    third has half of it.
    """
    time = np.arange(int(seconds * SPEECH_RATE)) / SPEECH_RATE
    wave = np.sin(2 * np.pi * frequency * time)
    wave += overtones * np.sin(4 * np.pi * frequency * time)
    wave += overtones / 2 * np.sin(6 * np.pi * frequency * time)
    attack = np.clip(time / 0.01, 0, 1)
    release = 0.5 - 0.5 * np.cos(np.pi * np.clip((seconds - time) / (0.6 * seconds), 0, 1))
    return np.asarray(wave * attack * release / (1 + overtones))


def _tones(notes: tuple[tuple[float, float], ...], level: float) -> npt.NDArray[np.float64]:
    """A sequence of (frequency in Hz, seconds) at peak ``level``: float64, ``SPEECH_RATE`` Hz."""
    return level * np.concatenate([_tone(frequency, seconds, 0.1) for frequency, seconds in notes])


def _alarm() -> npt.NDArray[np.float64]:
    """Two alternating tones rich in overtones, 520 Hz and 1040 Hz (third harmonic near 3 kHz).

    Both regions wake sleepers of any age. float64, peak 0.75, ``SPEECH_RATE`` Hz.
    """
    pair = np.concatenate([_tone(520.0, 0.35, 0.8), _tone(1040.0, 0.25, 0.8)])
    gap = np.zeros(int(0.15 * SPEECH_RATE))
    period = np.concatenate([pair, gap])
    repeats = round(_ALARM_SECONDS * SPEECH_RATE / len(period))
    return 0.75 * np.tile(period / np.max(np.abs(period)), repeats)
