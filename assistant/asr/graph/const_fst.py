"""OpenFst's binary ``const`` format, read and written with numpy, without OpenFst.

Source: OpenFst ``fst/fst.h`` (header) and ``fst/const-fst.h``.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.core.errors import InputError
from assistant.core.translation import _

_MAGIC = 2125659606
_ADD_ON_MAGIC = 446681434
_EXPANDED = 1

STATE = np.dtype(
    [("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("ieps", "<u4"), ("oeps", "<u4")]
)
ARC = np.dtype([("ilabel", "<i4"), ("olabel", "<i4"), ("weight", "<f4"), ("next", "<i4")])


@dataclass(frozen=True)
class ConstFst:
    """An FST: ``states`` (dtype ``STATE``, shape (states,)) and ``arcs`` (dtype ``ARC``, shape
    (arcs,), sorted by source state). Weights are tropical, in nats; label 0 is epsilon."""

    start: int
    states: npt.NDArray[np.void]
    arcs: npt.NDArray[np.void]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> int:
        value: int = struct.unpack_from("<" + form, self.data, self.at)[0]
        self.at += struct.calcsize("<" + form)
        return value

    def text(self) -> str:
        length = self.take("i")
        if not 0 <= length < 100:
            raise ValueError(_("no OpenFst header"))
        value = self.data[self.at : self.at + length].decode("ascii")
        self.at += length
        return value


def read_fst(path: Path) -> ConstFst:
    """Read a const FST, plain or wrapped as ``olabel_lookahead`` like Vosk's ``HCLr.fst``.

    Raises ``InputError`` when the file is something else or truncated.
    """
    data = path.read_bytes()
    try:
        return _parse(_Reader(data))
    except (ValueError, struct.error, UnicodeDecodeError) as error:
        raise InputError(
            _("{path} is not a readable graph ({error})").format(path=path, error=error),
            _("unpack the base model again"),
        ) from error


def _parse(reader: _Reader) -> ConstFst:
    kind, start, states, arcs = _header(reader)
    if kind == "olabel_lookahead":
        if reader.take("i") != _ADD_ON_MAGIC:
            raise ValueError(_("add-on header missing"))
        kind, start, states, arcs = _header(reader)
    if kind != "const":
        raise ValueError(_("type {kind} instead of const").format(kind=kind))
    data = reader.data
    end = reader.at + states * STATE.itemsize
    if len(data) < end + arcs * ARC.itemsize:
        raise ValueError(_("file is cut off"))
    return ConstFst(
        start,
        np.frombuffer(data, STATE, states, reader.at),
        np.frombuffer(data, ARC, arcs, end),
    )


def _header(reader: _Reader) -> tuple[str, int, int, int]:
    if reader.take("i") != _MAGIC:
        raise ValueError(_("no OpenFst header"))
    kind = reader.text()
    if reader.text() != "standard":
        raise ValueError(_("arcs are not of the standard type"))
    reader.take("i")
    flags = reader.take("i")
    reader.take("Q")
    start, states, arcs = reader.take("q"), reader.take("q"), reader.take("q")
    if flags & 4:
        raise ValueError(_("aligned files are not supported"))
    return kind, start, states, arcs


def write_fst(path: Path, fst: ConstFst) -> None:
    """Write ``fst`` as a plain const FST with standard (tropical) arcs."""
    kind, arc = b"const", b"standard"
    header = struct.pack("<ii", _MAGIC, len(kind)) + kind + struct.pack("<i", len(arc)) + arc
    header += struct.pack("<iiQqqq", 2, 0, _EXPANDED, fst.start, len(fst.states), len(fst.arcs))
    with path.open("wb") as file:
        file.write(header)
        file.write(fst.states.tobytes())
        file.write(fst.arcs.tobytes())
