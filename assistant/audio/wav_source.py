"""Audio files in place of a microphone, streamed in chunks so that memory use is constant."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from assistant.audio.pcm import BLOCK, RATE, Samples, to_int16
from assistant.core.errors import InputError

_MIN_RATE, _MAX_RATE = 8_000, 48_000
_CHUNK_SECONDS = 0.5
_ADVICE = "give a WAV file of 8 to 48 kHz, mono or stereo"


class WavSource:
    """An ``AudioSource`` on an audio file, int or float, 8 to 48 kHz, mono or stereo.

    Raises ``InputError`` at once for a file that is missing, empty or not audio.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _open(path)

    @property
    def seconds(self) -> float:
        """Duration of the file in seconds."""
        return float(self._file.frames / self._file.samplerate)

    @property
    def lost(self) -> bool:
        """Always false."""
        return False

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

    def _chunks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the file downmixed to mono and resampled: float32, shape (n,), ``RATE`` Hz."""
        rate = self._file.samplerate
        resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32") if rate != RATE else None
        count = int(rate * _CHUNK_SECONDS)
        while True:
            try:
                frames = self._file.read(count, dtype="float32", always_2d=True)
            except (soundfile.SoundFileError, ValueError) as error:
                raise InputError(f"{self._path} breaks off: {error}", _ADVICE) from error
            last = len(frames) < count
            mono = np.nan_to_num(frames, nan=0.0, posinf=1.0, neginf=-1.0).mean(axis=1)
            mono = np.clip(mono, -1.0, 1.0)
            yield resampler.resample_chunk(mono, last=last) if resampler else mono
            if last:
                return


def read_wav(path: Path) -> Samples:
    """Read a (short) audio file: int16, shape (n,), mono, ``RATE`` Hz, n a multiple of ``BLOCK``.

    Raises ``InputError`` as ``WavSource`` does.
    """
    source = WavSource(path)
    try:
        return np.concatenate(list(source.blocks()))
    finally:
        source.close()


def _open(path: Path) -> soundfile.SoundFile:
    try:
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty", _ADVICE)
        file = soundfile.SoundFile(str(path))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", _ADVICE) from error
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not a readable sound file", _ADVICE) from error
    problem = ""
    if file.frames <= 0:
        problem = "holds no sound"
    elif not _MIN_RATE <= file.samplerate <= _MAX_RATE:
        problem = f"has {file.samplerate} samples a second"
    elif file.channels > 2:
        problem = f"has {file.channels} channels"
    if problem:
        file.close()
        raise InputError(f"{path} {problem}", _ADVICE)
    return file
