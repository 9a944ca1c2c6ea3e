"""The systemd notification protocol, one datagram a message: see sd_notify(3)."""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

_LOGGER = logging.getLogger(__name__)


class SystemdNotifier:
    """Reports readiness and watchdog heartbeats; does nothing if ``address`` is None.

    A message that cannot be sent is logged and never stops the guide.
    """

    def __init__(
        self,
        address: str | None,
        watchdog: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``watchdog``: seconds without a heartbeat after which systemd restarts the process."""
        self._address = "\0" + address[1:] if address and address.startswith("@") else address
        self._every = watchdog / 3 if watchdog else float("inf")
        self._clock = clock
        self._last: float | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "SystemdNotifier":
        """For the systemd that started this process, if any."""
        watchdog = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        seconds = int(watchdog) / 1e6 if ours and watchdog.isdecimal() else None
        return cls(environment.get("NOTIFY_SOCKET"), seconds)

    @property
    def is_present(self) -> bool:
        """True if systemd supervises this process."""
        return self._address is not None

    def heartbeat(self) -> None:
        """A block of audio has arrived; the first call reports that Kram is ready.

        To be called for every block of the microphone and for nothing else: without audio there
        is no heartbeat, and systemd restarts the process.
        """
        now = self._clock()
        if self._last is None:
            self._send("READY=1")
        elif now - self._last < self._every:
            return
        else:
            self._send("WATCHDOG=1")
        self._last = now

    def status(self, text: str) -> None:
        """Show ``text`` (ASCII, one line) in ``systemctl status``."""
        self._send(f"STATUS={text}")

    def stopping(self) -> None:
        """Kram ends on purpose."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
                sender.sendto(message.encode("ascii"), self._address)
        except OSError as error:
            _LOGGER.warning("cannot notify the supervisor (%s): %s", message, error)
