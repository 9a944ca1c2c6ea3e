"""PCM audio: sample rate, block size, sample formats, levels, and the audio source protocol."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Sample rate of everything that is recognised, in Hz."""


BLOCK = 320
"""Samples in a block: 20 ms."""

BLOCK_SECONDS = BLOCK / RATE


Samples = npt.NDArray[np.int16]
"""Mono PCM: int16, shape (n,)."""

FloatSamples = npt.NDArray[np.float32]
"""Mono, full scale 1: float32, shape (n,)."""


def to_float(samples: Samples) -> FloatSamples:
    """int16 to float32 at full scale 1: divided by 32,768, of the same shape, exact."""
    scaled: FloatSamples = samples.astype(np.float32) / np.float32(32768)
    return scaled


def to_int16(sound: npt.NDArray[np.floating]) -> Samples:
    """Floats at full scale 1 to int16 of the same shape: times 32,768, rounded, clipped.

    The inverse of ``to_float``, exactly.
    """
    return saturate(np.rint(sound * 32768))


def truncate_to_int16(sound: npt.NDArray[np.floating]) -> Samples:
    """Floats within ±1 to int16 of the same shape: times 32,767, towards zero.

    For synthesised and simulated sound: all measurements were made with these samples, which
    ``to_int16`` would change by one in places.
    """
    samples: Samples = (sound * 32767).astype(np.int16)
    return samples


def saturate(values: npt.NDArray[np.number]) -> Samples:
    """Numbers on the int16 scale to int16 of the same shape, clipped to its range."""
    samples: Samples = np.clip(values, -32768, 32767).astype(np.int16)
    return samples


def rms(sound: npt.NDArray[np.number]) -> float:
    """Root mean square over all elements, on the scale of ``sound``.

    int16 is squared as float32, floats as they are.
    """
    precision = np.float32 if sound.dtype == np.int16 else sound.dtype
    return float(np.sqrt(np.mean(np.square(sound, dtype=precision))))


def dbfs(samples: Samples) -> float:
    """RMS level of int16 samples in dBFS; -90 at the least, and for no samples."""
    power = float(np.mean(np.square(samples / 32768.0))) if len(samples) else 0.0
    return float(10 * np.log10(max(power, 1e-9)))


def amplitude(decibels: float) -> float:
    """Amplitude ratio of a level in decibels: 10^(dB/20)."""
    return float(10 ** (decibels / 20))


class AudioSource(Protocol):
    """A microphone, or a file in its place."""

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks, int16, shape (BLOCK,), mono, ``RATE`` Hz, until the end.

        The last block of a file is zero-padded. Raises ``MissingError`` if a device is lost for
        good, ``InputError`` for a file that is not audio.
        """
        ...

    @property
    def lost(self) -> bool:
        """Whether the device is unavailable at present; its blocks are silence then."""
        ...

    @property
    def muted(self) -> bool:
        """Whether a device that is available delivers nothing: it is muted or dead.

        Always false for a file, which may be silent for as long as it likes.
        """
        ...

    def close(self) -> None:
        """Release the device or the file; may be called twice."""
        ...


class SteadySource:
    """Base of an ``AudioSource`` that is no device: never lost, and its silence is meant."""

    @property
    def lost(self) -> bool:
        """Never."""
        return False

    @property
    def muted(self) -> bool:
        """Never."""
        return False


@runtime_checkable
class Interruptible(Protocol):
    """An ``AudioSource`` that may wait long for its next block, such as a pipe."""

    def interrupt(self) -> None:
        """End the blocks; may be called from a signal handler while ``blocks`` waits."""
        ...
