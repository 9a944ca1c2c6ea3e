"""Sending in a thread of its own, so that neither hearing nor speech ever waits for a network."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, repeat

from assistant.runtime.notify.messages import Delivery, Message, Sender, Undelivered

_LOGGER = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries of a message; the last one repeats."""

REFUSALS = 2
"""Tries of a message that the other side receives and refuses: more of them change nothing."""

SPARE_SECONDS = 2.0
"""Over what two tries may take; then the message has failed, whatever the sender is doing."""

_SHORTEST_PAUSE = 0.05


@dataclass(eq=False)
class _Job:
    """A message on its way; ``begun`` and ``ended`` change under the notifier's lock only."""

    message: Message
    until: float
    """When it is given up, by the notifier's clock."""

    given_up: threading.Event = field(default_factory=threading.Event)
    begun: bool = False
    ended: bool = False


class BackgroundNotifier:
    """A ``Notifier`` with a thread; to be closed.

    A message is tried again, with pauses, for as long as a try can still end in time. Messages
    are sent one after the other, and each has its own time: one that is stuck delays the next
    but does not lose it.
    """

    def __init__(
        self, sender: Sender, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``timeout`` is that of one try of the sender, in seconds."""
        self._sender = sender
        self._timeout = timeout
        self._patience = 2 * timeout + SPARE_SECONDS
        self._clock = clock
        self._lock = threading.Lock()
        self._due: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[_Job, Delivery]] = queue.SimpleQueue()
        self._waiting: list[_Job] = []
        self._thread = self._start()

    def notify(self, message: Message) -> None:
        """See ``Notifier``."""
        now = self._clock()
        begin = max(now, self._waiting[-1].until) if self._waiting else now
        job = _Job(message, begin + self._patience)
        self._waiting.append(job)
        self._due.put(job)

    def outcomes(self) -> list[Delivery]:
        """See ``Notifier``; a message that takes too long has failed.

        If it arrives nevertheless, that is an outcome as well.
        """
        found = []
        while not self._done.empty():
            job, outcome = self._done.get()
            if job in self._waiting:
                self._waiting.remove(job)
                found.append(outcome)
            elif outcome.ok:
                _LOGGER.warning("the message (%s) was given up and has arrived", outcome.about)
                found.append(outcome)
        now = self._clock()
        for job in [one for one in self._waiting if now > one.until]:
            if self._give_up(job):
                self._waiting.remove(job)
                found.append(Delivery(job.message.about, False, "it took too long"))
        for outcome in found:
            if not outcome.ok:
                _LOGGER.warning("the message (%s) has failed: %s", outcome.about, outcome.why)
        return found

    @property
    def pending(self) -> bool:
        """See ``Notifier``."""
        return bool(self._waiting)

    def close(self) -> None:
        """Send what is still due, within the patience of one message, and end the thread."""
        self._due.put(None)
        self._thread.join(self._patience)

    def _start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="notifier", daemon=True)
        thread.start()
        return thread

    def _give_up(self, job: _Job) -> bool:
        """Stop trying; False if the outcome has just become known.

        The thread may be stuck in the sender, so another one takes over.
        """
        with self._lock:
            if job.ended:
                return False
            job.given_up.set()
            if job.begun:
                self._thread = self._start()
            return True

    def _run(self) -> None:
        while (job := self._due.get()) is not None:
            with self._lock:
                if job.given_up.is_set():
                    continue
                job.begun = True
            outcome = self._outcome(job)
            with self._lock:
                job.ended = True
                self._done.put((job, outcome))
                if job.given_up.is_set():
                    return

    def _outcome(self, job: _Job) -> Delivery:
        about = job.message.about
        last_start = time.monotonic() + self._patience - self._timeout
        refusals = 0
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                self._sender.send(job.message)
                return Delivery(about, True)
            except Undelivered as error:
                why = str(error)
                refusals += error.refused
            except Exception as error:  # noqa: BLE001 - a mistake of ours must be said as well
                return Delivery(about, False, repr(error))
            left = last_start - time.monotonic()
            if refusals >= REFUSALS or left < _SHORTEST_PAUSE:
                return Delivery(about, False, why)
            if job.given_up.wait(min(pause, left)):
                return Delivery(about, False, why)
        raise AssertionError("the pauses never end")
