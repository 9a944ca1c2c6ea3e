"""The Wyoming server: a real process, the real client library, and clients that misbehave."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong

from assistant.apps.cli import main
from assistant.apps.wyoming.client import chunk_of
from assistant.apps.wyoming.event_reader import BadEvent, read_event
from assistant.apps.wyoming.server import ListenAddress, Server, parse_uri
from assistant.apps.wyoming.services import AudioSession
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.core.errors import InputError, KramError
from assistant.runtime.server_limits import ServeLimits
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT, SMALL_PHRASES

RATE = 16_000
CONFIG = """
[serve]
max_audio_seconds = 6
max_clients = 6
max_header_bytes = 2048
max_payload_bytes = 65536
idle_seconds = 4
"""


@contextmanager
def serving(home: Path, *words: str) -> "Iterator[tuple[int, subprocess.Popen[str]]]":
    """A server with its own configuration and data folders; yields its port."""
    (home / "config/kram").mkdir(parents=True)
    (home / "config/kram/config.toml").write_text(CONFIG, encoding="utf-8")
    own = {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
    command = [sys.executable, str(ROOT / "run.py"), "serve", "--uri", "tcp://127.0.0.1:0", *words]
    with subprocess.Popen(
        command, env=os.environ | own, stdout=subprocess.PIPE, text=True, cwd=home
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready: tcp://127.0.0.1:"), line
            yield int(line.rsplit(":", 1)[1]), process
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home = tmp_path_factory.mktemp("serving")
    with serving(home) as (port, process):
        yield port
        assert process.poll() is None, "it did not survive its clients"
    assert not [file for file in (home / "data").rglob("*") if file.is_file()]


async def ask(port: int, *events: Eventable) -> Event | None:
    """Send ``events``; the first answer, None if the server just closes."""
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=60) as client:
        for event in events:
            await client.write_event(event.event())
        return await client.read_event()


def spoken(text: str, rate: int = RATE, channels: int = 1) -> list[Eventable]:
    """``text`` as a client sends it, synthetic, with quiet around it."""
    (clip,) = speak_fresh((text,), "id+m3")
    speech = soxr.resample(clip.samples, SPOKEN_RATE, rate) // 2
    quiet = np.zeros(rate // 2, dtype=np.int16)
    sound = np.concatenate([quiet, speech, quiet]).astype(np.int16)
    data = np.repeat(sound, channels).tobytes()
    step = 2048 * channels
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    chunks = [AudioChunk(rate, 2, channels, piece) for piece in pieces]
    return [Transcribe(language="id"), AudioStart(rate, 2, channels), *chunks, AudioStop()]


def transcript(event: Event | None) -> str:
    assert event is not None and Transcript.is_type(event.type), event
    return Transcript.from_event(event).text


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
]


@pytest.mark.parametrize("sent", BAD, ids=lambda sent: repr(sent[:50]))
def test_who_breaks_the_rules_is_let_go(server: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server), 30) as client:
        client.sendall(sent)
        try:
            answer = everything(client)
        except ConnectionResetError:
            pass  # it closed with some of our bytes unread
        else:
            assert json.loads(answer.splitlines()[0])["type"] == "error"
    asyncio.run(ask(server, Describe()))


def test_who_speaks_for_too_long_is_let_go(server: int) -> None:
    minute = [AudioChunk(RATE, 2, 1, bytes(RATE * 2)) for _ in range(7)]
    event = asyncio.run(ask(server, *minute, AudioStop()))
    assert event is not None and Error.is_type(event.type)
    assert "more than 6 s of audio" in Error.from_event(event).text


def test_who_stays_silent_is_let_go_and_holds_nobody_up(server: int) -> None:
    def connect() -> socket.socket:
        return socket.create_connection(("127.0.0.1", server), 30)

    slow, sixth = [connect() for _ in range(5)], connect()
    with connect() as one_too_many:
        assert b"too many clients" in everything(one_too_many)
    sixth.shutdown(socket.SHUT_WR)
    assert everything(sixth) == b""
    slow[0].sendall(b'{"type": "desc')
    slow[1].sendall(b'{"type": "audio-chunk", "payload_length": 1000}\nabc')
    assert asyncio.run(ask(server, Describe())) is not None
    for client in (*slow, sixth):
        assert everything(client) == b""
        client.close()
    assert asyncio.run(ask(server, Describe())) is not None


def everything(client: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    answer = b""
    while got := client.recv(4096):
        answer += got
    return answer


def test_a_signal_ends_it_cleanly_with_a_strangers_phrases(tmp_path: Path) -> None:
    phrases = SMALL_PHRASES
    with serving(tmp_path, "--phrases", str(phrases)) as (port, process):
        event = asyncio.run(ask(port, Describe()))
        assert event is not None
        info = Info.from_event(event)
        assert info.handle == [] and "small_phrases" in str(info.asr[0].models[0].name)
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


class Collected:
    """A recogniser's ears only: what was fed, in samples."""

    def __init__(self) -> None:
        self.samples = 0

    def start(self, state: str) -> None:
        self.samples = 0

    def feed(self, samples: np.ndarray) -> None:
        assert samples.dtype == np.int16
        self.samples += len(samples)


formats = st.tuples(
    st.one_of(st.sampled_from([8000, 16_000, 22_050, 48_000]), st.integers(8000, 48_000)),
    st.sampled_from([1, 2, 4]),
    st.sampled_from([1, 2]),
    st.binary(max_size=400),
)


@given(st.lists(formats, max_size=5))
def test_any_sound_that_is_let_in_can_be_converted(
    chunks: list[tuple[int, int, int, bytes]],
) -> None:
    """In any format, and in another one from chunk to chunk."""
    ears = Collected()
    listening, seconds = AudioSession(ears), 0.0
    for rate, width, channels, sound in chunks:
        data = {"rate": rate, "width": width, "channels": channels}
        chunk = chunk_of(Event("audio-chunk", data, sound))
        listening.feed(chunk)
        seconds += chunk.seconds
    assert abs(ears.samples - seconds * RATE) <= 3 * len(chunks)


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
