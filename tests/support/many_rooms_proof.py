"""Two servers behind HAProxy, one of them killed while both hear (`tests/many_rooms.sh`).

python -m tests.support.many_rooms_proof HAPROXY
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.event import Eventable

from tests.support.paths import ROOT
from tests.support.wyoming_server import serving, spoken

PAGE = ROOT / "docs/many-rooms.md"
TEXT = "kaki saya kram"
UTTERANCES = 10
"""That are spoken after a server was killed."""


def configuration(front: int, servers: Sequence[int]) -> str:
    """The HAProxy file of the page, with these ports in the place of its own."""
    (text,) = re.findall(r"```\n(global\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for own, port in zip((10300, 10301, 10302), (front, *servers), strict=True):
        assert text.count(f"127.0.0.1:{own}") == 1
        text = text.replace(f"127.0.0.1:{own}", f"127.0.0.1:{port}")
    return str(text)


async def say(port: int, events: Sequence[Eventable], speaking: asyncio.Event | None = None) -> str:
    """Stream in real time; the transcript, or what happened instead. Sets ``speaking`` halfway."""
    try:
        async with AsyncTcpClient("127.0.0.1", port, read_timeout=30) as client:
            for number, event in enumerate(events):
                await client.write_event(event.event())
                if isinstance(event, AudioChunk):
                    await asyncio.sleep(event.seconds)
                if speaking is not None and number == len(events) // 2:
                    speaking.set()
            answer = await client.read_event()
    except OSError as error:
        return f"lost ({type(error).__name__})"
    if answer is None:
        return "lost (closed)"
    return Transcript.from_event(answer).text if Transcript.is_type(answer.type) else answer.type


async def prove(front: int, first: "subprocess.Popen[str]") -> None:
    """Raises AssertionError if a room stays deaf."""
    events = spoken(TEXT)
    assert await say(front, events) == TEXT
    print("ok    an utterance is heard through HAProxy")
    halfway = [asyncio.Event(), asyncio.Event()]
    both = [asyncio.create_task(say(front, events, one)) for one in halfway]
    await asyncio.gather(*(one.wait() for one in halfway))
    first.kill()
    heard = sorted(await asyncio.gather(*both))
    assert heard[0] == TEXT and heard[1].startswith("lost"), heard
    print(f"ok    a server is killed while two speak: {heard}")
    begin = time.monotonic()
    after = [await say(front, events) for _ in range(UTTERANCES)]
    assert after == [TEXT] * UTTERANCES, after
    print(f"ok    the next {UTTERANCES} in {time.monotonic() - begin:.0f} s are all heard")


def main(haproxy: str) -> None:
    """Start everything, and prove it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        served = [stack.enter_context(serving(folder / name)) for name in ("one", "two")]
        front = 20_000 + served[0][0] % 10_000
        file = folder / "haproxy.cfg"
        ports = [port for port, _ in served]
        file.write_text(configuration(front, ports), encoding="utf-8")
        balancer = stack.enter_context(subprocess.Popen([haproxy, "-f", str(file), "-db"]))
        stack.callback(balancer.terminate)
        time.sleep(2)
        assert balancer.poll() is None, "HAProxy does not take the file of the page"
        asyncio.run(prove(front, served[0][1]))
    print("a server that dies loses one utterance, not the room")


if __name__ == "__main__":
    main(sys.argv[1])
