"""Decoding in several threads: who is admitted, what it costs, and that nobody hears another."""

import asyncio
import time
from collections.abc import Callable

import pytest
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event

from assistant.apps.wyoming.decoder_pool import FULL, BusyError, DecoderPool
from assistant.apps.wyoming.server import ListenAddress, Server
from assistant.apps.wyoming.services import AudioSession
from assistant.asr.confidence import RecognitionResult
from assistant.core.listening_state import ListeningState
from assistant.runtime.server_limits import ServeLimits

RATE = 16_000
CHUNK = AudioChunk(RATE, 2, 1, bytes(2048))


def admitted(pool: DecoderPool, most: int = 100) -> int:
    """How many streams may begin before one is refused."""
    for number in range(most):
        try:
            pool.admit()
        except BusyError:
            return number
    return most


@pytest.mark.parametrize(("threads", "cost", "streams"), [(1, 0.1, 8), (2, 0.1, 16), (4, 0.5, 6)])
def test_as_many_are_admitted_as_there_is_time_for(threads: int, cost: float, streams: int) -> None:
    assert FULL == 0.8
    assert admitted(DecoderPool(threads, cost)) == streams


def test_one_stream_is_admitted_by_the_slowest_machine_and_the_next_after_it() -> None:
    pool = DecoderPool(1, cost=3.0)
    assert admitted(pool) == 1
    pool.release()
    assert admitted(pool) == 1


def test_many_streams_are_not_decoded_before_their_end() -> None:
    pool, eager = DecoderPool(2, cost=0.01), []
    for _ in range(6):
        pool.admit()
        eager.append(pool.eager)
    assert eager == [True] * 4 + [False] * 2
    for _ in range(3):
        pool.release()
    pool.admit()
    assert pool.eager


def test_a_machine_that_gets_slower_admits_fewer_and_more_again_later() -> None:
    pool = DecoderPool(1, cost=0.1)

    asyncio.run(pool.run(lambda: time.sleep(0.05), 0.1))
    slower = pool.cost
    assert 0.1 < slower < 0.2  # one measurement is no reason to refuse anybody
    for _ in range(20):
        asyncio.run(pool.run(lambda: None, 30.0))
    assert pool.cost < 0.001
    pool.shutdown()


def test_the_cost_is_measured_before_anybody_speaks() -> None:
    pool = DecoderPool(1)

    def decode() -> float:
        time.sleep(0.02)
        return 0.1

    pool.measure(decode)
    assert pool.cost >= 0.2
    pool.shutdown()


class Ears:
    """A recogniser that hears only how long it was."""

    def __init__(self) -> None:
        self.samples = 0

    def start(self, state: ListeningState) -> None:
        self.samples = 0

    def feed(self, samples: object) -> None:
        self.samples += len(samples)  # type: ignore[arg-type]

    def finish(self) -> RecognitionResult:
        return RecognitionResult(words=str(self.samples), accepted=True)


class Listening:
    """What the server needs of its services to hear."""

    guides = True

    def listen(self, eager: bool) -> AudioSession:
        return AudioSession(Ears(), eager)

    def phrase(self, heard: RecognitionResult) -> str:
        return heard.words


def served(pool: DecoderPool, clients: Callable[[int], object]) -> None:
    """Run ``clients`` with the port of a server that decodes in ``pool``."""

    async def serve() -> None:
        place = ListenAddress("127.0.0.1", 0)
        server = Server(place, Listening(), ServeLimits(), Event("info"), pool)
        ports: asyncio.Queue[int] = asyncio.Queue()
        running = asyncio.create_task(server.run(ports.put_nowait))
        try:
            await clients(await ports.get())
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(serve())


async def answer(client: AsyncTcpClient) -> Event:
    event = await client.read_event()
    assert event is not None
    return event


def test_a_stream_too_many_is_told_and_the_others_are_served() -> None:
    async def clients(port: int) -> None:
        async with (
            AsyncTcpClient("127.0.0.1", port) as one,
            AsyncTcpClient("127.0.0.1", port) as two,
            AsyncTcpClient("127.0.0.1", port) as three,
        ):
            for client in (one, two, three):
                await client.write_event(AudioStart(RATE, 2, 1).event())
                await client.write_event(CHUNK.event())
                await asyncio.sleep(0.05)
            refused = Error.from_event(await answer(three))
            assert refused.code == "busy" and "(2)" in refused.text
            for client in (one, two):
                await client.write_event(AudioStop().event())
                assert Transcript.from_event(await answer(client)).text == "1024"
            # who begins anew or just leaves is not counted any longer
            for _ in range(3):
                async with AsyncTcpClient("127.0.0.1", port) as leaving:
                    for _ in range(2):
                        await leaving.write_event(AudioStart(RATE, 2, 1).event())
                        await leaving.write_event(CHUNK.event())
                await asyncio.sleep(0.05)
            await one.write_event(CHUNK.event())
            await one.write_event(AudioStop().event())
            assert Transcript.is_type((await answer(one)).type)

    served(DecoderPool(1, cost=0.4), clients)
