"""A WAV file that is valid at every moment, also after a crash or ``kill -9``."""

import struct
from pathlib import Path

from assistant.audio.pcm import Samples

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_RIFF_SIZE_AT, _DATA_SIZE_AT = 4, 40
_LARGEST = 0xFFFFFFFF
"""What the header says if the size is unknown or does not fit; readers then read to the end."""


class WavFileWriter:
    """Writes mono int16 samples at ``rate`` Hz to ``path``.

    The header is updated for every second of sound, so a file of a program that was killed lacks
    a second at most. Raises ``OSError`` if the file cannot be created or written.
    """

    def __init__(self, path: Path, rate: int) -> None:
        # unbuffered: what was written is in the file, whatever becomes of the process
        self._file = path.open("wb", buffering=0)
        self._rate = rate
        self._bytes = self._announced = 0
        self._patched = self._file.seekable()
        self._begun = False

    def write(self, samples: Samples) -> None:
        """Append ``samples``."""
        if not self._begun:
            self._begin()
        data = samples.astype("<i2").tobytes()
        self._write(data)
        self._bytes += len(data)
        if self._bytes - self._announced >= 2 * self._rate:
            self._update_header()

    def close(self) -> None:
        """Update the header and close the file; may be called twice."""
        if self._file.closed:
            return
        try:
            if not self._begun:
                self._begin()
            if self._bytes != self._announced:
                self._update_header()
        finally:
            self._file.close()

    def _begin(self) -> None:
        """Write the header, which does not know the size of what follows."""
        self._begun = True
        size = 0 if self._patched else _LARGEST
        whole = min(size + _HEADER.size - 8, _LARGEST)
        pcm = (1, 1, self._rate, 2 * self._rate, 2, 16)
        self._write(_HEADER.pack(b"RIFF", whole, b"WAVE", b"fmt ", 16, *pcm, b"data", size))

    def _write(self, data: bytes) -> None:
        """Write all of ``data``, which may take several calls."""
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) or 0 :]

    def _update_header(self) -> None:
        self._announced = self._bytes
        if not self._patched:
            return
        sizes = {_DATA_SIZE_AT: self._bytes, _RIFF_SIZE_AT: self._bytes + _HEADER.size - 8}
        for place, size in sizes.items():
            self._file.seek(place)
            self._write(struct.pack("<I", min(size, _LARGEST)))
        self._file.seek(0, 2)
