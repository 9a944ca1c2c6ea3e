"""Brokers and webhooks that are away, slow on purpose, or certified by their owner."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.apps.systemd_unit import Unit, unit_text
from assistant.core.errors import InputError
from assistant.runtime.config import check_config
from assistant.runtime.notify.address import MqttAddress
from assistant.runtime.notify.background import BackgroundNotifier
from assistant.runtime.notify.messages import Delivery, Message, Recipient, Sender, Undelivered
from assistant.runtime.notify.mqtt import MqttSender
from assistant.runtime.notify.webhook import WebhookSender
from tests.apps.test_systemd_unit import parsed, verify
from tests.runtime.test_notify import MESSAGE, TOPIC, outcomes

Talk = Callable[[socket.socket], None]


class Web(BaseHTTPRequestHandler):
    """Takes every message."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(time.monotonic())  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def web(port: int = 0, status: int = 200, tls: ssl.SSLContext | None = None) -> Iterator[
    ThreadingHTTPServer
]:  # fmt: skip
    with ThreadingHTTPServer(("127.0.0.1", port), Web) as server:
        server.got, server.status = [], status  # type: ignore[attr-defined]
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def strange(talk: Talk) -> Iterator[int]:
    """A server on whose every connection ``talk`` is carried on; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def carry_on(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                talk(connection)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=carry_on, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def drip(connection: socket.socket) -> None:
    """A header that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(400):
        connection.sendall(b"x")
        time.sleep(0.05)


def go_on(connection: socket.socket) -> None:
    """100 Continue for ever."""
    for _ in range(400):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def drip_connack(connection: socket.socket) -> None:
    """An MQTT acknowledgement that announces more bytes than ever come."""
    connection.sendall(b"\x20\xff\x7f")
    for _ in range(400):
        connection.sendall(b"\0")
        time.sleep(0.05)


def drip_tls(connection: socket.socket) -> None:
    """The begin of a TLS record, byte by byte."""
    for byte in b"\x16\x03\x03\x40\x00" + bytes(400):
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def sender(kind: str, port: int, timeout: float, ca: Path | None = None) -> Sender:
    if kind in ("mqtt", "mqtts"):
        address = MqttAddress("localhost", port, TOPIC, tls=kind == "mqtts")
        return MqttSender(address, "", "", timeout, ca)
    return WebhookSender(f"{kind}://localhost:{port}/hook", timeout, ca)


@pytest.mark.parametrize(
    ("kind", "talk"),
    [("http", drip), ("http", go_on), ("https", drip_tls), ("mqtt", drip_connack),
     ("mqtts", drip_tls)],
)  # fmt: skip
def test_one_deadline_holds_for_the_whole_try(kind: str, talk: Talk) -> None:
    with strange(talk) as port:
        begun = time.monotonic()
        with pytest.raises(Undelivered, match=r"within 1 s"):
            sender(kind, port, 1.0).send(MESSAGE)
        assert 0.9 < time.monotonic() - begun < 4


@pytest.mark.parametrize("kind", ["http", "mqtt"])
def test_a_name_that_is_looked_up_for_ever_does_not_hold_it_up(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that hangs has no time limit; when it answers at last, nothing is sent."""
    asked, known, real = threading.Event(), threading.Event(), socket.getaddrinfo

    def slow(*arguments: object, **more: object) -> object:
        asked.set()
        known.wait(30)
        return real(*arguments, **more)  # type: ignore[arg-type]

    with web() as server:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        with pytest.raises(Undelivered, match="within 0.5 s"):
            sender(kind, server.server_port, 0.5).send(MESSAGE)
        assert asked.is_set()
        known.set()
        time.sleep(0.5)
        assert server.got == [], "what was reported as failed is not sent later"  # type: ignore[attr-defined]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_a_server_that_is_away_for_seconds_gets_the_message() -> None:
    port = free_port()
    notifier = BackgroundNotifier(WebhookSender(f"http://127.0.0.1:{port}/", 5), 5)
    notifier.notify(MESSAGE)
    time.sleep(2.5)
    assert notifier.outcomes() == [] and notifier.pending
    with web(port) as server:
        assert outcomes(notifier) == [Delivery("emergency", True)]
        assert len(server.got) == 1  # type: ignore[attr-defined]
    notifier.close()


@pytest.mark.parametrize(("status", "tries"), [(404, 2), (302, 2), (503, 4)])
def test_a_refusal_is_not_repeated_for_long(status: int, tries: int) -> None:
    with web(status=status) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        notifier = BackgroundNotifier(WebhookSender(address, 1.5), 1.5)
        notifier.notify(MESSAGE)
        (outcome,) = outcomes(notifier)
        assert (outcome.ok, outcome.why) == (False, f"the webhook answered {status}")
        times = server.got  # type: ignore[attr-defined]
        assert len(times) == tries
        assert all(later - one > 0.4 for one, later in zip(times, times[1:], strict=False))
    notifier.close()


def test_a_message_that_never_ends_does_not_lose_the_next_ones() -> None:
    """The first sender is stuck for good; what it sends in the end is not passed over."""
    release, sent = threading.Event(), []

    class Stuck:
        def send(self, message: Message) -> None:
            if message.about == "emergency":
                release.wait(60)
            sent.append(message.about)

    now = [0.0]
    notifier = BackgroundNotifier(Stuck(), 5, lambda: now[0])
    for about in ("emergency", "warning", "all_clear"):
        notifier.notify(Message(about, "…"))
    time.sleep(0.1)
    assert notifier.outcomes() == [] and sent == []
    now[0] = 12.1
    first, *others = outcomes(notifier, 3)
    assert first == Delivery("emergency", False, "it took too long")
    assert others == [Delivery("warning", True), Delivery("all_clear", True)]
    release.set()
    assert outcomes(notifier) == [Delivery("emergency", True)], "it arrived, and that is said"
    notifier.close()


def test_what_was_given_up_is_not_tried_again() -> None:
    tries = []

    class Away:
        def send(self, message: Message) -> None:
            tries.append(time.monotonic())
            raise Undelivered("away")

    now = [0.0]
    notifier = BackgroundNotifier(Away(), 5, lambda: now[0])
    notifier.notify(MESSAGE)
    time.sleep(0.2)
    now[0] = 12.1
    (outcome,) = outcomes(notifier)
    assert not outcome.ok
    time.sleep(1.0)
    assert len(tries) == 1
    notifier.close()


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A household's own authority ``ca.pem`` and a certificate of it for localhost."""
    folder = tmp_path_factory.mktemp("pki")
    folder.chmod(0o755)

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=rumah", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl("req", *new, "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=localhost")
    (folder / "ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", "ext", "-out", "cert.pem")  # fmt: skip
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


@contextmanager
def tls_broker(pki: Path) -> Iterator[int]:
    port = free_port()
    user = "user root\n" if os.geteuid() == 0 else ""
    config = pki / "mosquitto.conf"
    config.write_text(f"{user}listener {port} 127.0.0.1\nallow_anonymous true\n"
                      f"persistence false\ncertfile {pki / 'cert.pem'}\n"
                      f"keyfile {pki / 'key.pem'}\n")  # fmt: skip
    program = shutil.which("mosquitto", path=f"{os.defpath}:/usr/sbin")
    assert program is not None, "set-up for the tests installs mosquitto"
    with subprocess.Popen([program, "-c", str(config)], stderr=subprocess.PIPE) as process:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.02)
            yield port
        finally:
            process.terminate()


def test_a_webhook_of_an_own_authority(pki: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "cert.pem", pki / "key.pem")
    with web(tls=context) as server:
        sender("https", server.server_port, 30, pki / "ca.pem").send(MESSAGE)
        with pytest.raises(Undelivered, match=r"(?i)certificate.verify.failed"):
            sender("https", server.server_port, 30).send(MESSAGE)
        assert len(server.got) == 1  # type: ignore[attr-defined]


def test_a_broker_of_an_own_authority(pki: Path) -> None:
    with tls_broker(pki) as port:
        with pytest.raises(Undelivered, match="nobody has subscribed"):  # so it was accepted
            sender("mqtts", port, 30, pki / "ca.pem").send(MESSAGE)
        with pytest.raises(Undelivered, match=r"(?i)certificate.verify.failed"):
            sender("mqtts", port, 30).send(MESSAGE)


def test_the_authority_is_a_key_of_the_configuration(pki: Path, tmp_path: Path) -> None:
    def tell(ca: object, way: str = 'mqtt = "mqtts://h/t"') -> Recipient:
        text = f'[tell]\nwho = "B"\n{way}\nca_file = "{ca}"\n'
        return check_config(Path("config.toml"), text).tell

    assert tell(pki / "ca.pem").ca_file == pki / "ca.pem"
    assert tell(pki / "ca.pem", 'webhook = "https://h/"').ca_file == pki / "ca.pem"
    assert tell("").ca_file is None
    (tmp_path / "text").write_text("no certificate\n")
    wrong = {
        "ca.pem": "must be an absolute path",
        tmp_path / "none": "cannot be read",
        tmp_path: "cannot be read|holds no certificate",
        tmp_path / "text": "holds no certificate",
        "~nobody-of-that-name/ca.pem": "names a folder that is not there",
    }
    for path, told in wrong.items():
        with pytest.raises(InputError, match=f"line 4: 'ca_file' ({told})"):
            tell(path)
    with pytest.raises(InputError, match="line 4: 'ca_file' is for mqtts:// and https:// only"):
        tell(pki / "ca.pem", 'mqtt = "mqtt://h/t"')


def test_the_service_can_read_the_authority(pki: Path, tmp_path: Path) -> None:
    text = unit_text(Unit(("/bin/true",), (tmp_path,), network=True, readable=(pki / "ca.pem",)))
    assert parsed(text)["Service"]["BindReadOnlyPaths"] == f'"-{pki}/ca.pem"'
    file = tmp_path / "kram.service"
    file.write_text(text, encoding="utf-8")
    verify(file)
    bare = unit_text(Unit(("/bin/true",), (), readable=(pki / "ca.pem",), namespaces=False))
    assert "ca.pem" not in bare, "without walls everything is readable"
