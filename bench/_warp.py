"""Another length of the vocal tract: cepstra as a larger or smaller person would have made them.

Vocal tract length perturbation (Jaitly and Hinton 2013, "Vocal Tract Length Perturbation (VTLP)
improves speech recognition"), here on cepstra: of 40 bands all 40 coefficients are kept, so they
can be turned back into bands, read at other frequencies, and turned again.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.hearing.cepstra import COEFFICIENTS, HIGHEST, LOWEST, mel, turn
from assistant.hearing.protocols import RATE

_KNEE = 4800.0
"""Hertz up to which all frequencies are moved alike; above, they have to meet at the end."""


@cache
def warp(factor: float) -> npt.NDArray[np.float32]:
    """Matrix (40, 40): cepstra times it are those of a voice whose frequencies are ``factor``
    times as high as what is read there."""
    low, high = mel(LOWEST), mel(HIGHEST)
    width = (high - low) / (COEFFICIENTS + 1)
    middles = low + width * np.arange(1, COEFFICIENTS + 1)
    hertz = 700.0 * np.expm1(middles / 1127.0)
    knee = _KNEE / max(factor, 1.0)
    rest = (RATE / 2 - knee * factor) / (RATE / 2 - knee)
    moved = np.where(hertz < knee, hertz * factor, knee * factor + (hertz - knee) * rest)
    place = np.clip((mel(moved) - middles[0]) / width, 0, COEFFICIENTS - 1)
    below = np.minimum(place.astype(int), COEFFICIENTS - 2)
    reading = np.zeros((COEFFICIENTS, COEFFICIENTS))
    columns = np.arange(COEFFICIENTS)
    reading[below, columns] += 1 - (place - below)
    reading[below + 1, columns] += place - below
    whole = turn().astype(np.float64)
    return np.asarray(np.linalg.inv(whole) @ reading @ whole, dtype=np.float32)
