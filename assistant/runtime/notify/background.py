"""Sending in a thread of its own, so that neither hearing nor speech ever waits for a network."""

import logging
import queue
import threading
import time
from collections.abc import Callable

from assistant.runtime.notify.messages import Delivery, Message, Sender, Undelivered

_LOGGER = logging.getLogger(__name__)

TRIES = 2
"""A message that was not acknowledged is sent once more."""

SPARE_SECONDS = 2.0
"""Over what the sender may take; then the message counts as failed, whatever it is doing."""


class BackgroundNotifier:
    """A ``Teller`` with a thread; to be closed."""

    def __init__(
        self, sender: Sender, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``timeout`` is that of one try of the sender, in seconds."""
        self._sender = sender
        self._patience = TRIES * timeout + SPARE_SECONDS
        self._clock = clock
        self._due: queue.SimpleQueue[tuple[int, Message] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[int, Delivery]] = queue.SimpleQueue()
        self._waiting: dict[int, tuple[Message, float]] = {}
        self._count = 0
        self._thread = threading.Thread(target=self._run, name="telling", daemon=True)
        self._thread.start()

    def notify(self, message: Message) -> None:
        """See ``Teller``."""
        self._count += 1
        self._waiting[self._count] = (message, self._clock() + self._patience)
        self._due.put((self._count, message))

    def outcomes(self) -> list[Delivery]:
        """See ``Teller``; a message that takes too long has failed, though it may still arrive."""
        found = []
        while not self._done.empty():
            number, outcome = self._done.get()
            if self._waiting.pop(number, None) is not None:
                found.append(outcome)
        if self._waiting:
            now = self._clock()
            for number in [one for one, (_, until) in self._waiting.items() if now > until]:
                message, _ = self._waiting.pop(number)
                found.append(Delivery(message.about, False, "it took too long"))
        for outcome in found:
            if not outcome.ok:
                _LOGGER.warning("the message (%s) has failed: %s", outcome.about, outcome.why)
        return found

    @property
    def pending(self) -> bool:
        """See ``Teller``."""
        return bool(self._waiting)

    def close(self) -> None:
        """Send what is still due, within the patience of one message, and end the thread."""
        self._due.put(None)
        self._thread.join(self._patience)

    def _run(self) -> None:
        while (due := self._due.get()) is not None:
            number, message = due
            self._done.put((number, self._outcome(message)))

    def _outcome(self, message: Message) -> Delivery:
        why = ""
        for _ in range(TRIES):
            try:
                self._sender.send(message)
                return Delivery(message.about, True)
            except Undelivered as error:
                why = str(error)
            except Exception as error:  # noqa: BLE001 - a mistake of ours must be said as well
                return Delivery(message.about, False, repr(error))
        return Delivery(message.about, False, why)
