"""Kaldi's binary files: tokens, numbers, vectors, matrices."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.core.errors import InputError

Array = npt.NDArray[np.floating[Any]]

_TYPES: dict[str, np.dtype[Any]] = {"F": np.dtype("<f4"), "D": np.dtype("<f8")}


class KaldiFile:
    """A binary file, read from any of its tokens on. Wrong content raises ``InputError``."""

    def __init__(self, path: Path, data: bytes | None = None, skip: int = 0) -> None:
        """``skip`` bytes are passed over: 2 when the object itself stands at the beginning."""
        self._path = path
        self._data = path.read_bytes() if data is None else data
        self._at = skip

    def after(self, token: str) -> "KaldiFile":
        """Go behind the next ``token``."""
        mark = token.encode("ascii") + b" "
        place = self._data.find(mark, self._at)
        if place < 0:
            raise self._wrong(f"no {token}")
        self._at = place + len(mark)
        return self

    def array_of(self, token: str) -> Array:
        """The vector or matrix behind the first ``token``."""
        return KaldiFile(self._path, self._data).after(token).array()

    def number_of(self, token: str) -> float:
        """The number behind the first ``token``."""
        return KaldiFile(self._path, self._data).after(token).number()

    def whole_numbers_of(self, token: str) -> list[int]:
        """The numbers behind the first ``token``."""
        return KaldiFile(self._path, self._data).after(token).whole_numbers()

    def text_until(self, token: str) -> str:
        """The text from here to ``token``."""
        begin = self._at
        self.after(token)
        return self._data[begin : self._at].decode("latin-1")

    def parts(self, token: str) -> Iterator[tuple[str, "KaldiFile"]]:
        """Each part that begins with ``token`` and a name: the name and the part."""
        pieces = self._data[self._at :].split(token.encode("ascii") + b" ")
        for piece in pieces[1:]:
            name, _, rest = piece.partition(b" ")
            yield name.decode("latin-1"), KaldiFile(self._path, rest)

    def word(self) -> str:
        """The token here."""
        end = self._data.find(b" ", self._at)
        if not 0 <= end - self._at < 100:
            raise self._wrong("no token where one is due")
        text = self._data[self._at : end].decode("latin-1")
        self._at = end + 1
        return text

    def whole_number(self) -> int:
        """The int32 here."""
        return int(self._number({4: "<i"}))

    def number(self) -> float:
        """The float or double here."""
        return float(self._number({4: "<f", 8: "<d"}))

    def whole_numbers(self) -> list[int]:
        """The list of int32 here."""
        count = self.whole_number()
        return [int(n) for n in self._block(count, np.dtype("<i4"))]

    def array(self) -> Array:
        """The vector, matrix or symmetric matrix here."""
        kind = self.word()
        if len(kind) != 2 or kind[0] not in _TYPES or kind[1] not in "MVP":
            raise self._wrong(f"{kind!r} where a matrix is due")
        rows = self.whole_number()
        if kind[1] == "V":
            return self._block(rows, _TYPES[kind[0]])
        if kind[1] == "M":
            columns = self.whole_number()
            return self._block(rows * columns, _TYPES[kind[0]]).reshape(rows, columns)
        packed = self._block(rows * (rows + 1) // 2, _TYPES[kind[0]])
        full = np.zeros((rows, rows), packed.dtype)
        full[np.tril_indices(rows)] = packed
        return full + np.tril(full, -1).T

    def _number(self, forms: dict[int, str]) -> float:
        try:
            form = forms[self._data[self._at]]
            (value,) = struct.unpack_from(form, self._data, self._at + 1)
        except (KeyError, IndexError, struct.error) as error:
            raise self._wrong("no number where one is due") from error
        self._at += 1 + struct.calcsize(form)
        return float(value)

    def _block(self, count: int, kind: np.dtype[Any]) -> Array:
        end = self._at + count * kind.itemsize
        if count < 0 or end > len(self._data):
            raise self._wrong("it is cut off")
        block = np.frombuffer(self._data, kind, count, self._at)
        self._at = end
        return block

    def _wrong(self, what: str) -> InputError:
        return InputError(
            f"{self._path} is not a usable model ({what})", "unpack the base model again"
        )


def array_span(data: bytes, token: str, path: Path) -> tuple[int, tuple[int, ...]]:
    """Where in ``data`` the numbers behind ``token`` begin, and their shape; single precision.

    Raises ``InputError`` naming ``path`` when there are none.
    """
    place = data.find(token.encode("ascii") + b" ")
    at = place + len(token) + 1
    kind = data[at : at + 3]
    try:
        if place < 0 or kind not in (b"FM ", b"FV "):
            raise InputError(f"{path} has no numbers behind {token}", "unpack the base model again")
        (rows,) = struct.unpack_from("<i", data, at + 4)
        if kind == b"FV ":
            return at + 8, (rows,)
        (columns,) = struct.unpack_from("<i", data, at + 9)
    except struct.error as error:
        raise InputError(f"{path} is cut off", "unpack the base model again") from error
    return at + 13, (rows, columns)
