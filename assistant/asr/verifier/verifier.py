"""Verifies an utterance with a second recogniser in the background; callers poll, never block."""

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
"""Seconds after which a transcript comes too late: asking the user would have been quicker."""


@dataclass(frozen=True)
class Verification:
    """Result of a verification."""

    text: str | None
    """The transcript; None after a timeout."""

    seconds: float
    """How long it took."""


class Verifier(Protocol):
    """Transcribes an utterance in the background."""

    def submit(self, samples: Samples) -> bool:
        """Submit an utterance, int16, mono, 16 kHz; False when the verifier is not available."""
        ...

    def poll(self) -> Verification | None:
        """The result, once; None while there is nothing new. Does not block."""
        ...

    def close(self) -> None:
        """Stop verifying."""
        ...


class NullVerifier:
    """Null verifier: never available."""

    def submit(self, samples: Samples) -> bool:
        """See ``Verifier``: always False."""
        return False

    def poll(self) -> Verification | None:
        """See ``Verifier``: always None."""
        return None

    def close(self) -> None:
        """Nothing to do."""


class WhisperVerifier:
    """``Verifier`` backed by a Whisper process, which a thread starts and waits for.

    A process that times out or dies is not restarted: one that hangs would hang again.
    """

    def __init__(
        self, start: Callable[[], WhisperProcess] = WhisperProcess,
        patience: float = TIMEOUT_SECONDS, patient: bool = False,
    ) -> None:  # fmt: skip
        """``patience``: timeout in seconds. ``patient``: ``submit`` waits for the result, for input
        that is not live."""
        self._start = start
        self._patience = patience
        self._patient = patient
        self._requests: SimpleQueue[Samples | None] = SimpleQueue()
        self._results: SimpleQueue[Verification] = SimpleQueue()
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._submitted: float | None = None
        self._thread = threading.Thread(target=self._run, name="verifier", daemon=True)
        self._thread.start()

    def submit(self, samples: Samples) -> bool:
        """See ``Verifier``."""
        if self._patient:
            while not (self._ready.wait(0.1) or self._ended.is_set()):
                pass
        if self._submitted is not None or self._ended.is_set() or not self._ready.is_set():
            return False
        self._submitted = time.monotonic()
        self._requests.put(samples)
        while self._patient and self._results.empty() and not self._timed_out():
            time.sleep(0.01)
        return True

    def poll(self) -> Verification | None:
        """See ``Verifier``."""
        if self._submitted is None:
            return None
        seconds = time.monotonic() - self._submitted
        if not self._results.empty():
            self._submitted = None
            return self._results.get()
        if self._timed_out() or self._ended.is_set():
            self._submitted = None
            self._ended.set()
            _LOGGER.warning(
                "no transcript within %g s; verification is off for this session", self._patience
            )
            return Verification(None, seconds)
        return None

    def close(self) -> None:
        """See ``Verifier``."""
        self._ended.set()
        self._requests.put(None)
        self._thread.join(self._patience)

    def _timed_out(self) -> bool:
        return self._submitted is not None and time.monotonic() - self._submitted > self._patience

    def _run(self) -> None:
        try:
            whisper = self._start()
        except KramError as error:
            _LOGGER.warning("verification is not available: %s", error)
            self._ended.set()
            return
        self._ready.set()
        try:
            while (samples := self._requests.get()) is not None and not self._ended.is_set():
                started = time.monotonic()
                text = whisper.transcribe(samples, self._patience)
                self._results.put(Verification(text, time.monotonic() - started))
        except KramError as error:
            _LOGGER.warning("verification is off for this session: %s", error)
            self._ended.set()
        finally:
            whisper.close()
