"""Whatever somebody sends to the dashboard, it goes on, and prints no traceback."""

import random
import socket
import struct
import threading

import pytest

from assistant.apps.dashboard.http_server import open_server
from assistant.apps.dashboard.page import make_page
from tests.apps.test_dashboard import NOW, facts

REQUEST = (
    b"GET /?lang=en HTTP/1.1\r\nHost: 127.0.0.1:8119\r\nAccept-Language: id,en;q=0.8\r\n"
    b"Connection: close\r\n\r\n"
)
PIECES = (
    b"\r\nHost: evil.example", b"\r\nContent-Length: 9" + b"9" * 30, b"/%00%ff..%2f..%2fetc",
    b"\r\nTransfer-Encoding: chunked", b"A" * 70_000, b"\r\nX: " + b"y" * 9000, b"\xff", b"\0",
)  # fmt: skip
SECRET = b"The last nights"


def changed(chance: random.Random) -> bytes:
    """The request with some bytes changed, left out or added."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(2000))
    new = bytearray(REQUEST)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(new) + 1)
        match chance.randrange(4):
            case 0:
                new[at : at + 1] = chance.randbytes(1)
            case 1:
                del new[at : at + chance.choice((1, 5, 30))]
            case 2:
                new[at:at] = chance.randbytes(chance.choice((1, 10, 300)))
            case _:
                new[at:at] = chance.choice(PIECES)
    return bytes(new)


def answer(port: int, sent: bytes, abrupt: bool = False) -> bytes:
    """What comes back until the server closes; nothing after a reset."""
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        try:
            client.sendall(sent)
            if abrupt:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return b""
            client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(65_536), b""))
        except OSError:
            return b""  # refused before all was read


def test_whatever_is_sent_the_page_is_there_for_the_next(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    page, chance = make_page(facts(), NOW), random.Random(17)
    with open_server(lambda: page, 0, is_configured=False) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        port = server.server_port
        for _ in range(400):
            answer(port, changed(chance), abrupt=chance.random() < 0.1)
        foreign = answer(port, REQUEST.replace(b"127.0.0.1", b"\xdb.example"))
        whole = answer(port, REQUEST)
        server.shutdown()
        thread.join()
    assert SECRET in whole and SECRET not in foreign
    assert foreign.startswith(b"HTTP/1.0 403")
    printed = capfd.readouterr()
    assert printed.err == printed.out == ""
    assert caplog.records == []
