"""One client connection of the server, from its first event to its last."""

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

from assistant.apps.wyoming.event_reader import BadEvent, read_event
from assistant.apps.wyoming.info import LANGUAGE
from assistant.apps.wyoming.services import AudioSession, Services
from assistant.nlu import intent as nlu_intent
from assistant.runtime.server_limits import ServeLimits

_LOGGER = logging.getLogger(__name__)

LONGEST_TEXT = 500
"""Largest accepted text, in characters; any real sentence is shorter."""

_RATES = range(8000, 48_001)
_T = TypeVar("_T")


class Client:
    """Reads and answers events until the client disconnects or violates the protocol."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        services: Services,
        worker: Executor,
        limits: ServeLimits,
        about: Event,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._services = services
        self._worker = worker
        self._limits = limits
        self._about = about
        self._name = uuid.uuid4().hex
        self._session: AudioSession | None = None
        self._seconds = 0.0

    async def run(self) -> None:
        """Serve the client until it disconnects; any exception raised is a bug of ours."""
        try:
            while event := await read_event(self._reader, self._limits):
                await self._dispatch(event)
        except BadEvent as bad:
            _LOGGER.info("a client was disconnected: %s", bad)
            await self.refuse(str(bad))
        except OSError as error:  # includes TimeoutError and ConnectionError
            _LOGGER.info("a client has disconnected or timed out: %r", error)

    async def refuse(self, why: str) -> None:
        """Send the client the reason for disconnecting it, if it still reads."""
        try:
            await self._write(Error(why, "refused").event())
        except OSError as error:
            _LOGGER.debug("the refusal could not be sent: %r", error)

    async def _dispatch(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self._write(self._about)
        elif Ping.is_type(event.type):
            await self._write(Pong(_text(event, "text", optional=True)).event())
        elif Transcribe.is_type(event.type):
            _check_language(event)
        elif AudioStart.is_type(event.type):
            self._session, self._seconds = None, 0.0
        elif AudioChunk.is_type(event.type):
            await self._feed_audio(chunk_of(event))
        elif AudioStop.is_type(event.type):
            await self._finish_audio()
        elif Recognize.is_type(event.type):
            await self._recognize(_text(event, "text"))
        elif Transcript.is_type(event.type):
            await self._answer(event)
        # the protocol says to ignore all other events

    async def _feed_audio(self, chunk: AudioChunk) -> None:
        self._seconds += chunk.seconds
        if self._seconds > self._limits.max_audio_seconds:
            raise BadEvent(f"more than {self._limits.max_audio_seconds:g} s of audio")
        if self._session is None:
            self._session = await self._in_worker(self._services.listen)
        session = self._session
        await self._in_worker(lambda: session.feed(chunk))

    async def _finish_audio(self) -> None:
        session, self._session, self._seconds = self._session, None, 0.0
        text = await self._in_worker(session.finish) if session else ""
        await self._write(Transcript(text, language=LANGUAGE).event())

    async def _recognize(self, text: str) -> None:
        found = await self._in_worker(lambda: self._services.understand(text))
        await self._write((NotRecognized() if found is None else _wyoming_intent(found)).event())

    async def _answer(self, event: Event) -> None:
        """Answer a user turn: the guide's reply, or the intent for Home Assistant to handle."""
        text = _text(event, "text")
        context = event.data.get("context")
        name = context.get("conversation_id") if isinstance(context, dict) else None
        dialogue = name if isinstance(name, str) and name else self._name
        back, wording = {"conversation_id": dialogue}, self._services.wording
        said: Eventable
        if self._services.guides:
            answer = await self._in_worker(lambda: self._services.guide(dialogue, text))
            known = answer is not None
            said = Handled(answer, back) if known else NotHandled(wording.not_understood, back)
        elif (intent := await self._in_worker(lambda: self._services.home_intent(text))) is None:
            said = NotRecognized(wording.not_understood, back)
        else:
            said = replace(_wyoming_intent(intent), text=wording.done, context=back)
        await self._write(said.event())

    async def _in_worker(self, task: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, task)

    async def _write(self, event: Event) -> None:
        async with asyncio.timeout(self._limits.idle_seconds):
            await async_write_event(event, self._writer)


def _wyoming_intent(found: nlu_intent.Intent) -> Intent:
    """The intent in Wyoming's format."""
    return Intent(found.name, [Entity(name, value) for name, value in sorted(found.slots.items())])


def _text(event: Event, key: str, optional: bool = False) -> str:
    value = event.data.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadEvent(f"{event.type} needs a {key} of at most {LONGEST_TEXT} characters")
    return value


def _check_language(event: Event) -> None:
    language = event.data.get("language")
    known = isinstance(language, str) and language.lower().replace("_", "-").split("-")[0]
    if language is not None and known != LANGUAGE:
        raise BadEvent(f"only Indonesian ({LANGUAGE}) is supported")


def chunk_of(event: Event) -> AudioChunk:
    """The audio chunk of an event; raises ``BadEvent`` for an unsupported format."""
    rate, width, channels = (event.data.get(key) for key in ("rate", "width", "channels"))
    if not isinstance(rate, int) or rate not in _RATES or width not in (1, 2, 4):
        raise BadEvent("audio needs a rate of 8000 to 48000 Hz and a width of 1, 2 or 4 bytes")
    if channels not in (1, 2):
        raise BadEvent("audio needs 1 or 2 channels")
    audio = event.payload or b""
    length = len(audio) // (width * channels) * width * channels
    return AudioChunk(rate, width, channels, audio[:length])
