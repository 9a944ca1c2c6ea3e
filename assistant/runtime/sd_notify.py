"""Telling systemd that Kram hears: its notify protocol, a datagram a message (sd_notify(3))."""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

_LOGGER = logging.getLogger(__name__)


class SystemdNotifier:
    """Who restarts Kram when it no longer hears; with ``address`` None there is nobody.

    A message that cannot be sent is told in the log and never stops the guide.
    """

    def __init__(
        self,
        address: str | None,
        watchdog: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``watchdog`` is the number of seconds after which silence means restart."""
        self._address = "\0" + address[1:] if address and address.startswith("@") else address
        self._every = watchdog / 3 if watchdog else float("inf")
        self._clock = clock
        self._last: float | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "SystemdNotifier":
        """The one that has started this process, if any."""
        watchdog = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        seconds = int(watchdog) / 1e6 if ours and watchdog.isdigit() else None
        return cls(environment.get("NOTIFY_SOCKET"), seconds)

    @property
    def is_present(self) -> bool:
        """Whether anybody supervises."""
        return self._address is not None

    def heartbeat(self) -> None:
        """Sound has just come in; the first time this means that Kram is ready.

        To be called for every block of the microphone, and for nothing else: then a process
        that has become deaf is one that falls silent.
        """
        now = self._clock()
        if self._last is None:
            self._send("READY=1")
        elif now - self._last < self._every:
            return
        else:
            self._send("WATCHDOG=1")
        self._last = now

    def stopping(self) -> None:
        """Kram ends because it was told to."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
                sender.sendto(message.encode("ascii"), self._address)
        except OSError as error:
            _LOGGER.warning("the supervisor cannot be told %s: %s", message, error)
