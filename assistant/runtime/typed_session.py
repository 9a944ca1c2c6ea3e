"""A conversation by typing: lines of text in the microphone's place, through the same loop."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import closing
from dataclasses import replace

import numpy as np

from assistant.asr.listener_events import ListenerEvent, SpeechStarted, Utterance
from assistant.asr.recognizer_interface import NO_EXPECTATION
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples, SteadySource
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog
from assistant.core.event_records import Record
from assistant.core.listening_state import ListeningState
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.notify.messages import Recipient
from assistant.runtime.session import check_files, stopped_by_signals
from assistant.runtime.session_options import SessionOptions

_PAUSE = 2.5
"""Seconds without a word of the guide's after which the next line of a file is its turn."""

_LONGEST_SKIP = 60.0
"""Seconds of audio time that an empty line passes over at most."""

_LONGEST_END = 1200.0
"""Seconds of audio time for which the guide goes on after the last line of a file."""

_IDLE = "idle"


class TypedLines(SteadySource):
    """An ``AudioSource`` of silence whose utterances are typed.

    At a terminal (``live``) time is real, an empty line passes over it up to the next sentence,
    and the end of the input ends the conversation. Lines of a file or pipe are taken as fast as
    possible, each when the guide has paused; after the last one the guide goes on to its end.
    """

    def __init__(self, lines: Iterable[str], live: bool) -> None:
        self.on_empty: Callable[[], None] = lambda: None
        """Called for an empty line typed at a terminal."""

        self._live = live
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._closed = threading.Event()
        self._time = self._spoke = self._skip_until = 0.0
        self._end: float | None = None
        self._speaking = False
        self._state = _IDLE
        self._reader = threading.Thread(target=self._read, args=(lines,), daemon=True)

    def listen(self, record: Record) -> None:
        """Handle a record of the event log."""
        if record["event"] in ("say_start", "say_end"):
            self._speaking = record["event"] == "say_start"
            self._spoke = self._time
        elif record["event"] == "state":
            self._state = record["name"]
        if record["event"] in ("say_start", "state"):
            self._skip_until = 0.0

    def take(self) -> str:
        """The line that is said now; empty if there is none."""
        if self._end is not None or not (self._live or self._paused):
            return ""
        try:
            line = self._lines.get(block=not self._live)
        except queue.Empty:
            return ""
        if line is None:
            self._end = self._time
            return ""
        self._spoke = self._time
        if self._live and not line.strip():
            self._skip_until = self._time + _LONGEST_SKIP
            self.on_empty()
        return line.strip()

    def blocks(self) -> Iterator[Samples]:
        """Yield silence: int16, shape (BLOCK,), 16 kHz."""
        self._reader.start()
        due = time.monotonic()
        while not (self._closed.is_set() or self._over()):
            self._time += BLOCK_SECONDS
            yield np.zeros(BLOCK, dtype=np.int16)
            if not self._live or self._time < self._skip_until:
                due = time.monotonic()
                continue
            due = max(due + BLOCK_SECONDS, time.monotonic() - 1.0)
            self._closed.wait(max(0.0, due - time.monotonic()))

    def interrupt(self) -> None:
        """End the blocks."""
        self._closed.set()
        self._lines.put(None)

    def close(self) -> None:
        """End the blocks."""
        self.interrupt()

    @property
    def _paused(self) -> bool:
        return not self._speaking and self._time - self._spoke >= _PAUSE

    def _over(self) -> bool:
        if self._end is None:
            return False
        ended = self._paused and self._state == _IDLE
        return self._live or ended or self._time - self._end > _LONGEST_END

    def _read(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._lines.put(line)
        self._lines.put(None)


class TypedListener:
    """A ``Listener`` that hears each typed line as if it had been said clearly."""

    def __init__(self, typed: TypedLines) -> None:
        self._typed = typed
        self._time = 0.0

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """See ``Listener``; only the length of ``block`` matters."""
        begun = self._time
        self._time += len(block) / RATE
        line = self._typed.take()
        if not line:
            return []
        return [SpeechStarted(begun), Utterance(line, 1.0, True, begun, self._time)]

    def set_grammar(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Ignored: any line may be typed; what it means depends on the state all the same."""

    def on_prompt(self, text: str) -> None:
        """Ignored: it never picks up the guide's speech."""

    def addressed(self, heard: Utterance) -> None:
        """Ignored: nobody else talks."""

    def flush(self) -> list[ListenerEvent]:
        """Nothing is ever pending."""
        return []


def run_typed_session(options: SessionOptions, lines: Iterable[str], live: bool) -> None:
    """Talk with whoever types ``lines`` until they end; nothing is stored and nobody is told.

    The sound goes to ``options.output``, if there is one. Raises as ``run_session`` does.
    """
    options = replace(options, config=replace(options.config, tell=Recipient()))
    typed = TypedLines(lines, live)
    subscribers = (typed.listen, *options.subscribers)
    with (
        EventLog(options.events, subscribers) as log,
        closing(WavPlayer(options.output)) as player,
        closing(typed),
    ):
        components = open_components(typed, TypedListener(typed), player, log, options)
        loop = ConversationLoop(components)
        typed.on_empty = loop.ear.press_key
        with stopped_by_signals(loop, typed):
            loop.run()
    check_files(options, components)
