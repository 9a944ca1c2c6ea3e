"""Serves the dashboard on the loopback interface only; read-only."""

import base64
import hashlib
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import bottle

from assistant.apps.dashboard.page import Page
from assistant.core.errors import InputError, KramError, MissingError
from assistant.core.interrupts import raise_if_interrupted

_LOGGER = logging.getLogger(__name__)

HOST = "127.0.0.1"
ALLOWED_HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Accepted ``Host`` headers. Any other name is a DNS rebinding attack: a foreign page whose host
name resolves to this computer."""

_CLIENT_TIMEOUT = 10.0
"""Seconds after which an inactive client is disconnected."""

_HERE = Path(__file__).parent
_TEMPLATE = (_HERE / "page.html").read_text(encoding="utf-8")
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def application(page: Callable[[], Page]) -> bottle.Bottle:
    """The page as a WSGI application; ``page`` is called for each request."""
    app = bottle.Bottle()
    template = bottle.SimpleTemplate(_TEMPLATE)

    def show() -> str:
        try:
            return str(template.render(page=page(), style=_STYLE))
        except KramError as error:
            raise bottle.HTTPError(500, str(error)) from error

    app.route("/", ["GET", "HEAD"], show)

    def guard() -> None:
        # not bottle's reader: it fails where a header is not UTF-8
        host = str(bottle.request.environ.get("HTTP_HOST", ""))
        if host not in ALLOWED_HOSTS and host.rpartition(":")[0] not in ALLOWED_HOSTS:
            raise bottle.HTTPError(403, "only available on this computer")

    def harden() -> None:
        for name, value in HEADERS.items():
            bottle.response.set_header(name, value)

    def failed(error: bottle.HTTPError) -> str:
        for name, value in {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}.items():
            error.set_header(name, value)
        return f"{error.status_code}: {error.body}\n"

    app.add_hook("before_request", guard)
    app.add_hook("after_request", harden)
    app.default_error_handler = failed
    return app


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without resolving our own host name, which might use the network."""
        socket_name = self.server_address
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(socket_name)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, int(self.server_address[1])
        self.setup_environ()

    def service_actions(self) -> None:
        """Called twice a second: Ctrl-C that was raised where it was dropped still ends it."""
        super().service_actions()
        raise_if_interrupted()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away, or never says anything, is no fault; others are logged."""
        error = sys.exception()
        level = logging.DEBUG if isinstance(error, OSError) else logging.ERROR
        _LOGGER.log(level, "a request of %s failed", client_address, exc_info=error)


class _Handler(WSGIRequestHandler):
    timeout = _CLIENT_TIMEOUT

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: visits are private."""

    def address_string(self) -> str:
        """The client's address, without a reverse DNS lookup."""
        return str(self.client_address[0])


def open_server(page: Callable[[], Page], port: int) -> WSGIServer:
    """A server on the loopback interface; port 0 takes any free one.

    Raises ``InputError`` for an invalid port, ``MissingError`` if it cannot be bound.
    """
    if port not in range(65536):
        raise InputError(f"{port} is not a usable port", "choose one of 1024 to 65535 with --port")
    try:
        return make_server(HOST, port, application(page), _Server, _Handler)
    except OSError as error:
        raise MissingError(
            f"port {port} cannot be used ({error.strerror})", "choose another with --port"
        ) from error
