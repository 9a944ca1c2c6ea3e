"""``bench serve``: how many rooms one server hears at once.

N clients speak to a `serve` of this computer at the same time: each streams a command in real time,
with silence around it, waits for the transcript, and begins again (synthetic speech in a small
room, 20 dB). N rises until 95 % of the transcripts no longer come within ``LATEST`` of the end of
the stream. ``--beside DIR`` measures another clone in the same run, in turn with this one: on a
machine that does other things too, only the ratio of the two counts, and of these the least
disturbed is ``cost``: processor seconds of the server per second of sound.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error

from assistant.audio.pcm import RATE
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.errors import KramError
from assistant.core.numerals import integer
from assistant.tts.espeak_voice import EspeakVoice
from bench.asr.synthetic import VOICES, usual_phrases
from bench.common.paths import OUT, ROOT
from bench.common.rows import write_json
from bench.common.served import Served, Usage

LATEST = 0.5
"""Seconds from the end of the stream to the transcript that 95 % must keep to."""

NOISE_DB = 20


@dataclass(frozen=True)
class Clip:
    """A spoken command, as chunks that a client sends one after the other."""

    text: str
    chunks: tuple[bytes, ...]


@dataclass(frozen=True)
class Reply:
    """The end of one stream."""

    delay: float
    """Seconds from ``audio-stop`` to the answer."""

    sound: float
    """Seconds of sound that were sent."""

    right: bool
    refused: bool


@dataclass(frozen=True)
class ServeRow:
    """One server with N streams at a time."""

    server: str
    streams: int
    replies: int
    right: int
    refused: int
    median: float
    p95: float
    sound: float
    """Seconds of sound that were sent in all."""

    usage: Usage

    @property
    def cost(self) -> float:
        """Processor seconds of the server per second of sound."""
        return self.usage.processor / self.sound

    @property
    def in_time(self) -> bool:
        """Whether these streams are not too many."""
        return self.p95 <= LATEST and not self.refused


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench serve", description=__doc__)
    parser.add_argument("--streams", type=integer, nargs="+", default=[1, 8, 12, 16, 24, 32, 40])
    parser.add_argument("--seconds", type=integer, default=30, help="for each number of streams")
    parser.add_argument("--chunk", type=integer, default=64, help="milliseconds of a chunk")
    parser.add_argument(
        "--beside", type=Path, metavar="DIR", help="another clone, set up and built"
    )
    arguments = parser.parse_args(argv)
    servers = {"this": ROOT} | ({"beside": arguments.beside} if arguments.beside else {})
    rows = []
    try:
        print(
            f"{'server':<8}{'streams':>8}{'replies':>9}{'right':>7}{'refused':>9}{'median':>9}"
            f"{'p95':>9}{'memory':>9}{'cores':>7}{'clients':>9}{'others':>8}{'cost':>9}"
        )
        for row in measure(servers, arguments.streams, arguments.seconds, arguments.chunk):
            rows.append(row)
            print(_line(row), flush=True)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "serve.json"
    write_json(report, {"speech": "synthetic (espeak-ng)", "rows": [asdict(row) for row in rows]})
    print(f"details  {report}")
    return 0


def measure(
    servers: dict[str, Path], streams: Sequence[int], seconds: float, chunk: int
) -> Iterator[ServeRow]:
    """Raise the number of streams; who is too late twice is not asked again."""
    clips, late = make_clips(chunk), dict.fromkeys(servers, 0)
    for number in streams:
        for name, folder in servers.items():
            if late[name] > 1:
                continue
            with Served(folder) as served:
                replies = asyncio.run(_all_rooms(served.port, clips, number, seconds))
                usage = served.usage()
            delays = [one.delay for one in replies if not one.refused] or [float("inf")]
            row = ServeRow(name, number, len(replies), sum(one.right for one in replies),
                           sum(one.refused for one in replies), float(np.median(delays)),
                           float(np.percentile(delays, 95)),
                           sum(one.sound for one in replies), usage)  # fmt: skip
            late[name] += not row.in_time
            yield row


def make_clips(milliseconds: int) -> list[Clip]:
    """Every third common command, the voices in turn."""
    found = []
    for number, text in enumerate(usual_phrases()[::3]):
        speaker = EspeakVoice(VOICES[number % len(VOICES)], words_per_minute=165)
        data = spoken_in_room(speaker.speak(text), NOISE_DB, number).tobytes()
        step = 2 * RATE * milliseconds // 1000
        pieces = tuple(data[at : at + step] for at in range(0, len(data), step))
        found.append(Clip(text, pieces))
    return found


async def _all_rooms(port: int, clips: Sequence[Clip], rooms: int, seconds: float) -> list[Reply]:
    end = time.monotonic() + seconds
    replies = await asyncio.gather(*(_room(port, clips, seed, end) for seed in range(rooms)))
    return [reply for room in replies for reply in room]


async def _room(port: int, clips: Sequence[Clip], seed: int, end: float) -> list[Reply]:
    """A client that streams one command after the other until ``end``."""
    rng = random.Random(seed)
    replies = []
    await asyncio.sleep(rng.uniform(0, 3))  # they did not all begin to speak in one moment
    while time.monotonic() < end:
        replies.append(await _stream(port, rng.choice(clips)))
        if replies[-1].refused:
            await asyncio.sleep(1.0)
    return replies


async def _stream(port: int, clip: Clip) -> Reply:
    """Send a clip in real time, a connection for each, as Home Assistant does."""
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=60) as client:
        await client.write_event(Transcribe(language="id").event())
        await client.write_event(AudioStart(RATE, 2, 1).event())
        due = time.monotonic()
        for chunk in clip.chunks:
            due += len(chunk) / 2 / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await client.write_event(AudioChunk(RATE, 2, 1, chunk).event())
        await client.write_event(AudioStop().event())
        begin = time.monotonic()
        event = await client.read_event()
        delay = time.monotonic() - begin
    heard = Transcript.from_event(event).text if event and Transcript.is_type(event.type) else None
    refused = event is None or Error.is_type(event.type)
    sent = sum(map(len, clip.chunks)) / 2 / RATE
    return Reply(delay, sent, heard == clip.text, refused)


def _line(row: ServeRow) -> str:
    usage = row.usage
    return (f"{row.server:<8}{row.streams:>8}{row.replies:>9}{row.right:>7}{row.refused:>9}"
            f"{1000 * row.median:>6.0f} ms{1000 * row.p95:>6.0f} ms{usage.megabytes:>6.0f} MB"
            f"{usage.cores:>7.2f}{usage.client_cores:>9.2f}{usage.other_cores:>8.2f}"
            f"{row.cost:>9.4f}")  # fmt: skip
