"""Bytes of a file, pipe or terminal, read forwards only, with look-ahead."""

import os
import select
from typing import BinaryIO

_POLL_SECONDS = 0.2
"""Seconds after which a read that waits for a pipe sees ``interrupt``."""

_PIECE = 65_536


class ByteStream:
    """Reads ``file``, an unbuffered binary file; ends at its end or at ``interrupt``."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting = b""
        self._ended = False
        self._position = 0

    @property
    def position(self) -> int:
        """Bytes read or skipped so far."""
        return self._position

    def interrupt(self) -> None:
        """End the stream here; may be called from a signal handler while a read waits."""
        self._ended = True

    def peek(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end; they are read again. Raises ``OSError``."""
        while len(self._waiting) < count and not self._ended:
            ready, _, _ = select.select([self._file], [], [], _POLL_SECONDS)
            if ready and not self._ended:
                piece = os.read(self._file.fileno(), max(_PIECE, count - len(self._waiting)))
                self._ended = self._ended or not piece
                self._waiting += piece
        return self._waiting[:count]

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end. Raises ``OSError``."""
        data = self.peek(count)
        self._waiting = self._waiting[len(data) :]
        self._position += len(data)
        return data

    def skip(self, count: int) -> None:
        """Pass over ``count`` bytes, in pieces."""
        while count > 0 and (data := self.read(min(count, _PIECE))):
            count -= len(data)
