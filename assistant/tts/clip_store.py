"""Rendered speech as WAV files, and the latest clips in memory: for voices that are slow."""

import hashlib
import logging
import shutil
import threading
import wave
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, runtime_checkable

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.core.atomic_file import open_atomic
from assistant.core.errors import KramError
from assistant.core.translation import reason

_LOGGER = logging.getLogger(__name__)

_CACHE_SIZE = 48
"""Clips in the LRU cache."""

_FORMAT = (1, 2, SPEECH_RATE)
"""Channels, bytes per sample and sampling rate of the files."""

_LONGEST = 120 * SPEECH_RATE
"""Samples of any one text."""

Key = tuple[str, float]
"""Text and rate."""


class ClipStore:
    """Clips of one voice; thread-safe.

    ``folder`` holds its files and belongs to it alone: those of other voices beside it are
    deleted. Without a folder there is only the LRU cache.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._cache: OrderedDict[Key, Clip] = OrderedDict()
        if folder is not None:
            _create_exclusive(folder)

    def get(self, text: str, rate: float, render: Callable[[str, float], Clip]) -> Clip:
        """The clip of ``text``, from memory or a file; else rendered, and kept in both."""
        key = (text, round(rate, 3))
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        clip = self._load(key) or self._save(key, render(*key))
        with self._lock:
            self._cache[key] = clip
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return clip

    def prepare(self, text: str, render: Callable[[str, float], Clip]) -> None:
        """Render ``text`` at the default rate into a file, unless it is there."""
        key = (text, 1.0)
        if self._folder is not None and not _path(self._folder, key).is_file():
            self._save(key, render(*key))

    def _load(self, key: Key) -> Clip | None:
        if self._folder is None:
            return None
        try:
            with wave.open(str(_path(self._folder, key)), "rb") as file:
                count = file.getnframes()
                if file.getparams()[:3] != _FORMAT or not 0 < count <= _LONGEST:
                    return None
                data = file.readframes(count)
        except (OSError, wave.Error, EOFError, RuntimeError):  # the last from a chunk too long
            return None  # missing or damaged: it is rendered again
        if len(data) != 2 * count:
            return None
        return Clip(np.frombuffer(data, dtype="<i2").astype(np.int16))

    def _save(self, key: Key, clip: Clip) -> Clip:
        folder = self._folder
        if folder is None or not len(clip.samples):
            return clip
        try:
            with (
                open_atomic(_path(folder, key), shared=True) as part,
                wave.open(part, "wb") as file,
            ):
                file.setparams((*_FORMAT, 0, "NONE", ""))
                file.writeframes(clip.samples.astype("<i2").tobytes())
        except OSError as error:
            _LOGGER.warning("rendered speech cannot be stored in %s: %s", folder, reason(error))
            self._folder = None
        return clip


@runtime_checkable
class PreparedVoice(Protocol):
    """A voice that can render in advance."""

    def prepare(self, text: str) -> None:
        """Render ``text`` at the default rate, unless that was done."""
        ...


class Prerenderer:
    """Prerenders texts in a background thread for the duration of its ``with`` block."""

    def __init__(self, voice: PreparedVoice, texts: Iterable[str]) -> None:
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


def _path(folder: Path, key: Key) -> Path:
    name = hashlib.sha256(f"{key[1]}\0{key[0]}".encode()).hexdigest()[:32]
    return folder / f"{name}.wav"


def _create_exclusive(folder: Path) -> None:
    """Create the folder of one voice, and delete those of other voices."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
