"""Short tones, made by arithmetic: soft ones for the night, a loud one to wake the house."""

from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import truncate_to_int16

_ALARM_SECONDS = 6.0


@cache
def earcon(name: str) -> Clip:
    """Return the tone ``ready``, ``heard``, ``not_understood`` or ``alarm``.

    Raises ``KeyError`` for any other name.
    """
    makers = {
        "ready": lambda: _tones(((523.3, 0.09), (784.0, 0.16)), 0.16),
        "heard": lambda: _tones(((784.0, 0.10),), 0.12),
        "not_understood": lambda: _tones(((392.0, 0.12), (311.1, 0.20)), 0.15),
        "alarm": _alarm,
    }
    samples = truncate_to_int16(makers[name]())
    samples.setflags(write=False)
    return Clip(samples)


def _tone(pitch: float, seconds: float, sharpness: float) -> npt.NDArray[np.float64]:
    """A struck tone: 10 ms of attack, a smooth end, ``sharpness`` of overtones, peak near 1."""
    time = np.arange(int(seconds * SPEECH_RATE)) / SPEECH_RATE
    wave = np.sin(2 * np.pi * pitch * time)
    wave += sharpness * np.sin(4 * np.pi * pitch * time)
    wave += sharpness / 2 * np.sin(6 * np.pi * pitch * time)
    attack = np.clip(time / 0.01, 0, 1)
    release = 0.5 - 0.5 * np.cos(np.pi * np.clip((seconds - time) / (0.6 * seconds), 0, 1))
    return np.asarray(wave * attack * release / (1 + sharpness))


def _tones(notes: tuple[tuple[float, float], ...], level: float) -> npt.NDArray[np.float64]:
    return level * np.concatenate([_tone(pitch, seconds, 0.1) for pitch, seconds in notes])


def _alarm() -> npt.NDArray[np.float64]:
    """Two sharp tones in turn, near the 3 kHz and 520 Hz that wake sleepers of any age."""
    pair = np.concatenate([_tone(520.0, 0.35, 0.8), _tone(1040.0, 0.25, 0.8)])
    gap = np.zeros(int(0.15 * SPEECH_RATE))
    once = np.concatenate([pair, gap])
    times = round(_ALARM_SECONDS * SPEECH_RATE / len(once))
    return 0.75 * np.tile(once / np.max(np.abs(once)), times)
