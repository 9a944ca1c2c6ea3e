"""One client of the server, from its first event to its last."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe
from wyoming.intent import Entity, Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong

from assistant.apps.wyoming.event_fields import (
    check_start,
    check_time,
    check_transcribe,
    chunk_of,
    conversation_of,
    seconds_of,
    text_of,
)
from assistant.apps.wyoming.event_reader import BadEvent, read_event
from assistant.apps.wyoming.info import LANGUAGE
from assistant.apps.wyoming.services import AudioSession, Services
from assistant.nlu import intent as understood
from assistant.runtime.server_limits import ServeLimits

_LOGGER = logging.getLogger(__name__)

_DISCARDED = 65_536
"""Bytes that are read at once from a client that was refused."""

_T = TypeVar("_T")


class Client:
    """Reads events and answers them until the client goes or breaks a rule."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        works: Services,
        worker: Executor,
        limits: ServeLimits,
        about: Event,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._works = works
        self._worker = worker
        self._limits = limits
        self._about = about
        self._name = uuid.uuid4().hex
        self._listening: AudioSession | None = None
        self._seconds = 0.0

    async def run(self) -> None:
        """Serve the client; returns when it has gone. No request of its can raise."""
        try:
            while event := await read_event(self._reader, self._limits):
                await self._take(event)
        except BadEvent as bad:
            _LOGGER.info("a client was let go: %s", bad)
            await self.refuse(str(bad))
        except OSError as gone:  # TimeoutError and ConnectionError are two of them
            _LOGGER.info("a client is gone or too slow: %r", gone)
        except Exception:  # the other clients must still be served
            _LOGGER.exception("a client was let go: its request failed")
            await self.refuse("the request failed", "internal")

    async def refuse(self, why: str, code: str = "refused") -> None:
        """Tell the client why it is let go, and discard what it still sends.

        Closing with unread bytes would reset the connection, and the client, which is often still
        sending, would never see the reason. Ends after ``idle_seconds`` at the latest.
        """
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                await async_write_event(Error(why, code).event(), self._writer)
                self._writer.write_eof()
                while await self._reader.read(_DISCARDED):
                    pass
        except OSError as gone:
            _LOGGER.debug("it did not want to know: %r", gone)

    async def _take(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self._write(self._about)
        elif Ping.is_type(event.type):
            await self._write(Pong(text_of(event, "text", optional=True)).event())
        elif Transcribe.is_type(event.type):
            check_transcribe(event)
        elif AudioStart.is_type(event.type):
            check_start(event)
            self._listening, self._seconds = None, 0.0
        elif AudioChunk.is_type(event.type):
            await self._hear(chunk_of(event))
        elif AudioStop.is_type(event.type):
            check_time(event)
            await self._heard()
        elif Recognize.is_type(event.type):
            conversation_of(event)
            await self._recognize(text_of(event, "text"))
        elif Transcript.is_type(event.type):
            await self._answer(event)
        # events that are for others are dropped, as the protocol says

    async def _hear(self, chunk: AudioChunk) -> None:
        self._seconds += seconds_of(chunk)
        if self._seconds > self._limits.max_audio_seconds:
            raise BadEvent(f"more than {self._limits.max_audio_seconds:g} s of sound")
        if self._listening is None:
            self._listening = await self._work(self._works.listen)
        listening = self._listening
        await self._work(lambda: listening.feed(chunk))

    async def _heard(self) -> None:
        listening, self._listening, self._seconds = self._listening, None, 0.0
        text = await self._work(listening.finish) if listening else ""
        await self._write(Transcript(text, language=LANGUAGE).event())

    async def _recognize(self, text: str) -> None:
        found = await self._work(lambda: self._works.understand(text))
        await self._write((NotRecognized() if found is None else _wish(found)).event())

    async def _answer(self, event: Event) -> None:
        """A remark: the guide's answer, or the intent that Home Assistant shall carry out."""
        text = text_of(event, "text")
        text_of(event, "language", optional=True)
        talk = conversation_of(event) or self._name
        back, wording = {"conversation_id": talk}, self._works.wording
        said: Eventable
        if self._works.guides:
            answer = await self._work(lambda: self._works.guide(talk, text))
            known = answer is not None
            said = Handled(answer, back) if known else NotHandled(wording.not_understood, back)
        elif (order := await self._work(lambda: self._works.order(text))) is None:
            said = NotRecognized(wording.not_understood, back)
        else:
            said = replace(_wish(order), text=wording.done, context=back)
        await self._write(said.event())

    async def _work(self, task: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, task)

    async def _write(self, event: Event) -> None:
        async with asyncio.timeout(self._limits.idle_seconds):
            await async_write_event(event, self._writer)


def _wish(found: understood.Intent) -> Intent:
    """An intent as Wyoming has it."""
    return Intent(found.name, [Entity(name, value) for name, value in sorted(found.slots.items())])
