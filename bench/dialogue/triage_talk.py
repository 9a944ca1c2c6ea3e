"""A conversation as text in virtual time: the real interpreter and the real dialogue policy.

Acts take as long as they would be spoken. Nothing is synthesised, decoded or stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Hush, Lasting, Listen, Note, Say
from assistant.dialogue.events import (
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    NotUnderstood,
    ProfileKept,
    Started,
    Tick,
    Understood,
)
from assistant.dialogue.handlers import questions
from assistant.dialogue.notes import ProfileChange, ProfileForget
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.timing import seconds_undisturbed
from assistant.nlu import Interpretation, Interpreter
from assistant.nlu.templates import load_phrases
from assistant.runtime.diary.store import open_diary
from assistant.runtime.diary.texts import load_diary_texts

CHARACTERS_PER_SECOND = 12.0

Interpret = Callable[[str, ListeningState, frozenset[str]], Interpretation]
"""What is made of a text in a listening state, while a question with these answers is open."""


@dataclass
class Line:
    """Something that was said or done, by either side."""

    at: float
    """Seconds since the start."""
    user: bool
    text: str
    """Empty for a hold of the guide."""
    share: float = 1.0
    """Of the text, what was spoken before somebody cut it short."""
    note: str = ""
    """What the guide took it for; for the transcript."""

    @property
    def heard(self) -> str:
        """The part of the text that was spoken."""
        return self.text[: int(len(self.text) * self.share)]


class Talk:
    """The guide's side of a conversation, and a record of both sides."""

    SCRIPT = load_script(OWN_PHRASES)

    def __init__(self, interpret: Interpret) -> None:
        self._interpret = interpret
        self._state = policy.initial(None)
        self._diary = open_diary(None, load_diary_texts(OWN_PHRASES))
        self._begun = 0.0
        self.now = 0.0
        self.running: Lasting | None = None
        self.lines: list[Line] = []
        self._send(Started(0.0))

    def say(self, text: str) -> bool:
        """The user says ``text``; returns False if the guide makes nothing of it."""
        listening = self._state.listening
        answers = questions.answers(self._state, self.SCRIPT)
        found = self._interpret(text, listening, answers)
        line = Line(self.now, True, text)
        self.lines.append(line)
        if found.intent is not None:
            line.note = f"{found.intent.name} {dict(found.intent.slots)}"
            line.note += "" if found.accepted else " (doubtful)"
            kind = Understood if found.accepted else Doubtful
            self._send(kind(self.now, found.intent))
        elif listening != ListeningState.IDLE:
            self._send(NotUnderstood(self.now))
        return found.intent is not None

    def wait(self, seconds: float) -> None:
        """Let up to ``seconds`` go by, or less if the act in progress ends before."""
        ends = (
            self._begun + seconds_undisturbed(self.running, CHARACTERS_PER_SECOND)
            if self.running
            else float("inf")
        )
        self.now = min(self.now + seconds, ends)
        self._send(Tick(self.now))
        if self.running is not None and self.now >= ends:
            self.running = None
            self._send(Finished(self.now))

    def wait_for_end(self) -> None:
        """Let the act in progress come to its end."""
        if self.running is not None:
            self.wait(
                self._begun + seconds_undisturbed(self.running, CHARACTERS_PER_SECOND) - self.now
            )

    @property
    def asked(self) -> str:
        """The question in progress; empty if there is none."""
        return self.running.text if isinstance(self.running, Ask) else ""

    def _send(self, event: Event) -> None:
        self._state, acts = policy.step(self._state, event, self.SCRIPT)
        for act in acts:
            self._take(act)

    def _take(self, act: Act) -> None:
        if isinstance(act, Lasting | Hush) and self.running is not None:
            self._cut()
        if isinstance(act, Lasting):
            self.running, self._begun = act, self.now
            if not isinstance(act, Listen):
                text = act.text if isinstance(act, Say | Ask) else ""
                self.lines.append(Line(self.now, False, text))
        elif isinstance(act, Note):
            if isinstance(act.record, ProfileChange | ProfileForget):
                self._send(ProfileKept(self.now, None))
            elif (answer := self._diary.take(act.record)) is not None:
                self._send(DiaryAnswer(self.now, answer))

    def _cut(self) -> None:
        """What was being said ends here."""
        if isinstance(self.running, Say | Ask):
            spoken = (self.now - self._begun) * CHARACTERS_PER_SECOND
            mine = next(line for line in reversed(self.lines) if not line.user)
            mine.share = min(1.0, spoken / max(1, len(self.running.text)))
        self.running = None


def open_interpreter() -> Interpret:
    """The project's own interpreter; remembers sentences, which come again and again."""
    interpreter = Interpreter(load_phrases(OWN_PHRASES))
    interpret = lru_cache(maxsize=None)(interpreter.interpret)
    return lambda text, listening, answers: interpret(text, listening)
