"""PCM audio: sample rate, block size, and where blocks come from."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Sample rate, in Hz, of everything that is heard."""


BLOCK = 320
"""Samples in a block: 20 ms."""


Samples = npt.NDArray[np.int16]


class AudioSource(Protocol):
    """A microphone, or a file in its place."""

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks of exactly ``BLOCK`` samples, int16, mono, ``RATE`` Hz, until the end.

        The last block of a file is padded with zeros. Raises ``MissingError`` when a device
        is lost and cannot be had back, ``InputError`` for a file that is no audio.
        """
        ...

    @property
    def lost(self) -> bool:
        """Whether the device is away at present; its blocks are silence then."""
        ...

    def close(self) -> None:
        """Let the device or the file go; may be called twice."""
        ...
