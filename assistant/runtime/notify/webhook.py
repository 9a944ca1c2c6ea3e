"""Sends a message as a POST of JSON, for example to a Home Assistant webhook."""

import urllib.error
import urllib.request
from email.message import Message as Headers
from http.client import HTTPException
from typing import IO

from assistant.runtime.notify.messages import Message, Undelivered


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirects: a message goes to the configured address and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Headers,
        newurl: str,
    ) -> None:  # fmt: skip
        return None


class WebhookSender:
    """A ``Sender``; acknowledged by a status of 200 to 299."""

    def __init__(self, address: str, timeout: float) -> None:
        self._address = address
        self._timeout = timeout
        # no proxy either, for the same reason
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def send(self, message: Message) -> None:
        """See ``Sender``."""
        request = urllib.request.Request(
            self._address,
            data=message.as_json(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            raise Undelivered(f"the webhook answered {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)  # urllib wraps the system's error
            text = getattr(reason, "strerror", None) or reason
            raise Undelivered(f"the webhook cannot be reached ({text})") from error
        if not 200 <= status < 300:
            raise Undelivered(f"the webhook answered {status}")
