"""The whole house in a simulated room: from the end of a command to the first sound."""

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
    """Seconds from the end of what the user said, computing included."""

    said: str
    known: float
    first: float
    """The first sample of a cue or of the answer; a sound card adds its buffer."""

    understood: bool
    """Whether it was obeyed; else it was asked about."""


class _AnsweringRoom(SimulatedRoom):
    """Says a wish whenever the guide has been silent for a while; notes when it answers."""

    def __init__(self, player: RoomPlayer, wishes: Sequence[tuple[str, Clip]]) -> None:
        super().__init__(player, None)
        self._output = player
        self._wishes = [(text, users_voice(clip)) for text, clip in wishes]
        self._said = ""
        self._ended: float | None = None
        self._known = self._quiet = 0.0
        self._understood = False
        self._last = time.process_time()
        self._late = 0.0
        self.answers: list[Answer] = []

    def listen(self, record: Record) -> None:
        """Hear of an event of the log."""
        if record["event"] == "heard" and self._ended is not None and not self._known:
            working = time.process_time() - self._last
            self._known = self.time - self._ended + self._late + working
            self._understood = bool(record["accepted"])

    def blocks(self):  # type: ignore[no-untyped-def]
        """Yield blocks until every wish was said."""
        while self._wishes or self._ended is not None:
            now = time.process_time()
            worked, self._last = now - self._last, now
            # what a block takes too long, the next ones make good
            self._late = max(0.0, self._late + worked - BLOCK / RATE)
            self._follow()
            yield self.block()

    def _follow(self) -> None:
        loud = self._output.loudness > 20
        if self._ended is None:
            self._quiet = 0.0 if loud else self._quiet + BLOCK / RATE
            if self._quiet > 1.0 and self._wishes:
                self._known = 0.0
                self._said, samples = self._wishes.pop(0)
                self._ended = self.say(samples)
        elif self.time > self._ended and loud:
            if self._known:
                first = self.time - self._ended + self._late
                self.answers.append(Answer(self._said, self._known, first, self._understood))
            self._ended, self._quiet = None, 0.0
        elif self.time > self._ended + _GIVE_UP:
            self._ended = None


def answer_times(wishes: Sequence[str], users: Sequence[tuple[str, int]]) -> list[Answer]:
    """Say every wish in the pauses of a conversation; times of those that were answered."""
    answers: list[Answer] = []
    for voice, pace in users:
        speaker = EspeakVoice(voice, words_per_minute=pace)
        said = [part for wish in wishes for part in ("kaki saya kram", wish)]
        player = RoomPlayer()
        room = _AnsweringRoom(player, [(text, speaker.speak(text)) for text in said])
        with EventLog(None, (room.listen,)) as log:
            ear = open_listener(None)
            ear.set_echo_reference(player.reference)
            ConversationLoop(open_components(room, ear, player, log, SessionOptions())).run()
        answers += room.answers
    return answers
