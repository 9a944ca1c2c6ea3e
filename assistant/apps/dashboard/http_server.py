"""Serves the dashboard on the loopback interface only; read-only."""

import base64
import hashlib
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import bottle

from assistant.apps.dashboard.page import Page
from assistant.apps.dashboard.page_language import NAMES, page_language
from assistant.apps.dashboard.page_texts import LABELS
from assistant.core.errors import InputError, KramError, MissingError
from assistant.core.interrupts import raise_if_interrupted
from assistant.core.translation import _, in_language, reason, shown

_LOGGER = logging.getLogger(__name__)

HOST = "127.0.0.1"
ALLOWED_HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Accepted ``Host`` headers. Any other name is a DNS rebinding attack: a foreign page whose host
name resolves to this computer."""

_CLIENT_TIMEOUT = 10.0
"""Seconds after which an inactive client is disconnected."""

_HERE = Path(__file__).parent
_PAGE = bottle.SimpleTemplate((_HERE / "page.html").read_text(encoding="utf-8"))
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_WRONG = {
    404: _("there is no such page here"),
    405: _("this page can only be read"),
}

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def application(
    page: Callable[[], Page], is_configured: bool = True, usual: str = ""
) -> bottle.Bottle:
    """The page as a WSGI application; ``page`` is called for each request, in its language.

    ``is_configured``: Kram was told a language, so that the browser has no say.
    """
    app = bottle.Bottle()

    def show() -> str:
        request = bottle.request
        wished, accepted = _query(request, "lang"), request.environ.get("HTTP_ACCEPT_LANGUAGE", "")
        with in_language(page_language(wished, str(accepted), is_configured, usual)):
            try:
                return _rendered(page())
            except KramError as error:
                raise bottle.HTTPError(500, shown(error)) from error

    app.route("/", ["GET", "HEAD"], show)

    def guard() -> None:
        # not bottle's reader: it fails where a header is not UTF-8
        host = str(bottle.request.environ.get("HTTP_HOST", ""))
        if host not in ALLOWED_HOSTS and host.rpartition(":")[0] not in ALLOWED_HOSTS:
            raise bottle.HTTPError(403, shown(_("only available on this computer")))

    def harden() -> None:
        for name, value in HEADERS.items():
            bottle.response.set_header(name, value)

    def failed(error: bottle.HTTPError) -> str:
        for name, value in {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}.items():
            error.set_header(name, value)
        body = shown(_WRONG[error.status_code]) if error.status_code in _WRONG else error.body
        return f"{error.status_code}: {body}\n"

    app.add_hook("before_request", guard)
    app.add_hook("after_request", harden)
    app.default_error_handler = failed
    return app


def _rendered(page: Page) -> str:
    with in_language(page.language):
        labels = {name: shown(text) for name, text in LABELS.items()}
    others = [(code, name) for code, name in NAMES.items() if code != page.language]
    return str(_PAGE.render(page=page, style=_STYLE, label=labels, others=others))


def _query(request: bottle.LocalRequest, name: str) -> str:
    """A value in the address; the last, if there are several."""
    return parse_qs(str(request.environ.get("QUERY_STRING", ""))).get(name, [""])[-1]


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


def open_server(
    page: Callable[[], Page], port: int, is_configured: bool = True, usual: str = ""
) -> WSGIServer:
    """A server on the loopback interface; port 0 takes any free one. See ``application``.

    Raises ``InputError`` for an invalid port, ``MissingError`` if it cannot be bound.
    """
    if port not in range(65536):
        raise InputError(
            _("{port} is not a usable port").format(port=port),
            _("choose one of 1024 to 65535 with --port"),
        )
    try:
        return make_server(HOST, port, application(page, is_configured, usual), _Server, _Handler)
    except OSError as error:
        raise MissingError(
            _("port {port} cannot be used ({reason})").format(port=port, reason=reason(error)),
            _("choose another with --port"),
        ) from error
