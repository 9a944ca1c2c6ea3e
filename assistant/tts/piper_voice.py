"""A better voice that the user brings: Piper, an optional extra (``piper-tts``, GPL-3.0).

Piper takes about as long to make a sentence as a slow computer takes to speak half of it, too long
to be waited for in a conversation. So what the guide can say is made beforehand in the
background, once, and kept as files beside the diary.
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

CALM = 1.2
"""Normal pace: so much slower than the voice's own, near espeak's 125 words a minute."""

_BETWEEN = np.zeros(round(0.25 * SPEECH_RATE), dtype=np.int16)
"""Silence between the sentences of one text."""

_KEPT = 48
_INSTALL = "`pip install piper-tts` into Kram's environment (.venv), or remove the line `voice`"


class PiperVoice:
    """A ``Voice`` from a Piper voice file and its ``.json``; any thread may use it.

    ``store`` is a folder for the clips; without it they are only kept in memory, a few dozen.
    Raises ``MissingError`` without piper-tts, ``InputError`` for a file that is no voice.
    """

    def __init__(self, path: Path, store: Path | None = None) -> None:
        self._piper: Any
        try:
            self._piper = importlib.import_module("piper")
        except ImportError as error:
            raise MissingError(f"piper-tts is not installed ({error}); {_INSTALL}") from error
        description = path.with_name(path.name + ".json")
        for file in (path, description):
            if not file.is_file():
                raise InputError(
                    f"the voice needs {file}, which is not there; a Piper voice is two files, "
                    "NAME.onnx and NAME.onnx.json"
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
            raise InputError(f"{path} is no Piper voice ({what}); get it anew") from error
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, float], Clip] = OrderedDict()
        self._store = store / _digest(path, description) if store else None
        if self._store is not None:
            _make_alone(self._store)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``, or take it from what is kept; no pause at its end."""
        key = (text, round(rate, 3))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        clip = self._stored(key) or self._make(key)
        with self._lock:
            self._kept[key] = clip
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return clip

    def prepare(self, text: str) -> None:
        """Make a clip at the normal pace and keep it in the store, for later."""
        key = (text, 1.0)
        if self._store is not None and not self._file(key).is_file():
            self._make(key)

    def _make(self, key: tuple[str, float]) -> Clip:
        text, rate = key
        if not text.strip():
            return Clip(np.zeros(0, dtype=np.int16))
        scale = self._voice.config.length_scale * CALM / max(rate, 0.1)
        manner = self._piper.SynthesisConfig(length_scale=scale)
        parts: list[Samples] = []
        with self._lock:
            try:
                for chunk in self._voice.synthesize(text, manner):
                    parts += [_at_our_rate(chunk.audio_int16_array, chunk.sample_rate), _BETWEEN]
            except self._errors as error:
                raise KramError(f"the voice cannot say {text!r} ({error}); try another") from error
        clip = Clip(trim_silence(np.concatenate(parts[:-1]) if parts else _BETWEEN[:0]))
        self._keep(key, clip)
        return clip

    def _file(self, key: tuple[str, float]) -> Path:
        assert self._store is not None
        name = hashlib.sha256(f"{key[1]}\0{key[0]}".encode()).hexdigest()[:32]
        return self._store / f"{name}.wav"

    def _stored(self, key: tuple[str, float]) -> Clip | None:
        if self._store is None:
            return None
        try:
            with wave.open(str(self._file(key)), "rb") as file:
                samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        except (OSError, wave.Error, EOFError):
            return None  # not there, or damaged: it is made anew
        return Clip(samples.astype(np.int16))

    def _keep(self, key: tuple[str, float], clip: Clip) -> None:
        if self._store is None:
            return
        goal = self._file(key)
        try:
            with open_atomic(goal, shared=True) as part, wave.open(part, "wb") as file:
                file.setparams((1, 2, SPEECH_RATE, 0, "NONE", ""))
                file.writeframes(clip.samples.astype("<i2").tobytes())
        except OSError as error:
            _LOGGER.warning("what was spoken cannot be kept in %s: %s", goal.parent, error.strerror)
            self._store = None


class Prerenderer:
    """Makes texts in the background while the guide already listens; ends with its block."""

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
        """Until everything is made."""
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


def _at_our_rate(samples: Samples, rate: int) -> Samples:
    if rate == SPEECH_RATE:
        return samples
    return np.asarray(soxr.resample(samples, rate, SPEECH_RATE), dtype=np.int16)


def _digest(*files: Path) -> str:
    digest = hashlib.sha256(json.dumps(CALM).encode())
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _make_alone(folder: Path) -> None:
    """Make the folder of one voice, and throw away what another voice has left."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
