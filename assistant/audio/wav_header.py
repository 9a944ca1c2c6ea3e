"""The header of WAV files: RIFF, RIFX, RF64 and BW64, also where a killed recorder left it wrong.

Reads forwards only, so that pipes work. The compressed formats are left to libsndfile.
"""

import struct
from dataclasses import dataclass

from assistant.audio.byte_stream import ByteStream
from assistant.core.translation import _

MAGIC = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"RIFX": ">"}
"""First four bytes, and the byte order that they stand for."""

UNKNOWN_SIZE = 0xFFFFFFFF

_SUBTYPES = {
    (1, 1): "PCM_U8", (1, 2): "PCM_16", (1, 3): "PCM_24", (1, 4): "PCM_32",
    (3, 4): "FLOAT", (3, 8): "DOUBLE", (6, 1): "ALAW", (7, 1): "ULAW",
}  # fmt: skip
"""Format code and bytes of a sample, and soundfile's name for it."""

_EXTENSIBLE = 0xFFFE
_MOST_CHUNKS = 10_000
_LONGEST_FMT = 64
_LONGEST_TRAILER = 1 << 24
"""Bytes of an unknown chunk behind the sound from which it is taken for sound itself."""

_KNOWN = frozenset(
    b"fmt |data|fact|LIST|list|JUNK|junk|PAD |FLLR|bext|cart|iXML|axml|chna|cue |smpl|inst|plst"
    b"|ds64|PEAK|id3 |ID3 |_PMX|DISP|afsp|umid|levl|minf|elm1|regn|acid|strc|note|labl|adtl".split(
        b"|"
    )
)
_TAGS = (b"TAG", b"ID3", b"APETAGEX", b"LYRICSBEGIN")
"""What music players append to any file."""


@dataclass(frozen=True)
class WavFormat:
    """How the samples of a WAV file are stored."""

    rate: int
    """Sample rate in Hz."""

    channels: int
    code: int
    """Format code: 1 PCM, 3 float, 6 A-law, 7 mu-law, others compressed."""

    subtype: str
    """soundfile's name for it; empty for formats that only libsndfile decodes."""

    big_endian: bool
    frame_bytes: int
    """Bytes of one sample of every channel."""

    announced: int | None
    """Bytes of sound that the header announces; None if it does not say."""


def read_header(stream: ByteStream) -> WavFormat:
    """Read up to the first byte of sound. Raises ``ValueError`` with the reason if there is none.

    If ``subtype`` is empty, the stream stands anywhere.
    """
    order = MAGIC[stream.read(4)]
    stream.skip(4)  # the size of the whole, wrong whenever that of the sound is
    if stream.read(4) != b"WAVE":
        raise ValueError(_("is a RIFF file, but not WAV"))
    found: WavFormat | None = None
    long_size = 0
    for _chunk in range(_MOST_CHUNKS):
        head = stream.read(8)
        if len(head) < 8:
            raise ValueError(_("has a WAV header, but no sound chunk"))
        name, size = head[:4], struct.unpack(order + "I", head[4:])[0]
        if name == b"data":
            if found is None:
                raise ValueError(_("does not say in which format its sound is (no fmt chunk)"))
            announced = long_size if size == UNKNOWN_SIZE else size
            return _with_size(found, announced if size != UNKNOWN_SIZE or long_size else None)
        if not _is_name(name):
            raise ValueError(_("has a damaged WAV header"))
        content = stream.read(min(size, _LONGEST_FMT)) if name in (b"fmt ", b"ds64") else b""
        if name == b"fmt ":
            found = _parse_format(content, order)
            if not found.subtype:
                return found
        elif name == b"ds64" and len(content) >= 16:
            long_size = struct.unpack(order + "Q", content[8:16])[0]
        stream.skip(size - len(content))
        if size % 2 and _is_padded(stream.peek(5)):
            stream.skip(1)
    raise ValueError(_("has a WAV header without end"))


def ends_here(tail: bytes, odd: bool) -> bool:
    """Whether the sound ends before ``tail``, its next 9 bytes: at the end, a chunk or a tag.

    ``odd``: whether the sound so far has an odd number of bytes, and may have a pad byte.
    """
    if len(tail) < 8 or tail.startswith(_TAGS):
        return True
    return _is_chunk(tail) or (odd and _is_chunk(tail[1:]))


def _is_chunk(head: bytes) -> bool:
    """Whether ``head`` begins a chunk; its size, of either byte order, is only asked if unknown."""
    if head[:4] in _KNOWN:
        return True
    sizes = (struct.unpack(order + "I", head[4:8])[0] for order in "<>" if len(head) >= 8)
    return _is_name(head[:4]) and any(size < _LONGEST_TRAILER for size in sizes)


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)


def _is_padded(following: bytes) -> bool:
    """Whether a pad byte follows a chunk of odd size; some recorders write none."""
    unpadded, padded = following[:4], following[1:5]
    if padded in _KNOWN or unpadded in _KNOWN:
        return padded in _KNOWN
    return _is_name(padded) or not _is_name(unpadded)


def _parse_format(content: bytes, order: str) -> WavFormat:
    if len(content) < 16:
        raise ValueError(_("has a damaged WAV header (fmt chunk)"))
    code, channels, rate, _bytes, align, bits = struct.unpack(order + "HHIIHH", content[:16])
    if code == _EXTENSIBLE and len(content) >= 26:
        code = struct.unpack(order + "H", content[24:26])[0]
    width = (bits + 7) // 8
    if channels and align % channels == 0 and align // channels > width:
        width = align // channels  # 20 bits in three bytes
    if channels == 0 or rate == 0:
        raise ValueError(_("has a damaged WAV header (fmt chunk)"))
    subtype = _SUBTYPES.get((code, width), "")
    return WavFormat(rate, channels, code, subtype, order == ">", width * channels, None)


def _with_size(found: WavFormat, announced: int | None) -> WavFormat:
    return WavFormat(
        found.rate, found.channels, found.code, found.subtype, found.big_endian,
        found.frame_bytes, announced,
    )  # fmt: skip
