"""The Wyoming server: a real process, the real client library, and clients that misbehave."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong

from assistant.apps.cli import main
from assistant.apps.wyoming.event_reader import BadEvent, read_event
from assistant.apps.wyoming.server import ListenAddress, Server, parse_uri
from assistant.core.errors import InputError, KramError
from assistant.runtime.server_limits import ServeLimits
from tests.support.paths import SMALL_PHRASES
from tests.support.wyoming_server import RATE, ask, everything, serving, spoken, transcript


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home = tmp_path_factory.mktemp("serving")
    with serving(home) as (port, process):
        yield port
        assert process.poll() is None, "it did not survive its clients"
    assert not [file for file in (home / "data").rglob("*") if file.is_file()]


def test_it_says_what_it_offers(server: int) -> None:
    event = asyncio.run(ask(server, Describe()))
    assert event is not None and Info.is_type(event.type)
    info = Info.from_event(event)
    assert info.asr[0].models[0].languages == ["id"]
    assert info.intent[0].models[0].languages == info.handle[0].models[0].languages == ["id"]
    assert all(one.installed and one.name == "kram" for one in (*info.asr, *info.handle))


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2)])
def test_speech_becomes_a_phrase(server: int, rate: int, channels: int) -> None:
    events = spoken("kaki saya kram", rate, channels)
    assert transcript(asyncio.run(ask(server, *events))) == "kaki saya kram"


def test_silence_becomes_nothing(server: int) -> None:
    silence = AudioChunk(RATE, 2, 1, bytes(RATE))
    assert transcript(asyncio.run(ask(server, silence, AudioStop()))) == ""
    assert transcript(asyncio.run(ask(server, AudioStop()))) == ""


def test_clients_do_not_hear_each_other(server: int) -> None:
    async def both() -> list[str]:
        texts = ("kaki saya kram", "tunggu sebentar")
        return [
            transcript(one)
            for one in await asyncio.gather(*(ask(server, *spoken(text)) for text in texts))
        ]

    assert asyncio.run(both()) == ["kaki saya kram", "tunggu sebentar"]


def test_texts_have_an_intent_or_none(server: int) -> None:
    event = asyncio.run(ask(server, Recognize("kram di kaki kiri")))
    assert event is not None and Intent.is_type(event.type)
    found = Intent.from_event(event)
    assert found.name == "cramp_now"
    assert [(one.name, one.value) for one in found.entities] == [("leg", "left")]
    event = asyncio.run(ask(server, Recognize("qwxz vrrt")))
    assert event is not None and NotRecognized.is_type(event.type)
    event = asyncio.run(ask(server, Ping("halo")))
    assert event is not None and Pong.from_event(event).text == "halo"


def test_the_guide_goes_on_over_several_connections(server: int) -> None:
    """As Home Assistant does: a connection for each remark, the conversation named."""

    def talk(text: str, name: str) -> str | None:
        event = asyncio.run(ask(server, Transcript(text, {"conversation_id": name})))
        assert event is not None
        if NotHandled.is_type(event.type):
            # it is spoken by Home Assistant, which says nothing to an empty text
            assert "belum mengerti" in str(NotHandled.from_event(event).text)
            return None
        handled = Handled.from_event(event)
        assert handled.context == {"conversation_id": name}
        return handled.text

    begun = talk("kaki saya kram", "first")
    assert begun
    assert talk("sudah reda", "other") is None or "reda" not in str(talk("stop", "other"))
    on = talk("lanjut", "first")
    assert on and on != begun
    assert talk("qwxz vrrt", "third") is None
    assert "satu satu sembilan" in str(talk("saya sesak napas dada sakit", "first"))


HALF = "\ud83d"
"""Half of a character: JSON can write it as an escape, UTF-8 cannot."""

FORMAT = {"rate": 16_000, "width": 2, "channels": 1}
WRONG_FIELDS: list[tuple[str, dict[str, object]]] = [
    (HALF, {}),
    ("describe", {HALF: 1}),
    ("ping", {"text": HALF}),
    ("ping", {"text": 7}),
    ("recognize", {"text": f"kaki {HALF} kram"}),
    ("recognize", {}),
    ("recognize", {"text": "kaki saya kram", "context": [1]}),
    ("transcript", {"text": "halo", "context": {"conversation_id": HALF}}),
    ("transcript", {"text": "halo", "context": {"conversation_id": 1}}),
    ("transcript", {"text": "halo", "context": {"conversation_id": "x" * 600}}),
    ("transcript", {"text": "halo", "context": "first"}),
    ("transcript", {"text": ["halo"]}),
    ("transcript", {"text": "halo", "language": {}}),
    ("transcribe", {"language": 1}),
    ("transcribe", {"name": True}),
    ("audio-start", FORMAT | {"rate": "16000"}),
    ("audio-start", FORMAT | {"channels": 6}),
    ("audio-stop", {"timestamp": "now"}),
    *(
        ("audio-chunk", FORMAT | {key: value})
        for key, values in {
            "rate": [16_000.0, True, None, [16_000], 96_000, -16_000, 10**30, 1e999],
            "width": [2.0, True, "2", None, 3, [2]],
            "channels": [1.0, True, {}, None, 6, 1e999],
            "timestamp": ["0", True, [0]],
        }.items()
        for value in values
    ),
]

BAD = [
    b"no json at all\n",
    b"[1, 2]\n",
    b'{"type": 7}\n',
    b'{"type": "describe", "data": 3}\n',
    b'{"type": "audio-chunk", "payload_length": 999999999999}\n',
    b'{"type": "audio-chunk", "payload_length": -5}\n',
    b'{"type": "transcript", "data_length": 1000000}\n',
    b'{"type": "transcript", "data_length": 4}\n[1]\n',
    b'{"type": "recognize", "data": {"text": ' + b'"' + b"a" * 1500 + b'"}}\n',
    b'{"type": "audio-chunk", "data": {"rate": 0, "width": 2, "channels": 1}}\n',
    b'{"type": "audio-chunk", "data": {"rate": "x", "width": 2, "channels": 1}}\n',
    b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 0}}\n',
    b'{"type": "transcribe", "data": {"language": "en"}}\n',
    b"[" * 1900 + b"\n",
    b"x" * 100_000,
    b"\xff\x00\xfe\n",
    b'\xef\xbb\xbf{"type": "describe"}\n',
    b'{"type": "describe", "data": []}\n',
    b'{"type": "audio-stop", "data": {"timestamp": NaN}}\n',
    *(json.dumps({"type": kind, "data": data}).encode() + b"\n" for kind, data in WRONG_FIELDS),
]


@pytest.mark.parametrize("sent", BAD, ids=lambda sent: repr(sent[:90]))
def test_who_breaks_the_rules_is_let_go_and_told(server: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server), 30) as client:
        client.sendall(sent)
        answer = everything(client)
    header, data = answer.splitlines()
    assert json.loads(header)["type"] == "error" and json.loads(data)["text"]
    event = asyncio.run(ask(server, Describe()))
    assert event is not None and Info.is_type(event.type)


@pytest.mark.parametrize(("rate", "channels"), [(96_000, 1), (48_000, 6)])
def test_a_format_that_is_refused_is_told_to_who_still_sends(
    server: int, rate: int, channels: int
) -> None:
    """A client sends its whole utterance before it reads; a reset would hide the reason."""
    chunk = AudioChunk(rate, 2, channels, bytes(60_000))
    for _ in range(5):
        until_served(server)  # the connection before this one may not have ended yet
        event = asyncio.run(ask(server, *[chunk] * 60, AudioStop()))
        assert event is not None and Error.is_type(event.type)
        assert "sound needs" in Error.from_event(event).text


def test_who_is_one_too_many_is_told_while_it_sends() -> None:
    chunk = AudioChunk(RATE, 2, 1, bytes(60_000))

    async def clients(port: int) -> None:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
        event = await ask(port, *[chunk] * 60, AudioStop())
        assert event is not None and "too many clients" in Error.from_event(event).text
        for _, writer in slow[1:]:
            writer.close()
        reader, writer = slow[0]
        writer.write_eof()  # whoever has said that no more will come holds no place either
        assert await reader.read() == b""
        event = await ask(port, Describe())
        assert event is not None and event.type == "info"

    # no place falls vacant by the clock, however slow the machine is
    beside_clients(clients, ServeLimits(max_clients=6, idle_seconds=600))


def until_served(port: int) -> None:
    """Wait until closed connections have made room."""
    end = time.monotonic() + 10
    while not (event := asyncio.run(ask(port, Describe()))) or not Info.is_type(event.type):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("size", [1023, 1025])
def test_chunks_that_end_inside_a_sample_lose_nothing(server: int, size: int) -> None:
    events = spoken("kaki saya kram", piece=size)
    assert transcript(asyncio.run(ask(server, *events))) == "kaki saya kram"


class Broken:
    """Work that has a fault of its own."""

    def understand(self, text: str) -> None:
        raise ZeroDivisionError(text)


def beside_clients(clients: Callable[[int], Awaitable[None]], limits: ServeLimits) -> None:
    """Run ``clients`` with the port of a server in the same event loop, then end the server."""

    async def serve() -> None:
        server = Server(ListenAddress("127.0.0.1", 0), Broken(), limits, Event("info"))
        loop, tasks = asyncio.get_running_loop(), list[asyncio.Task[None]]()

        async def then_end(port: int) -> None:
            try:
                await clients(port)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)

        await server.run(lambda port: tasks.append(loop.create_task(then_end(port))))
        await tasks[0]

    asyncio.run(serve())


def test_a_fault_of_ours_ends_that_connection_alone() -> None:
    async def clients(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as other:
            failed = await ask(port, Recognize("halo"))
            assert failed is not None and Error.from_event(failed).code == "internal"
            await other.write_event(Describe().event())
            served = await other.read_event()
            assert served is not None and served.type == "info"

    beside_clients(clients, ServeLimits())


def test_who_speaks_for_too_long_is_let_go(server: int) -> None:
    minute = [AudioChunk(RATE, 2, 1, bytes(RATE * 2)) for _ in range(7)]
    event = asyncio.run(ask(server, *minute, AudioStop()))
    assert event is not None and Error.is_type(event.type)
    assert "more than 6 s of audio" in Error.from_event(event).text


def test_who_stays_silent_is_let_go_and_holds_nobody_up() -> None:
    async def clients(port: int) -> None:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        slow[0][1].write(b'{"type": "desc')
        slow[1][1].write(b'{"type": "audio-chunk", "payload_length": 1000}\nabc')
        assert await ask(port, Describe()) is not None
        for reader, writer in slow:
            assert await reader.read() == b""
            writer.close()
        assert await ask(port, Describe()) is not None

    beside_clients(clients, ServeLimits(max_clients=6, idle_seconds=0.5))


def test_a_signal_ends_it_cleanly_with_a_strangers_phrases(tmp_path: Path) -> None:
    phrases = SMALL_PHRASES
    with serving(tmp_path, "--phrases", str(phrases)) as (port, process):
        event = asyncio.run(ask(port, Describe()))
        assert event is not None
        info = Info.from_event(event)
        assert info.handle == [] and info.asr[0].models[0].name == f"kram-{phrases.name}"
        # a remark is answered with what Home Assistant shall do, and what it shall say then
        context = {"conversation_id": "one"}
        event = asyncio.run(ask(port, Transcript("saya mau minum", context, "id")))
        assert event is not None
        wish = Intent.from_event(event)
        assert (wish.name, wish.text, wish.context) == ("Water", "Baik.", context)
        for unsure in ("minum", "besok saya mau minum", "qwxz vrrt"):
            event = asyncio.run(ask(port, Transcript(unsure, context, "id")))
            assert event is not None and NotRecognized.is_type(event.type)
            assert NotRecognized.from_event(event).text
        event = asyncio.run(ask(port, Transcript("tolong, saya mau minum ya", context, "id")))
        assert event is not None and Intent.from_event(event).name == "Water"
        event = asyncio.run(ask(port, Transcript("saya mau minum nanti", context, "id")))
        assert event is not None
        assert '"saya mau minum"' in (NotRecognized.from_event(event).text or "")
        with socket.create_connection(("127.0.0.1", port), 30) as client:
            client.sendall(b'{"type": "audio-start", "data": {}}\n')
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert client.recv(1) == b""


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = ListenAddress("127.0.0.1", taken.getsockname()[1])
        server = Server(place, None, ServeLimits(), Describe().event())
        with pytest.raises(KramError, match="choose another with --uri"):
            asyncio.run(server.run(lambda port: None))


@pytest.mark.parametrize(
    ("uri", "own"),
    [("tcp://127.0.0.1:1", True), ("tcp://localhost:1", True), ("tcp://[::1]:1", True),
     ("tcp://0.0.0.0:1", False), ("tcp://192.168.1.2:1", False), ("tcp://[::]:1", False),
     ("tcp://127.0.0.1.example.org:1", False), ("tcp://127.1.2.3:1", True)],
)  # fmt: skip
def test_who_can_reach_an_address_is_known(uri: str, own: bool) -> None:
    assert parse_uri(uri).is_loopback is own


@pytest.mark.parametrize(
    "uri", ["tcp://127.0.0.1", "127.0.0.1:10300", "http://127.0.0.1:1", "tcp://a:b", "tcp://a:99999",
            "tcp://127.0.0.1:1/x", "stdio://"]
)  # fmt: skip
def test_what_is_no_address_is_told(uri: str) -> None:
    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:10300"):
        parse_uri(uri)


def test_others_can_reach_it_only_if_that_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.main(["serve", "--uri", "tcp://0.0.0.0:0"]) == 2
    told = capsys.readouterr().err
    assert "without a password" in told and "--expose" in told
    assert main.main(["serve", "--announce"]) == 2
    assert parse_uri("tcp://0.0.0.0:0") == ListenAddress("0.0.0.0", 0)


def read(sent: bytes, limits: ServeLimits, whole: bool = True) -> Event | None:
    async def run() -> Event | None:
        reader = asyncio.StreamReader(limit=limits.max_header_bytes)
        reader.feed_data(sent)
        if whole:
            reader.feed_eof()
        return await read_event(reader, limits)

    return asyncio.run(run())


def test_an_event_in_pieces_is_read_whole() -> None:
    sent = b'{"type": "t", "data": {"a": 1, "b": 1}, "data_length": 8, "payload_length": 3}\n'
    event = read(sent + b'{"b": 2}xyz', ServeLimits())
    assert event == Event("t", {"a": 1, "b": 2}, b"xyz")
    assert read(sent + b'{"b": 2}xy', ServeLimits()) is None


def test_what_does_not_come_is_not_waited_for() -> None:
    with pytest.raises(TimeoutError):
        read(b'{"type": "t", "payload_length": 3}\nxy', ServeLimits(idle_seconds=0.01), whole=False)


@given(st.one_of(
    st.binary(max_size=200),
    st.dictionaries(
        st.sampled_from(["type", "data", "data_length", "payload_length", "x"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
            lambda one: st.dictionaries(st.text(max_size=3), one, max_size=2),
        ),
    ).map(lambda one: json.dumps(one).encode() + b"\n" + bytes(9)),
))  # fmt: skip
def test_whatever_comes_is_an_event_or_refused(sent: bytes) -> None:
    try:
        event = read(sent, ServeLimits(max_header_bytes=256))
    except BadEvent as bad:
        assert str(bad)
        return
    assert event is None or (isinstance(event.type, str) and isinstance(event.data, dict))
