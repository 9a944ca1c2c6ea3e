"""A better voice that the user provides: Piper, an optional extra (``piper-tts``, GPL-3.0).

On a slow computer, Piper's real-time factor is near 0.5: too slow to synthesise on demand in a
conversation. So everything that the guide can say is prerendered once in the background and
stored as WAV files in the data folder.
"""

import hashlib
import importlib
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import Samples
from assistant.core.errors import InputError, KramError, MissingError
from assistant.core.translation import _
from assistant.tts.clip_store import ClipStore
from assistant.tts.espeak_voice import trim_silence

CALM_LENGTH_SCALE = 1.2
"""Factor on Piper's length scale at rate 1: near 125 words per minute, like espeak-ng."""

_SENTENCE_PAUSE = np.zeros(round(0.25 * SPEECH_RATE), dtype=np.int16)
"""Pause between the sentences of one text: 0.25 s of int16 zeros."""

_INSTALL = _("`pip install piper-tts` into Kram's environment (.venv), or remove the line `voice`")


class PiperVoice:
    """A ``Voice`` from a Piper voice file and its ``.json``; thread-safe.

    ``store`` is a folder for rendered clips; without it there is only an LRU cache in memory.
    Raises ``MissingError`` without piper-tts, ``InputError`` for a file that is not a voice.
    """

    def __init__(self, path: Path, store: Path | None = None) -> None:
        self._piper: Any
        try:
            self._piper = importlib.import_module("piper")
        except ImportError as error:
            raise MissingError(
                _("piper-tts is not installed ({error})").format(error=error), _INSTALL
            ) from error
        description = path.with_name(path.name + ".json")
        for file in (path, description):
            if not file.is_file():
                raise InputError(
                    _("the voice needs {file}, which is not there").format(file=file),
                    _("a Piper voice is two files, NAME.onnx and NAME.onnx.json"),
                )
        state = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
        self._errors: tuple[type[Exception], ...] = (
            state.Fail, state.InvalidProtobuf, state.InvalidGraph, state.InvalidArgument,
            state.RuntimeException, OSError, ValueError, KeyError, TypeError, AttributeError,
        )  # fmt: skip
        try:
            self._voice = self._piper.PiperVoice.load(path)
        except self._errors as error:
            what = " ".join(str(error).split())[:200]
            raise InputError(
                _("{path} is not a Piper voice ({what})").format(path=path, what=what),
                _("download it again"),
            ) from error
        self._lock = threading.Lock()
        self._clips = ClipStore(store / _digest(path, description) if store else None)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``, or take it from the cache or the store; trailing pause trimmed."""
        return self._clips.get(text, rate, self._render)

    def prepare(self, text: str) -> None:
        """Prerender ``text`` at the default rate into the store, unless it is there."""
        self._clips.prepare(text, self._render)

    def _render(self, text: str, rate: float) -> Clip:
        if not text.strip():
            return Clip(np.zeros(0, dtype=np.int16))
        scale = self._voice.config.length_scale * CALM_LENGTH_SCALE / max(rate, 0.1)
        config = self._piper.SynthesisConfig(length_scale=scale)
        parts: list[Samples] = []
        with self._lock:
            try:
                for chunk in self._voice.synthesize(text, config):
                    parts += [
                        _resample(chunk.audio_int16_array, chunk.sample_rate),
                        _SENTENCE_PAUSE,
                    ]
            except self._errors as error:
                raise KramError(
                    _("the voice cannot say {text!r} ({error})").format(text=text, error=error),
                    _("try another"),
                ) from error
        return Clip(trim_silence(np.concatenate(parts[:-1]) if parts else _SENTENCE_PAUSE[:0]))


def _resample(samples: Samples, rate: int) -> Samples:
    """Resample int16, shape (n,), from ``rate`` Hz to ``SPEECH_RATE``."""
    if rate == SPEECH_RATE:
        return samples
    return np.asarray(soxr.resample(samples, rate, SPEECH_RATE), dtype=np.int16)


def _digest(*files: Path) -> str:
    """Key of the store: 16 hex digits of SHA-256 over the voice files and the default rate."""
    digest = hashlib.sha256(json.dumps(CALM_LENGTH_SCALE).encode())
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
