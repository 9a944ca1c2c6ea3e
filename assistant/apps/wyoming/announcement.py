"""Announces the server by zeroconf (mDNS), so that Home Assistant finds it."""

import contextlib
import importlib.util
import ipaddress
import platform
import socket
import sys
from collections.abc import AsyncIterator

from assistant.core.errors import KramError, MissingError
from assistant.core.translation import _

SERVICE = "_wyoming._tcp.local."

_MDNS = ("224.0.0.251", 5353)
_ANY = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound


@contextlib.asynccontextmanager
async def announced(host: str, port: int) -> AsyncIterator[None]:
    """Announce ``host`` and ``port`` until the context ends, and take it back then.

    Nothing leaves the interface of ``host``; only a ``host`` that stands for all addresses is
    announced on all interfaces. Raises ``MissingError`` without the package zeroconf, ``KramError``
    if there is no such network.
    """
    if importlib.util.find_spec("zeroconf") is None:
        raise MissingError(
            _("--announce needs the package zeroconf"),
            _("type `{executable} -m pip install zeroconf`, then start it again").format(
                executable=sys.executable
            ),
        )
    from zeroconf import InterfaceChoice
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

    try:
        address = _own_address() if host in _ANY else ipaddress.ip_address(host)
        interfaces = InterfaceChoice.All if host in _ANY else [str(address)]
        # With the port, as a second server on this computer cannot rely on being told of the first:
        # of all sockets on the port of mDNS one alone gets the answer. Other computers' names are
        # compared by mDNS itself, and the later one gets another number.
        node = platform.node().split(".")[0]
        name = "-".join(filter(None, ("kram", node, str(port)))) + f".{SERVICE}"
        info = AsyncServiceInfo(SERVICE, name, port, addresses=[address.packed])
        responder = AsyncZeroconf(interfaces=interfaces)
        await (await responder.async_register_service(info, allow_name_change=True))
    except Exception as error:  # noqa: BLE001 - zeroconf is optional: no import of its error types
        raise KramError(
            _("the server cannot be announced on the home network ({error!r})").format(error=error),
            _("give --uri this computer's address on that network, or leave out --announce"),
        ) from error
    try:
        yield
    finally:
        await responder.async_unregister_all_services()
        await responder.async_close()


def _own_address() -> ipaddress.IPv4Address:
    """This computer's address on the network that multicasts go to; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_MDNS)
        return ipaddress.IPv4Address(probe.getsockname()[0])
