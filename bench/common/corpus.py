"""Recordings with transcripts: a folder of ``NAME.wav`` and ``NAME.txt``."""

import random
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.core.errors import InputError

RATE = 16_000


@dataclass(frozen=True)
class Recording:
    """One utterance of a corpus."""

    path: Path
    text: str

    def samples(self) -> npt.NDArray[np.int16]:
        """Read the audio: int16, mono, 16 kHz; raises ``InputError`` for anything else."""
        try:
            with wave.open(str(self.path), "rb") as file:
                shape = file.getframerate(), file.getnchannels(), file.getsampwidth()
                frames = file.readframes(file.getnframes())
        except (OSError, EOFError, wave.Error) as error:
            raise InputError(f"{self.path} is no WAV file ({error}); remove it") from error
        if shape != (RATE, 1, 2):
            raise InputError(f"{self.path} is not 16 kHz, mono, 16 bit; convert it")
        return np.frombuffer(frames, np.int16)


def read_corpus(folder: Path, limit: int | None = None, seed: int = 1) -> list[Recording]:
    """Read a corpus, or ``limit`` recordings of it chosen by ``seed``, sorted by name."""
    try:
        found = [
            Recording(path, path.with_suffix(".txt").read_text(encoding="utf-8").strip())
            for path in sorted(folder.glob("*.wav"))
            if path.with_suffix(".txt").is_file()
        ]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{folder}: a transcript cannot be read ({error})", "fix it") from error
    if not found:
        raise InputError(f"{folder} holds no NAME.wav with its words in NAME.txt beside it")
    if limit is not None and limit < len(found):
        found = sorted(random.Random(seed).sample(found, limit), key=lambda one: one.path.name)
    return found
