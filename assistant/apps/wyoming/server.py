"""The TCP server: address, connections, shutdown."""

import asyncio
import contextlib
import errno
import ipaddress
import logging
import signal
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from wyoming.event import Event

from assistant.apps.wyoming.announcement import announced
from assistant.apps.wyoming.client import Client
from assistant.apps.wyoming.decoder_pool import DecoderPool
from assistant.apps.wyoming.services import Services
from assistant.core.errors import InputError, KramError
from assistant.core.interrupts import raise_if_interrupted
from assistant.core.translation import _, reason
from assistant.runtime.server_limits import ServeLimits

_LOGGER = logging.getLogger(__name__)

SCHEME = "tcp"


@dataclass(frozen=True)
class ListenAddress:
    """Host and port that the server listens on."""

    host: str
    port: int
    """0 for any free port."""

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False  # a host name may resolve to any address


def parse_uri(uri: str) -> ListenAddress:
    """Read ``tcp://HOST:PORT``; raises ``InputError``."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    else:
        rest = parts.path + parts.query + parts.fragment
        host = None if parts.scheme != SCHEME or rest else host
    if host is None or port is None:
        raise InputError(
            _("{uri!r} is not an address").format(uri=uri),
            _("use, for example, tcp://127.0.0.1:10300"),
        )
    return ListenAddress(host, port)


class Server:
    """Serves until SIGTERM or SIGINT."""

    def __init__(
        self,
        address: ListenAddress,
        services: Services,
        limits: ServeLimits,
        about: Event,
        decoders: DecoderPool | None = None,
    ) -> None:
        """``decoders``: None for one thread per core, and no limit until the cost is known."""
        self._address = address
        self._services = services
        self._limits = limits
        self._about = about
        self._clients: set[asyncio.Task[None]] = set()
        self._worker = ThreadPoolExecutor(1, "wyoming work")
        self._decoders = decoders or DecoderPool()
        self._refused: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def run(self, ready: Callable[[int], None], announce: bool = False) -> None:
        """Serve; calls ``ready`` with the port. Raises ``KramError`` if the port is in use."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # on Windows only Ctrl-C ends it
                loop.add_signal_handler(number, self._stopping.set)
        raise_if_interrupted()
        address = self._address
        try:
            server = await asyncio.start_server(
                self._accept, address.host, address.port, limit=self._limits.max_header_bytes
            )
        except OSError as error:
            in_use = error.errno == errno.EADDRINUSE
            advice = _("choose another with --uri")
            if in_use:
                advice = _("end the program that uses it, or choose another with --uri")
            raise KramError(
                _("cannot listen on {host} port {port} ({reason})").format(
                    host=address.host, port=address.port, reason=reason(error)
                ),
                advice,
            ) from error
        try:
            port = server.sockets[0].getsockname()[1]
            async with announced(address.host, port) if announce else contextlib.nullcontext():
                ready(port)
                await self._stopping.wait()
        finally:
            server.close()
            tasks = self._clients | self._refused
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._worker.shutdown(cancel_futures=True)
            self._decoders.shutdown()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        workers = self._worker, self._decoders
        client = Client(reader, writer, self._services, *workers, self._limits, self._about)
        if len(self._clients) < self._limits.max_clients:
            self._start(self._clients, writer, client.run())
        elif len(self._refused) < self._limits.max_clients:
            self._start(self._refused, writer, client.refuse("too many clients; try again later"))
        else:
            writer.close()

    def _start(
        self,
        group: set[asyncio.Task[None]],
        writer: asyncio.StreamWriter,
        work: Coroutine[None, None, None],
    ) -> None:
        """Run ``work`` as a task of ``group``; close the connection when it is done."""
        task = asyncio.get_running_loop().create_task(work)
        group.add(task)

        def on_done(done: "asyncio.Task[None]") -> None:
            group.discard(done)
            writer.close()
            if not done.cancelled() and (error := done.exception()) is not None:
                _LOGGER.error("a client could not be disconnected properly: %r", error)

        task.add_done_callback(on_done)
