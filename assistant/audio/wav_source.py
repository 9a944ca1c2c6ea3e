"""Audio files in place of a microphone, streamed in chunks so that memory use is constant."""

import logging
import stat
from collections.abc import Iterator
from io import BytesIO
from os import fstat, pread
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from assistant.audio.byte_stream import ByteStream
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples, SteadySource, to_int16
from assistant.audio.stereo_downmix import StereoDownmix
from assistant.audio.wav_header import MAGIC, WavFormat, ends_here, read_header
from assistant.core.errors import InputError
from assistant.core.translation import Translatable, _, reason

_LOGGER = logging.getLogger(__name__)

STANDARD_INPUT = Path("-")
"""The name that stands for standard input."""

_MIN_RATE, _MAX_RATE = 8_000, 48_000
_CHUNK_SECONDS = 0.5
_TAIL = 9
"""Bytes behind the sound by which its end is recognised: a pad byte and a chunk's header."""

_WORTH_TELLING = 0.1
"""Seconds beyond the header's length from which a warning is logged."""

_ADVICE = _("give a WAV file of 8 to 48 kHz, mono or stereo")

_Frames = npt.NDArray[np.float32]
"""Full scale 1, shape (n, channels), at the file's sample rate."""


class _Decoder(Protocol):
    """Decodes a file from the beginning to the end."""

    rate: int
    channels: int
    seconds: float | None
    chunk_seconds: float

    def read(self, count: int) -> _Frames:
        """The next ``count`` frames, fewer at the end. Raises ``OSError`` or ``ValueError``."""
        ...


class WavSource(SteadySource):
    """An ``AudioSource`` on an audio file, int or float, 8 to 48 kHz, mono or stereo.

    ``path`` may be a pipe, or ``-`` for standard input; these must be WAV files that are not
    compressed. A WAV file whose header announces too little is read to its end. Raises
    ``InputError`` at once for a file that is missing, empty or not audio.
    """

    def __init__(self, path: Path) -> None:
        self._name = _("standard input") if path == STANDARD_INPUT else str(path)
        self._file = _open(path, self._name)
        self._stream = ByteStream(self._file)
        try:
            self._decoder = _decoder(self._file, self._stream, self._name)
        except (OSError, ValueError) as error:
            self.close()
            problem = (
                _("cannot read {name}: {reason}").format(name=self._name, reason=reason(error))
                if isinstance(error, OSError) and error.strerror
                else Translatable("{name} {error}").format(name=self._name, error=error)
            )
            raise InputError(problem, _ADVICE) from error

    @property
    def seconds(self) -> float | None:
        """Duration of the file in seconds; None for a pipe."""
        return self._decoder.seconds

    def interrupt(self) -> None:
        """End a pipe's sound here; may be called from a signal handler, also while it waits."""
        self._stream.interrupt()

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks, int16, shape (BLOCK,), ``RATE`` Hz; the last one is zero-padded."""
        pending = np.zeros(0, dtype=np.int16)
        for chunk in self._chunks():
            pending = np.concatenate([pending, to_int16(chunk)])
            end = len(pending) // BLOCK * BLOCK
            yield from pending[:end].reshape(-1, BLOCK)
            pending = pending[end:]
        if len(pending):
            yield np.pad(pending, (0, BLOCK - len(pending)))

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def _chunks(self) -> Iterator[npt.NDArray[np.floating]]:
        """Yield the file downmixed to mono and resampled: float32, shape (n,), ``RATE`` Hz."""
        decoder = self._decoder
        rate, downmix = decoder.rate, StereoDownmix(decoder.rate)
        resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32") if rate != RATE else None
        count = int(rate * decoder.chunk_seconds)
        while True:
            try:
                frames = decoder.read(count)
            except (soundfile.SoundFileError, ValueError, OSError) as error:
                raise InputError(
                    _("{name} breaks off: {error}").format(name=self._name, error=error), _ADVICE
                ) from error
            last = len(frames) < count
            mono = downmix(np.nan_to_num(frames, nan=0.0, posinf=1.0, neginf=-1.0))
            mono = np.clip(mono, -1.0, 1.0)
            yield resampler.resample_chunk(mono, last=last) if resampler else mono
            if last:
                return


class _PcmDecoder:
    """Decodes the samples of a WAV file or pipe, whatever its header says about its length."""

    def __init__(self, stream: ByteStream, wav: WavFormat, file: BinaryIO, name: str) -> None:
        self.rate, self.channels = wav.rate, wav.channels
        self._stream, self._format, self._name = stream, wav, name
        self._left = wav.announced
        self._beyond = 0
        size = _size(file)
        self.chunk_seconds = BLOCK_SECONDS if size is None else _CHUNK_SECONDS
        self.seconds: float | None = None
        if size is not None:
            there = size - stream.position
            if (said := wav.announced) is not None and said < there:
                tail = pread(file.fileno(), _TAIL, stream.position + said)
                there = said if ends_here(tail, bool(said % 2)) else there
            self.seconds = there / wav.frame_bytes / wav.rate
        if not self._more():
            raise ValueError(_("holds no sound"))

    def read(self, count: int) -> _Frames:
        wanted, data = count * self._format.frame_bytes, b""
        while len(data) < wanted and self._more():
            ask = wanted - len(data)
            piece = self._stream.read(ask if self._left is None else min(ask, self._left))
            if self._left is None:
                self._beyond += len(piece)
            else:
                self._left -= len(piece)
            data += piece
        if len(data) < wanted:
            self._warn()
        whole = data[: len(data) // self._format.frame_bytes * self._format.frame_bytes]
        if not whole:
            return np.zeros((0, self.channels), dtype=np.float32)
        frames, _ = soundfile.read(
            BytesIO(whole), format="RAW", subtype=self._format.subtype, channels=self.channels,
            samplerate=self.rate, dtype="float32", always_2d=True,
            endian="BIG" if self._format.big_endian else "LITTLE",
        )  # fmt: skip
        return np.asarray(frames, dtype=np.float32)

    def _more(self) -> bool:
        """Whether sound follows; at the end that the header announced, look what is there."""
        if self._left == 0:
            odd = bool((self._format.announced or 0) % 2)
            if ends_here(self._stream.peek(_TAIL), odd):
                return False
            self._left = None
        return bool(self._stream.peek(1))

    def _warn(self) -> None:
        per_second = self._format.frame_bytes * self.rate
        if self._format.announced and self._beyond > _WORTH_TELLING * per_second:
            said = self._format.announced / per_second
            text = "the header of %s announces %.2f s of sound, %.2f s are there; all is heard"
            _LOGGER.warning(text, self._name, said, said + self._beyond / per_second)
            self._beyond = 0


class _LibraryDecoder:
    """Decodes what libsndfile knows: FLAC, Ogg, AIFF, compressed WAV …"""

    chunk_seconds = _CHUNK_SECONDS

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        # by its descriptor: a seek that a damaged file asks for fails within libsndfile then, and
        # not in a callback, whose traceback would be printed
        self._sound = soundfile.SoundFile(file.fileno(), closefd=False)
        self.rate, self.channels = self._sound.samplerate, self._sound.channels
        self.seconds: float | None = self._sound.frames / self.rate
        if self._sound.frames <= 0:
            raise ValueError(_("holds no sound"))

    def read(self, count: int) -> _Frames:
        frames = self._sound.read(count, dtype="float32", always_2d=True)
        return np.asarray(frames, dtype=np.float32)


def read_wav(path: Path) -> Samples:
    """Read a (short) audio file: int16, shape (n,), mono, ``RATE`` Hz, n a multiple of ``BLOCK``.

    Raises ``InputError`` as ``WavSource`` does.
    """
    source = WavSource(path)
    try:
        return np.concatenate(list(source.blocks()))
    finally:
        source.close()


def _open(path: Path, name: str) -> BinaryIO:
    try:
        if path == STANDARD_INPUT:
            file = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115, PTH123
        else:
            file = path.open("rb", buffering=0)
    except OSError as error:
        raise InputError(
            _("cannot read {name}: {reason}").format(name=name, reason=reason(error)),
            _ADVICE,
        ) from error
    if file.isatty():
        file.close()
        raise InputError(_("{name} is a terminal").format(name=name), _("pipe a WAV file into it"))
    return file


def _size(file: BinaryIO) -> int | None:
    """Bytes of a regular file; None for a pipe or a device, which only its end ends."""
    status = fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _decoder(file: BinaryIO, stream: ByteStream, name: str) -> _Decoder:
    """Raises ``ValueError`` with the reason, to follow the file's name, or ``OSError``."""
    first = stream.peek(4)
    if not first:
        raise ValueError(_("is empty"))
    seekable, why = _size(file) is not None, _("is not a readable sound file")
    decoder: _Decoder | None = None
    if first in MAGIC:
        try:
            wav = read_header(stream)
        except ValueError as error:
            why = Translatable("{error}").format(error=error)
        else:
            why = _("is a compressed WAV file (format {code})").format(code=wav.code)
            if wav.subtype:
                decoder = _PcmDecoder(stream, wav, file, name)
    if decoder is None:
        if not seekable:
            raise ValueError(
                why if first in MAGIC else _("is a pipe or device that does not give WAV")
            )
        try:
            decoder = _LibraryDecoder(file)
        except (soundfile.SoundFileError, TypeError) as error:
            raise ValueError(why) from error
    if not _MIN_RATE <= decoder.rate <= _MAX_RATE:
        raise ValueError(_("has {rate} samples a second").format(rate=decoder.rate))
    if decoder.channels > 2:
        raise ValueError(_("has {channels} channels").format(channels=decoder.channels))
    return decoder
