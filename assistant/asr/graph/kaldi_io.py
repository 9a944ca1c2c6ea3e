"""Reads Kaldi's binary format: tokens, numbers, vectors, matrices (``base/io-funcs-inl.h``)."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.core.errors import InputError
from assistant.core.translation import _

Array = npt.NDArray[np.floating[Any]]

_TYPES: dict[str, np.dtype[Any]] = {"F": np.dtype("<f4"), "D": np.dtype("<f8")}


class KaldiFile:
    """A cursor over a binary file. Unexpected content raises ``InputError``."""

    def __init__(self, path: Path, data: bytes | None = None, skip: int = 0) -> None:
        """Start after ``skip`` bytes: 2, the binary marker, when the file is a single object."""
        self._path = path
        self._data = path.read_bytes() if data is None else data
        self._at = skip

    def after(self, token: str) -> "KaldiFile":
        """Move behind the next ``token``; returns the file itself."""
        mark = token.encode("ascii") + b" "
        place = self._data.find(mark, self._at)
        if place < 0:
            raise self._wrong(_("no {token}").format(token=token))
        self._at = place + len(mark)
        return self

    def array_of(self, token: str) -> Array:
        """The vector or matrix behind the first ``token`` of the file."""
        return KaldiFile(self._path, self._data).after(token).array()

    def number_of(self, token: str) -> float:
        """The number behind the first ``token`` of the file."""
        return KaldiFile(self._path, self._data).after(token).number()

    def int_list_of(self, token: str) -> list[int]:
        """The int32 vector behind the first ``token`` of the file."""
        return KaldiFile(self._path, self._data).after(token).int_list()

    def text_until(self, token: str) -> str:
        """The text up to and including the next ``token``."""
        begin = self._at
        self.after(token)
        return self._data[begin : self._at].decode("latin-1")

    def parts(self, token: str) -> Iterator[tuple[str, "KaldiFile"]]:
        """Yield the name behind each ``token``, and the section up to the next one."""
        pieces = self._data[self._at :].split(token.encode("ascii") + b" ")
        for piece in pieces[1:]:
            name, _, rest = piece.partition(b" ")
            yield name.decode("latin-1"), KaldiFile(self._path, rest)

    def token(self) -> str:
        """Read a token."""
        end = self._data.find(b" ", self._at)
        if not 0 <= end - self._at < 100:
            raise self._wrong(_("no token where one is due"))
        text = self._data[self._at : end].decode("latin-1")
        self._at = end + 1
        return text

    def integer(self) -> int:
        """Read an int32."""
        return int(self._number({4: "<i"}))

    def number(self) -> float:
        """Read a float or a double."""
        return float(self._number({4: "<f", 8: "<d"}))

    def int_list(self) -> list[int]:
        """Read a vector of int32."""
        count = self.integer()
        return [int(n) for n in self._block(count, np.dtype("<i4"))]

    def array(self) -> Array:
        """Read a vector, a matrix or a packed symmetric matrix, as float32 or float64.

        Shape (n,) or (rows, columns); a symmetric matrix (``SpMatrix``) is unpacked.
        """
        kind = self.token()
        if len(kind) != 2 or kind[0] not in _TYPES or kind[1] not in "MVP":
            raise self._wrong(_("{kind!r} where a matrix is due").format(kind=kind))
        rows = self.integer()
        if kind[1] == "V":
            return self._block(rows, _TYPES[kind[0]])
        if kind[1] == "M":
            columns = self.integer()
            return self._block(rows * columns, _TYPES[kind[0]]).reshape(rows, columns)
        packed = self._block(rows * (rows + 1) // 2, _TYPES[kind[0]])
        full = np.zeros((rows, rows), packed.dtype)
        full[np.tril_indices(rows)] = packed
        return full + np.tril(full, -1).T

    def _number(self, forms: dict[int, str]) -> float:
        """Read a number; ``forms``: its size in bytes, as written before it → struct format."""
        try:
            form = forms[self._data[self._at]]
            (value,) = struct.unpack_from(form, self._data, self._at + 1)
        except (KeyError, IndexError, struct.error) as error:
            raise self._wrong(_("no number where one is due")) from error
        self._at += 1 + struct.calcsize(form)
        return float(value)

    def _block(self, count: int, kind: np.dtype[Any]) -> Array:
        """Read ``count`` packed numbers of the dtype ``kind``, shape (count,)."""
        end = self._at + count * kind.itemsize
        if count < 0 or end > len(self._data):
            raise self._wrong(_("it is cut off"))
        block = np.frombuffer(self._data, kind, count, self._at)
        self._at = end
        return block

    def _wrong(self, what: str) -> InputError:
        return InputError(
            _("{path} is not a usable model ({what})").format(path=self._path, what=what),
            _("unpack the base model again"),
        )


def array_span(data: bytes, token: str, path: Path) -> tuple[int, tuple[int, ...]]:
    """Byte offset and shape of the float32 vector or matrix behind ``token`` in ``data``.

    Raises ``InputError`` naming ``path`` when there are none.
    """
    place = data.find(token.encode("ascii") + b" ")
    at = place + len(token) + 1
    kind = data[at : at + 3]
    try:
        if place < 0 or kind not in (b"FM ", b"FV "):
            raise InputError(
                _("{path} has no numbers behind {token}").format(path=path, token=token),
                _("unpack the base model again"),
            )
        (rows,) = struct.unpack_from("<i", data, at + 4)
        if kind == b"FV ":
            return at + 8, (rows,)
        (columns,) = struct.unpack_from("<i", data, at + 9)
    except struct.error as error:
        raise InputError(
            _("{path} is cut off").format(path=path), _("unpack the base model again")
        ) from error
    return at + 13, (rows, columns)
