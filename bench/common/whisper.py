"""Whisper base for comparisons: the optional extra of requirements-whisper.txt."""

import sys
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from assistant.asr.verifier.whisper import FOLDER, Whisper
from assistant.asr.verifier.whisper_process import COMMAND, WhisperProcess
from assistant.audio.pcm import Samples
from assistant.nlu.templates.normalise import normalise

__all__ = ["FOLDER", "NearestSentence", "Whisper"]

PATIENCE = 120.0


class NearestSentence:
    """Whisper in a separate process, mapped to the nearest sentence of a closed set.

    Raises ``MissingError`` when the extra is not installed.
    """

    def __init__(self, sentences: Sequence[str], beam: int = 5) -> None:
        self._sentences = {_letters(one): one for one in sentences}
        self._writer = WhisperProcess((*COMMAND, str(beam)))

    def hear(self, samples: Samples) -> tuple[str, float, float]:
        """(sentence, similarity to the transcript from 0 to 1, processor seconds)."""
        before = self._writer.cpu_seconds()
        text = self._writer.transcribe(samples, PATIENCE)
        taken = self._writer.cpu_seconds() - before
        found = process.extractOne(_letters(text), list(self._sentences), scorer=fuzz.ratio)
        if not text or found is None:
            return "", 0.0, taken
        return self._sentences[found[0]], found[1] / 100, taken

    def close(self) -> int:
        """End the process; returns its peak memory in MB."""
        peak = self._writer.peak_memory()
        self._writer.close()
        return round(peak / 1024)


def _letters(text: str) -> str:
    return normalise(text).replace(" ", "")


def progress(name: str, number: int, total: int) -> None:
    """Show a progress line on stderr, overwritten until the end."""
    sys.stderr.write(f"\r{name}: {number}/{total}" + "\n" * (number == total))
    sys.stderr.flush()
