"""Mutated Wyoming events over loopback connections to a server in a process of its own."""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.audio.pcm import RATE
from assistant.core.errors import InputError
from bench.common.paths import ROOT
from bench.robustness.attempt import resident_memory
from bench.robustness.mutations import VALUES, changed_bytes

_CONFIG = """
[serve]
max_audio_seconds = 6
max_clients = 6
max_header_bytes = 2048
max_payload_bytes = 65536
idle_seconds = 4
"""

_ENDED_BY_SERVER = b'"type": "error"'

_FORMAT: dict[str, object] = {"rate": RATE, "width": 2, "channels": 1, "timestamp": 0}
_TURN: dict[str, object] = {"text": "kaki saya kram", "context": {"conversation_id": "a"}}
_EVENTS: tuple[tuple[str, dict[str, object], bytes], ...] = (
    ("describe", {}, b""),
    ("ping", {"text": "halo"}, b""),
    ("transcribe", {"name": "kram", "language": "id", "context": {}}, b""),
    ("audio-start", _FORMAT, b""),
    ("audio-chunk", _FORMAT, bytes(range(256)) * 8),
    ("audio-chunk", _FORMAT | {"rate": 44_100, "channels": 2}, bytes(997)),
    ("audio-stop", {"timestamp": 5}, b""),
    ("recognize", _TURN, b""),
    ("transcript", _TURN, b""),
    ("transcript", _TURN | {"text": "sudah reda", "language": "id"}, b""),
    ("transcript", _TURN | {"text": "berhenti"}, b""),
)


class _WyomingAttempt:
    """Sends what one client would send, and reads until the server closes the connection."""

    def __init__(self, port: int, server: "subprocess.Popen[str]", stderr: Path) -> None:
        self._port, self._server, self._stderr = port, server, stderr
        self._told = 0

    def __call__(self, chance: random.Random) -> bool:
        sent = b"".join(_event(chance) for _ in range(chance.randint(1, 5)))
        if chance.random() < 0.05:
            sent = chance.randbytes(chance.randrange(5000))
        answer = self._send(sent, abrupt=chance.random() < 0.1)
        assert self._server.poll() is None, "the server has ended"
        told = self._stderr.read_text(encoding="utf-8", errors="replace")
        new, self._told = told[self._told :], len(told)
        assert "Traceback" not in new, new.strip().splitlines()[-1]
        if chance.random() < 0.02:
            alive = self._send(b'{"type": "describe"}\n', abrupt=False)
            assert b'"type": "info"' in alive, "the next client is not served"
        if _ENDED_BY_SERVER in answer:
            raise InputError("the server has refused it")
        return True

    def memory(self) -> float:
        """Resident memory of the server in MB."""
        return resident_memory(self._server.pid)

    def _send(self, sent: bytes, abrupt: bool) -> bytes:
        """Send it; then reset the connection, or return what comes until the server closes it."""
        with socket.create_connection(("127.0.0.1", self._port), 30) as client:
            if abrupt:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.sendall(sent)
            if abrupt:
                return b""
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while got := client.recv(65_536):
                answer += got
            return answer


def _event(chance: random.Random) -> bytes:
    """A valid event, or one with odd values, keys, lengths or bytes."""
    kind, fields, payload = chance.choice(_EVENTS)
    data = dict(fields)
    header: dict[str, object] = {"type": kind}
    for _ in range(chance.choice((0, 0, 1, 2))):
        data[chance.choice((*data, "text", "x"))] = chance.choice(VALUES)
    if payload and chance.random() < 0.3:
        payload = chance.randbytes(chance.randrange(3000))
    if payload:
        header["payload_length"] = len(payload)
    body = b""
    if chance.random() < 0.5:
        body = json.dumps(data).encode()
        header["data_length"] = len(body)
    else:
        header["data"] = data
    if chance.random() < 0.2:
        name = chance.choice(("type", "data", "data_length", "payload_length", "version"))
        header[name] = chance.choice(VALUES)
    sent = json.dumps(header).encode() + b"\n" + body + payload
    return changed_bytes(chance, sent, len(sent)) if chance.random() < 0.25 else sent


@contextmanager
def open_wyoming(folder: Path) -> Iterator[_WyomingAttempt]:
    """The kind ``wyoming``; the server has its own configuration and data folders."""
    config, stderr = folder / "config" / "kram", folder / "stderr"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(_CONFIG, encoding="utf-8")
    own = {"XDG_CONFIG_HOME": str(config.parent), "XDG_DATA_HOME": str(folder / "data")}
    command = [sys.executable, str(ROOT / "run.py"), "serve", "--uri", "tcp://127.0.0.1:0"]
    with (
        stderr.open("wb") as errors,
        subprocess.Popen(
            command, env=os.environ | own, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line.startswith("ready: "):
                raise InputError(f"no server ({stderr.read_text(encoding='utf-8')})")
            yield _WyomingAttempt(int(line.rsplit(":", 1)[1]), server, stderr)
        finally:
            server.terminate()
            server.wait(30)
