"""A better voice that the user provides: Piper, an optional extra (``piper-tts``, GPL-3.0).

On a slow computer, Piper's real-time factor is near 0.5: too slow to synthesise on demand in a
conversation. So everything that the guide can say is prerendered once in the background and
stored as WAV files in the data folder.
"""

import hashlib
import importlib
import json
import logging
import shutil
import threading
import wave
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import Samples
from assistant.core.atomic_file import open_atomic
from assistant.core.errors import InputError, KramError, MissingError
from assistant.tts.espeak_voice import trim_silence

_LOGGER = logging.getLogger(__name__)

CALM_LENGTH_SCALE = 1.2
"""Factor on Piper's length scale at rate 1: near 125 words per minute, like espeak-ng."""

_SENTENCE_PAUSE = np.zeros(round(0.25 * SPEECH_RATE), dtype=np.int16)
"""Pause between the sentences of one text: 0.25 s of int16 zeros."""

_CACHE_SIZE = 48
"""Clips in the LRU cache."""

_INSTALL = "`pip install piper-tts` into Kram's environment (.venv), or remove the line `voice`"


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
            raise MissingError(f"piper-tts is not installed ({error})", _INSTALL) from error
        description = path.with_name(path.name + ".json")
        for file in (path, description):
            if not file.is_file():
                raise InputError(
                    f"the voice needs {file}, which is not there",
                    "a Piper voice is two files, NAME.onnx and NAME.onnx.json",
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
                f"{path} is not a Piper voice ({what})", "download it again"
            ) from error
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, float], Clip] = OrderedDict()
        self._store = store / _digest(path, description) if store else None
        if self._store is not None:
            _create_exclusive(self._store)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``, or take it from the cache or the store; trailing pause trimmed."""
        key = (text, round(rate, 3))
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        clip = self._load(key) or self._render(key)
        with self._lock:
            self._cache[key] = clip
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return clip

    def prepare(self, text: str) -> None:
        """Prerender ``text`` at the default rate into the store, unless it is there."""
        key = (text, 1.0)
        if self._store is not None and not self._path(key).is_file():
            self._render(key)

    def _render(self, key: tuple[str, float]) -> Clip:
        text, rate = key
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
                    f"the voice cannot say {text!r} ({error})", "try another"
                ) from error
        clip = Clip(trim_silence(np.concatenate(parts[:-1]) if parts else _SENTENCE_PAUSE[:0]))
        self._save(key, clip)
        return clip

    def _path(self, key: tuple[str, float]) -> Path:
        assert self._store is not None
        name = hashlib.sha256(f"{key[1]}\0{key[0]}".encode()).hexdigest()[:32]
        return self._store / f"{name}.wav"

    def _load(self, key: tuple[str, float]) -> Clip | None:
        if self._store is None:
            return None
        try:
            with wave.open(str(self._path(key)), "rb") as file:
                samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        except (OSError, wave.Error, EOFError):
            return None  # missing or damaged: it is rendered again
        return Clip(samples.astype(np.int16))

    def _save(self, key: tuple[str, float], clip: Clip) -> None:
        if self._store is None:
            return
        path = self._path(key)
        try:
            with open_atomic(path, shared=True) as part, wave.open(part, "wb") as file:
                file.setparams((1, 2, SPEECH_RATE, 0, "NONE", ""))
                file.writeframes(clip.samples.astype("<i2").tobytes())
        except OSError as error:
            _LOGGER.warning(
                "rendered speech cannot be stored in %s: %s", path.parent, error.strerror
            )
            self._store = None


class Prerenderer:
    """Prerenders texts in a background thread for the duration of its ``with`` block."""

    def __init__(self, voice: PiperVoice, texts: Iterable[str]) -> None:
        self._voice = voice
        self._texts = list(texts)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)

    def _run(self) -> None:
        for text in self._texts:
            if self._stop.is_set():
                return
            try:
                self._voice.prepare(text)
            except KramError as error:
                _LOGGER.warning("%s", error)

    def wait(self) -> None:
        """Block until everything is rendered."""
        self._thread.join()

    def __enter__(self) -> "Prerenderer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()


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


def _create_exclusive(folder: Path) -> None:
    """Create the folder of one voice, and delete those of other voices."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
