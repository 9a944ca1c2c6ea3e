"""Response latency in a simulated room: from the end of a command to the first sample."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.audio.interfaces import Clip
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.room_simulation import RoomPlayer, SimulatedRoom, users_voice
from assistant.core.event_log import EventLog
from assistant.core.event_records import Record
from assistant.runtime.composition import open_components, open_listener
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions
from assistant.tts.espeak_voice import EspeakVoice

_GIVE_UP = 3.0


@dataclass(frozen=True)
class Answer:
    """Latencies in seconds from the end of the utterance, processing time included."""

    said: str
    known: float
    first: float
    """Until the first sample of an earcon or answer; a sound card adds its buffer."""

    understood: bool
    """Whether it was accepted; if not, the guide asked for confirmation."""


class _AnsweringRoom(SimulatedRoom):
    """Speaks the next command when the guide has been silent for a while; records the latency."""

    def __init__(self, player: RoomPlayer, texts: Sequence[tuple[str, Clip]]) -> None:
        super().__init__(player, None)
        self._output = player
        self._commands = [(text, users_voice(clip)) for text, clip in texts]
        self._said = ""
        self._ended: float | None = None
        self._known = self._quiet = 0.0
        self._understood = False
        self._last = time.process_time()
        self._late = 0.0
        self.answers: list[Answer] = []

    def listen(self, record: Record) -> None:
        """Handle a record of the event log."""
        if record["event"] == "heard" and self._ended is not None and not self._known:
            working = time.process_time() - self._last
            self._known = self.time - self._ended + self._late + working
            self._understood = bool(record["accepted"])

    def blocks(self):  # type: ignore[no-untyped-def]
        """Yield blocks until every command was spoken."""
        while self._commands or self._ended is not None:
            now = time.process_time()
            worked, self._last = now - self._last, now
            # a block that takes too long delays the following ones, until they catch up
            self._late = max(0.0, self._late + worked - BLOCK / RATE)
            self._follow()
            yield self.block()

    def _follow(self) -> None:
        loud = self._output.loudness > 20
        if self._ended is None:
            self._quiet = 0.0 if loud else self._quiet + BLOCK / RATE
            if self._quiet > 1.0 and self._commands:
                self._known = 0.0
                self._said, samples = self._commands.pop(0)
                self._ended = self.say(samples)
        elif self.time > self._ended and loud:
            if self._known:
                first = self.time - self._ended + self._late
                self.answers.append(Answer(self._said, self._known, first, self._understood))
            self._ended, self._quiet = None, 0.0
        elif self.time > self._ended + _GIVE_UP:
            self._ended = None


def answer_times(texts: Sequence[str], users: Sequence[tuple[str, int]]) -> list[Answer]:
    """Speak every command in the pauses of a conversation; latencies of those answered."""
    answers: list[Answer] = []
    for voice, pace in users:
        speaker = EspeakVoice(voice, words_per_minute=pace)
        said = [part for text in texts for part in ("kaki saya kram", text)]
        player = RoomPlayer()
        room = _AnsweringRoom(player, [(text, speaker.speak(text)) for text in said])
        with EventLog(None, (room.listen,)) as log:
            listener = open_listener(None)
            listener.set_echo_reference(player.reference)
            ConversationLoop(open_components(room, listener, player, log, SessionOptions())).run()
        answers += room.answers
    return answers
