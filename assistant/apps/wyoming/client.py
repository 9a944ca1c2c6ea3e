"""One client connection of the server, from its first event to its last."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any, TypeVar

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe
from wyoming.intent import Entity, Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong

from assistant.apps.wyoming.decoder_pool import BusyError, DecoderPool
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
from assistant.apps.wyoming.text_script import TextReplies
from assistant.nlu import intent as nlu_intent
from assistant.runtime.server_limits import ServeLimits

_LOGGER = logging.getLogger(__name__)

_DISCARDED = 65_536
"""Bytes read at once from a client that was refused."""

_T = TypeVar("_T")


class Client:
    """Reads and answers events until the client disconnects or violates the protocol."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        services: Services,
        worker: Executor,
        decoders: DecoderPool,
        limits: ServeLimits,
        about: Event,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._services = services
        self._worker = worker
        self._decoders = decoders
        self._limits = limits
        self._about = about
        self._name = uuid.uuid4().hex
        self._session: AudioSession | None = None
        self._seconds = 0.0

    async def run(self) -> None:
        """Serve the client until it disconnects. No request of its can raise."""
        try:
            while event := await read_event(self._reader, self._limits):
                await self._dispatch(event)
        except BadEvent as bad:
            _LOGGER.info("a client was disconnected: %s", bad)
            await self.refuse(str(bad))
        except BusyError as busy:
            _LOGGER.warning("a client was refused: %s", busy)
            await self.refuse(str(busy), "busy")
        except OSError as error:  # includes TimeoutError and ConnectionError
            _LOGGER.info("a client has disconnected or timed out: %r", error)
        except Exception:  # the other clients must still be served
            _LOGGER.exception("a client was disconnected: its request failed")
            await self.refuse("the request failed", "internal")
        finally:
            self._end_stream()

    async def refuse(self, why: str, code: str = "refused") -> None:
        """Send the client the reason for disconnecting it, and discard what it still sends.

        Closing with unread bytes would reset the connection, and the client, which is often still
        sending, would never see the reason. Ends after ``idle_seconds`` at the latest, also with a
        client that goes on sending.
        """
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                await async_write_event(Error(why, code).event(), self._writer)
                self._writer.write_eof()
                while await self._reader.read(_DISCARDED):
                    pass
        except OSError as error:  # includes TimeoutError and ConnectionError
            _LOGGER.debug("a refused client has not disconnected by itself: %r", error)

    async def _dispatch(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self._write(self._about)
        elif Ping.is_type(event.type):
            await self._write(Pong(text_of(event, "text", optional=True)).event())
        elif Transcribe.is_type(event.type):
            check_transcribe(event)
        elif AudioStart.is_type(event.type):
            check_start(event)
            self._end_stream()
        elif AudioChunk.is_type(event.type):
            await self._feed_audio(chunk_of(event))
        elif AudioStop.is_type(event.type):
            check_time(event)
            await self._finish_audio()
        elif Recognize.is_type(event.type):
            conversation_of(event)
            await self._recognize(text_of(event, "text"))
        elif Transcript.is_type(event.type):
            await self._answer(event)
        # the protocol says to ignore all other events

    async def _feed_audio(self, chunk: AudioChunk) -> None:
        self._seconds += seconds_of(chunk)
        if self._seconds > self._limits.max_audio_seconds:
            raise BadEvent(f"more than {self._limits.max_audio_seconds:g} s of audio")
        if self._session is None:
            self._decoders.admit()
            self._session = self._services.listen(self._decoders.eager)
        session = self._session
        # nothing more is read meanwhile, so a client cannot send faster than is decoded
        if session.add(chunk):
            await self._decoders.run(session.process, session.pending_seconds)

    async def _finish_audio(self) -> None:
        session, text = self._session, ""
        if session is not None:
            heard = await self._decoders.run(session.finish, session.pending_seconds)
            self._end_stream()
            text = await self._in_worker(lambda: self._services.phrase(heard))
        await self._write(Transcript(text, language=LANGUAGE).event())

    def _end_stream(self) -> None:
        """Forget the utterance, if there is one."""
        if self._session is not None:
            self._decoders.release()
        self._session, self._seconds = None, 0.0

    async def _recognize(self, text: str) -> None:
        found = await self._in_worker(lambda: self._services.understand(text))
        await self._write((NotRecognized() if found is None else _wyoming_intent(found)).event())

    async def _answer(self, event: Event) -> None:
        """Answer a user turn: the guide's reply, or the intent for Home Assistant to handle."""
        text = text_of(event, "text")
        text_of(event, "language", optional=True)
        dialogue = conversation_of(event) or self._name
        back, wording = {"conversation_id": dialogue}, self._services.wording
        said: Eventable
        if self._services.guides:
            answer = await self._in_worker(lambda: self._services.guide(dialogue, text))
            known = answer is not None
            said = Handled(answer, back) if known else NotHandled(wording.not_understood, back)
        else:
            found = await self._in_worker(lambda: self._services.home_command(text))
            said = _home_answer(found, wording, back)
        await self._write(said.event())

    async def _in_worker(self, task: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, task)

    async def _write(self, event: Event) -> None:
        async with asyncio.timeout(self._limits.idle_seconds):
            await async_write_event(event, self._writer)


def _home_answer(
    found: nlu_intent.Interpretation, wording: TextReplies, back: dict[str, Any]
) -> Intent | NotRecognized:
    """The intent that Home Assistant carries out, or what a refused sentence was taken for."""
    if found.intent is None:
        return NotRecognized(wording.not_understood, back)
    if not found.accepted:
        return NotRecognized(wording.not_done.format(phrase=found.phrase), back)
    return replace(_wyoming_intent(found.intent), text=wording.done, context=back)


def _wyoming_intent(found: nlu_intent.Intent) -> Intent:
    """The intent in Wyoming's format."""
    return Intent(found.name, [Entity(name, value) for name, value in sorted(found.slots.items())])
