"""Asking for a second opinion without ever waiting for it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from assistant.asr.verifier.whisper_process import WhisperProcess
from assistant.audio.pcm import Samples
from assistant.core.errors import KramError

_LOGGER = logging.getLogger(__name__)

TIMEOUT_SECONDS = 4.0
"""Seconds after which an opinion comes too late: a question could have been answered by then."""


@dataclass(frozen=True)
class Verification:
    """What came of a question."""

    text: str | None
    """What was said; None when there was no answer in time."""

    seconds: float


class Verifier(Protocol):
    """Somebody who may be asked what was said."""

    def submit(self, samples: Samples) -> bool:
        """Hand over an utterance, int16, mono, 16 kHz; False when nobody can be asked now."""
        ...

    def poll(self) -> Verification | None:
        """What came of the question, once; None while there is nothing new. Returns at once."""
        ...

    def close(self) -> None:
        """Nobody is asked any more."""
        ...


class NullVerifier:
    """Nobody."""

    def submit(self, samples: Samples) -> bool:
        """See ``Opinions``: no."""
        return False

    def poll(self) -> Verification | None:
        """See ``Opinions``: never."""
        return None

    def close(self) -> None:
        """Nothing to do."""


class WhisperVerifier:
    """``Opinions`` of a process that is started, and waited for, in a thread.

    A process that is too slow or dies is given up for good: one that hangs does not get better.
    """

    def __init__(
        self, start: Callable[[], WhisperProcess] = WhisperProcess, patience: float = TIMEOUT_SECONDS,
        patient: bool = False,
    ) -> None:  # fmt: skip
        """``patient``: ``ask`` waits for the answer, for sound that does not come live."""
        self._start = start
        self._patience = patience
        self._patient = patient
        self._due: SimpleQueue[Samples | None] = SimpleQueue()
        self._answers: SimpleQueue[Verification] = SimpleQueue()
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._asked: float | None = None
        self._thread = threading.Thread(target=self._run, name="opinions", daemon=True)
        self._thread.start()

    def submit(self, samples: Samples) -> bool:
        """See ``Opinions``."""
        if self._patient:
            while not (self._ready.wait(0.1) or self._ended.is_set()):
                pass
        if self._asked is not None or self._ended.is_set() or not self._ready.is_set():
            return False
        self._asked = time.monotonic()
        self._due.put(samples)
        while self._patient and self._answers.empty() and not self._late():
            time.sleep(0.01)
        return True

    def poll(self) -> Verification | None:
        """See ``Opinions``."""
        if self._asked is None:
            return None
        seconds = time.monotonic() - self._asked
        if not self._answers.empty():
            self._asked = None
            return self._answers.get()
        if self._late() or self._ended.is_set():
            self._asked = None
            self._ended.set()
            _LOGGER.warning("no second opinion within %g s; none is asked for now", self._patience)
            return Verification(None, seconds)
        return None

    def close(self) -> None:
        """See ``Opinions``."""
        self._ended.set()
        self._due.put(None)
        self._thread.join(self._patience)

    def _late(self) -> bool:
        return self._asked is not None and time.monotonic() - self._asked > self._patience

    def _run(self) -> None:
        try:
            writer = self._start()
        except KramError as error:
            _LOGGER.warning("no second opinions: %s", error)
            self._ended.set()
            return
        self._ready.set()
        try:
            while (samples := self._due.get()) is not None and not self._ended.is_set():
                begun = time.monotonic()
                text = writer.transcribe(samples, self._patience)
                self._answers.put(Verification(text, time.monotonic() - begun))
        except KramError as error:
            _LOGGER.warning("no more second opinions: %s", error)
            self._ended.set()
        finally:
            writer.close()
