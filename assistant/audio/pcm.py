"""PCM audio: sample rate, block size, and the protocol of audio sources."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Sample rate of everything that is recognised, in Hz."""


BLOCK = 320
"""Samples in a block: 20 ms."""


Samples = npt.NDArray[np.int16]
"""Mono PCM: int16, shape (n,)."""


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

    def close(self) -> None:
        """Release the device or the file; may be called twice."""
        ...
