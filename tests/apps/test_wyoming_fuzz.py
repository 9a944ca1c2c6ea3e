"""Raw bytes with a fixed seed: whatever a client sends, the others are served. Loopback only."""

import asyncio
import json
import random
import socket
import time
from pathlib import Path

from wyoming.info import Describe, Info

from tests.support.wyoming_server import RATE, ask, serving, spoken, transcript

SEED = 17
CONNECTIONS = 400
LONGEST = 60.0
"""Seconds; then the rest is left out. It takes about 25 on two busy cores."""

FORMAT = {"rate": RATE, "width": 2, "channels": 1, "timestamp": 0}
VALID: list[tuple[str, dict[str, object], bytes]] = [
    ("describe", {}, b""),
    ("ping", {"text": "halo"}, b""),
    ("transcribe", {"name": "kram", "language": "id", "context": {}}, b""),
    ("audio-start", FORMAT, b""),
    ("audio-chunk", FORMAT, bytes(range(256)) * 8),
    ("audio-chunk", FORMAT | {"rate": 44_100, "channels": 2}, bytes(997)),
    ("audio-stop", {"timestamp": 5}, b""),
    ("recognize", {"text": "kaki saya kram", "context": {"conversation_id": "a"}}, b""),
    ("transcript", {"text": "kaki saya kram", "context": {"conversation_id": "b"}}, b""),
    ("transcript", {"text": "sudah reda", "context": {"conversation_id": "b"}}, b""),
    ("transcript", {"text": "stop", "language": "id"}, b""),
]
ODD: list[object] = [
    None, True, False, 0, 1, 2, -1, 2.0, 1e999, -1e999, 10**40, 3, 96_000, "", "x" * 700, "\ud800",
    "a\udc00b", "\0", "\u202e", "é" * 300, [], [1], {}, {"conversation_id": "\udfff"},
    {"a": {"b": [None]}}, "16000", "sesak napas", "hapus profil saya", "apa yang kamu ingat",
]  # fmt: skip


def framed(chance: random.Random) -> bytes:
    """A valid event, or one with odd values, keys, lengths or bytes."""
    kind, fields, payload = chance.choice(VALID)
    data = dict(fields)
    header: dict[str, object] = {"type": kind}
    for _ in range(chance.choice([0, 0, 1, 2])):
        data[chance.choice([*data, "text", "x"])] = chance.choice(ODD)
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
        name = chance.choice(["type", "data", "data_length", "payload_length", "version"])
        header[name] = chance.choice(ODD)
    sent = bytearray(json.dumps(header).encode() + b"\n" + body + payload)
    if chance.random() < 0.2:
        for _ in range(chance.randrange(1, 9)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
    if chance.random() < 0.1:
        del sent[chance.randrange(len(sent)) :]
    return bytes(sent)


def stream(chance: random.Random) -> bytes:
    """What one client sends until it goes."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(5000))
    return b"".join(framed(chance) for _ in range(chance.randrange(1, 7)))


def send(port: int, sent: bytes, abrupt: bool) -> None:
    """Send it; then reset the connection, or read until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        if abrupt:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.sendall(sent)
        if abrupt:
            return
        client.shutdown(socket.SHUT_WR)
        while client.recv(65_536):
            pass


def test_whatever_one_client_sends_the_next_is_served(tmp_path: Path) -> None:
    chance, end = random.Random(SEED), time.monotonic() + LONGEST
    with serving(tmp_path) as (port, process):
        for count in range(CONNECTIONS):
            sent = stream(chance)
            send(port, sent, abrupt=chance.random() < 0.1)
            if count % 20 == 0:
                event = asyncio.run(ask(port, Describe()))
                assert event is not None and Info.is_type(event.type), (count, sent)
            assert process.poll() is None, (count, sent)
            if time.monotonic() > end:
                break
        assert count >= CONNECTIONS // 4, "too slow to say anything"
        assert transcript(asyncio.run(ask(port, *spoken("kaki saya kram")))) == "kaki saya kram"
    assert process.returncode == 0
