"""Sound files in place of a microphone: read in pieces, so that memory does not grow."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from assistant.audio.pcm import BLOCK, RATE, Samples, to_int16
from assistant.core.errors import InputError

_SLOWEST, _FASTEST = 8_000, 48_000
_PIECE_SECONDS = 0.5
_ADVICE = "give a WAV file of 8 to 48 kHz, mono or stereo"


class WavSource:
    """An ``AudioSource`` that reads a sound file, int or float, 8 to 48 kHz, one or two channels.

    Raises ``InputError`` at once for a file that is missing, empty or no sound.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _open(path)

    @property
    def seconds(self) -> float:
        """Length of the file in seconds."""
        return float(self._file.frames / self._file.samplerate)

    @property
    def lost(self) -> bool:
        """Never."""
        return False

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks of ``BLOCK`` samples; the last one is padded with zeros."""
        waiting = np.zeros(0, dtype=np.int16)
        for piece in self._pieces():
            waiting = np.concatenate([waiting, to_int16(piece)])
            whole = len(waiting) // BLOCK * BLOCK
            yield from waiting[:whole].reshape(-1, BLOCK)
            waiting = waiting[whole:]
        if len(waiting):
            yield np.pad(waiting, (0, BLOCK - len(waiting)))

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def _pieces(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the sound as mono float32 at ``RATE`` Hz, piece by piece."""
        rate = self._file.samplerate
        resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32") if rate != RATE else None
        count = int(rate * _PIECE_SECONDS)
        while True:
            try:
                frames = self._file.read(count, dtype="float32", always_2d=True)
            except (soundfile.SoundFileError, ValueError) as error:
                raise InputError(f"{self._path} breaks off: {error}; {_ADVICE}") from error
            last = len(frames) < count
            mono = np.nan_to_num(frames, nan=0.0, posinf=1.0, neginf=-1.0).mean(axis=1)
            mono = np.clip(mono, -1.0, 1.0)
            yield resampler.resample_chunk(mono, last=last) if resampler else mono
            if last:
                return


def read_wav(path: Path) -> Samples:
    """Return a whole (short) sound file as int16 mono at ``RATE`` Hz; ``InputError`` as above."""
    source = WavSource(path)
    try:
        return np.concatenate(list(source.blocks()))
    finally:
        source.close()


def _open(path: Path) -> soundfile.SoundFile:
    try:
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty; {_ADVICE}")
        file = soundfile.SoundFile(str(path))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        raise InputError(f"{path} is no sound file that can be read; {_ADVICE}") from error
    problem = ""
    if file.frames <= 0:
        problem = "holds no sound"
    elif not _SLOWEST <= file.samplerate <= _FASTEST:
        problem = f"has {file.samplerate} samples a second"
    elif file.channels > 2:
        problem = f"has {file.channels} channels"
    if problem:
        file.close()
        raise InputError(f"{path} {problem}; {_ADVICE}")
    return file
