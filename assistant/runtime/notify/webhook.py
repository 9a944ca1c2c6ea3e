"""A POST of JSON to an address of the user's, for example a webhook of Home Assistant."""

import socket
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from assistant.core.translation import _, reason
from assistant.runtime.notify.address import tls_context
from assistant.runtime.notify.deadline import ended_within
from assistant.runtime.notify.messages import Message, Undelivered

_TRANSIENT = (408, 429, 502, 503, 504)
"""Answers of a server or a proxy that has not dealt with the message; it may do so later."""


class WebhookSender:
    """A ``Sender``; acknowledged by a status of 200 to 299.

    A message goes where the user said and nowhere else: no redirect is followed, and no proxy
    is used, which would be somebody else's machine.
    """

    def __init__(self, address: str, timeout: float, ca_file: Path | None = None) -> None:
        self._address = address
        self._timeout = timeout
        self._ca_file = ca_file

    def send(self, message: Message) -> None:
        """See ``Sender``."""
        post = _Post(self._address, message.as_json(), self._timeout, self._ca_file)
        ended_within(self._timeout, post.run, post.over, post.abandon)
        if post.why:
            raise Undelivered(_("the webhook cannot be reached ({why})").format(why=post.why))
        if not 200 <= post.status < 300:
            refused = post.status not in _TRANSIENT
            raise Undelivered(
                _("the webhook answered {status}").format(status=post.status), refused
            )


class _Post:
    """One request. ``why`` says why there was no answer; empty if there was one."""

    def __init__(self, address: str, body: bytes, timeout: float, ca_file: Path | None) -> None:
        self.over = threading.Event()
        self.status = 0
        self.why = ""
        self._address = address
        self._body = body
        self._timeout = timeout
        self._ca_file = ca_file
        self._connection: HTTPConnection | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """Send the request and read the status; never raises."""
        status, why = 0, ""
        try:
            status = self._status()
        except (OSError, HTTPException, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            why = why or type(error).__name__
        self._end(status, why)
        if self._connection is not None:
            self._connection.close()

    def abandon(self) -> None:
        """The time is over: close the connection, whatever it is doing."""
        self._end(0, _("no answer within {timeout:g} s").format(timeout=self._timeout))
        connection = self._connection
        if connection is not None and isinstance(connection.sock, socket.socket):
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _end(self, status: int, why: str) -> None:
        """The first outcome counts."""
        with self._lock:
            if not self.over.is_set():
                self.status, self.why = status, why
                self.over.set()

    def _status(self) -> int:
        parts = urlsplit(self._address)
        host, timeout = parts.hostname or "", self._timeout
        if parts.scheme == "https":
            context = tls_context(self._ca_file)
            connection: HTTPConnection = HTTPSConnection(
                host, parts.port or 443, timeout=timeout, context=context
            )
        else:
            connection = HTTPConnection(host, parts.port or 80, timeout=timeout)
        self._connection = connection
        connection.connect()
        if self.over.is_set():
            return 0  # it was reported as failed, so it is not sent any more
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
        connection.request("POST", path, self._body, headers)
        return connection.getresponse().status
