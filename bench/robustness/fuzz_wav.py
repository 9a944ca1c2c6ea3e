"""Mutated sound files, read as a file or from a pipe."""

import os
import random
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile

from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.wav_source import WavSource
from bench.robustness.attempt import OwnProcess
from bench.robustness.mutations import changed_bytes

_SECONDS = 0.3

_FORMATS = (
    ("WAV", "PCM_16", 16_000, 1), ("WAV", "PCM_16", 44_100, 2), ("WAV", "PCM_U8", 8000, 1),
    ("WAV", "PCM_24", 48_000, 1), ("WAV", "FLOAT", 16_000, 2), ("WAV", "ULAW", 8000, 1),
    ("WAV", "IMA_ADPCM", 16_000, 1), ("WAVEX", "PCM_32", 22_050, 1), ("RF64", "PCM_16", 16_000, 1),
    ("FLAC", "PCM_16", 16_000, 1), ("AIFF", "PCM_16", 16_000, 1), ("OGG", "VORBIS", 16_000, 1),
)  # fmt: skip

_FAR_TOO_LONG = 100.0
"""Seconds of sound in any mutation; a valid file has 0.3."""


def _valid_files() -> list[bytes]:
    """A short file of each format that is read, with chunks before and behind the sound."""
    found = []
    for form, subtype, rate, channels in _FORMATS:
        count = int(_SECONDS * rate)
        sound = np.random.default_rng(7).normal(0, 0.1, (count, channels)).astype(np.float32)
        file = BytesIO()
        soundfile.write(file, sound, rate, format=form, subtype=subtype)
        found.append(file.getvalue())
    plain = found[0]
    listed = b"LIST" + struct.pack("<I", 15) + b"INFOISFT\3\0\0\0Kram\0"
    found.append(plain[:12] + listed + plain[12:] + listed)
    return found


class _WavAttempt(OwnProcess):
    def __init__(self, folder: Path) -> None:
        self._path = folder / "x.wav"
        self._valid = _valid_files()

    def __call__(self, chance: random.Random) -> bool:
        data = changed_bytes(chance, chance.choice(self._valid))
        if chance.random() < 0.8:
            self._path.write_bytes(data)
            _listen(self._path)
            return True
        reading, writing = os.pipe()
        writer = threading.Thread(target=_write, args=(writing, data), daemon=True)
        writer.start()
        try:
            _listen(Path(f"/dev/fd/{reading}"))
        finally:
            os.close(reading)
            writer.join()
        return True


def _write(pipe: int, data: bytes) -> None:
    try:
        with os.fdopen(pipe, "wb") as file:
            file.write(data)
    except BrokenPipeError:
        pass  # the file was refused at its beginning


def _listen(path: Path) -> None:
    source = WavSource(path)
    heard = 0
    try:
        for block in source.blocks():
            assert block.shape == (BLOCK,) and block.dtype == np.int16
            heard += len(block)
            assert heard < _FAR_TOO_LONG * RATE, "sound without end"
    finally:
        source.close()


@contextmanager
def open_wav(folder: Path) -> Iterator[_WavAttempt]:
    """The kind ``wav``."""
    yield _WavAttempt(folder)
