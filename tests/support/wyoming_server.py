"""A Wyoming server in a process of its own, and clients of it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soxr
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event, Eventable

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT

RATE = 16_000
CONFIG = """
[serve]
max_audio_seconds = 6
max_clients = 6
max_header_bytes = 2048
max_payload_bytes = 65536
idle_seconds = 60
"""


@contextmanager
def serving(
    home: Path, *words: str, config: str = ""
) -> "Iterator[tuple[int, subprocess.Popen[str]]]":
    """A server with its own configuration and data folders; yields its port."""
    (home / "config/kram").mkdir(parents=True)
    (home / "config/kram/config.toml").write_text(CONFIG + config, encoding="utf-8")
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


async def ask(port: int, *events: Eventable) -> Event | None:
    """Send ``events``; the first answer, None if the server just closes."""
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=60) as client:
        for event in events:
            await client.write_event(event.event())
        return await client.read_event()


def spoken(
    text: str, rate: int = RATE, channels: int = 1, piece: int | None = None
) -> list[Eventable]:
    """``text`` as a client sends it, synthetic, with quiet around it; ``piece`` bytes a chunk."""
    (clip,) = speak_fresh((text,), "id+m3")
    speech = soxr.resample(clip.samples, SPOKEN_RATE, rate) // 2
    quiet = np.zeros(rate // 2, dtype=np.int16)
    sound = np.concatenate([quiet, speech, quiet]).astype(np.int16)
    data = np.repeat(sound, channels).tobytes()
    step = piece or 2048 * channels
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    chunks = [AudioChunk(rate, 2, channels, piece) for piece in pieces]
    return [Transcribe(language="id"), AudioStart(rate, 2, channels), *chunks, AudioStop()]


def transcript(event: Event | None) -> str:
    assert event is not None and Transcript.is_type(event.type), event
    return Transcript.from_event(event).text


def everything(client: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    answer = b""
    while got := client.recv(4096):
        answer += got
    return answer
