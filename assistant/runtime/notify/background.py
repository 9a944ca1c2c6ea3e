"""Sends notifications in a background thread, so that the audio loop never waits for it."""

import logging
import queue
import threading
import time
from collections.abc import Callable

from assistant.runtime.notify.messages import Delivery, Message, Sender, Undelivered

_LOGGER = logging.getLogger(__name__)

ATTEMPTS = 2
"""Attempts per message; one that is not acknowledged is sent again."""

GRACE_SECONDS = 2.0
"""Added to the sender's timeouts; after that the message counts as failed in any case."""


class BackgroundNotifier:
    """Sends notifications in the background; no method but ``close`` blocks."""

    def __init__(
        self, sender: Sender, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``timeout``: seconds that one attempt of the sender may take."""
        self._sender = sender
        self._timeout = ATTEMPTS * timeout + GRACE_SECONDS
        self._clock = clock
        self._queued: queue.SimpleQueue[tuple[int, Message] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[int, Delivery]] = queue.SimpleQueue()
        self._pending: dict[int, tuple[Message, float]] = {}
        self._count = 0
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
        self._thread.start()

    def notify(self, message: Message) -> None:
        """See ``Notifier``."""
        self._count += 1
        self._pending[self._count] = (message, self._clock() + self._timeout)
        self._queued.put((self._count, message))

    def outcomes(self) -> list[Delivery]:
        """See ``Notifier``; a timed-out message counts as failed, though it may still arrive."""
        found = []
        while not self._done.empty():
            number, outcome = self._done.get()
            if self._pending.pop(number, None) is not None:
                found.append(outcome)
        if self._pending:
            now = self._clock()
            for number in [one for one, (_, until) in self._pending.items() if now > until]:
                message, _ = self._pending.pop(number)
                found.append(Delivery(message.about, False, "it took too long"))
        for outcome in found:
            if not outcome.ok:
                _LOGGER.warning("the notification (%s) has failed: %s", outcome.about, outcome.why)
        return found

    @property
    def pending(self) -> bool:
        """See ``Notifier``."""
        return bool(self._pending)

    def close(self) -> None:
        """Send what is still queued, within the timeout of one message, and end the thread."""
        self._queued.put(None)
        self._thread.join(self._timeout)

    def _run(self) -> None:
        while (queued := self._queued.get()) is not None:
            number, message = queued
            self._done.put((number, self._outcome(message)))

    def _outcome(self, message: Message) -> Delivery:
        why = ""
        for _ in range(ATTEMPTS):
            try:
                self._sender.send(message)
                return Delivery(message.about, True)
            except Undelivered as error:
                why = str(error)
            except Exception as error:  # noqa: BLE001 - a bug of ours must be reported as a failure too
                return Delivery(message.about, False, repr(error))
        return Delivery(message.about, False, why)
