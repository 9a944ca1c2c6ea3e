"""The guide by text: the client has microphone and voice; one user turn, one answer.

The guide cannot take the initiative here, so an answer contains everything up to the next question
or hold. Whether a hold is over is decided when the next user turn arrives.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.core.listening_state import ListeningState
from assistant.core.yaml_reader import read_yaml
from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Hold, Hush, Lasting, Listen, Note, Say
from assistant.dialogue.events import (
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    NotUnderstood,
    Understood,
)
from assistant.dialogue.notes import ProfileRecord
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.nlu import Interpreter
from assistant.runtime.conversation_snapshot import FRESH_SECONDS
from assistant.runtime.diary.store import Diary
from assistant.runtime.profile_store import ProfileStore

LONGEST_BREATH = 1.0
"""Seconds of ``Listen`` up to which a text dialogue does not wait."""

MOST_TALKS = 32
"""Conversations held at the same time; the least recently used is dropped first."""

_HOPS = 100


@dataclass(frozen=True)
class TextReplies:
    """Texts that only the text dialogue uses."""

    go_on: str
    """Appended to a hold or wait, which is not counted aloud here."""

    not_understood: str

    done: str
    """Sent with an intent for Home Assistant to handle."""


def load_text_replies(phrases: Path) -> TextReplies:
    """Read ``by_text.yaml`` of the project's phrases; raises ``InputError`` with file and line."""
    fields = read_yaml(phrases / "by_text.yaml").fields("", "go_on not_understood done")
    return TextReplies(**{name: node.text() for name, node in fields.items()})


class TextDialogue:
    """One conversation. Times are seconds of any monotonic clock."""

    def __init__(
        self,
        script: Script,
        understander: Interpreter,
        diary: Diary,
        wording: TextReplies,
        profiles: ProfileStore,
    ) -> None:
        self._script = script
        self._understander = understander
        self._diary = diary
        self._wording = wording
        self._profiles = profiles
        self._state = policy.initial(profiles.profile)
        self._due: Lasting | None = None
        self._since = 0.0
        self._said: list[str] = []

    @property
    def state(self) -> State:
        """The dialogue state."""
        return self._state

    def answer(self, text: str, now: float) -> str | None:
        """The guide's answer to ``text``; None if it was not understood and no task is active."""
        self._said = []
        if self._due is not None and now - self._since >= _lasts(self._due):
            self._step(Finished(now))
        listening = self._state.listening
        # text is always addressed to Kram, so all phrases are allowed in the idle state too
        idle = listening == ListeningState.IDLE
        state = ListeningState.ALL if idle else listening
        meaning = self._understander.interpret(text, state)
        if meaning.intent is None:
            self._step(NotUnderstood(now))
            if not self._state.tasks:
                return None
        else:
            kind = Understood if meaning.accepted else Doubtful
            self._step(kind(now, meaning.intent))
        if isinstance(self._due, Hold | Listen):
            self._said.append(self._wording.go_on)
        return " ".join(self._said) or self._wording.not_understood

    def _step(self, event: Event) -> None:
        """Handle an event, and all that follows from it without another user turn."""
        now = event.at
        waiting: list[Event] = [event]
        begun: Lasting | None = None
        for _ in range(_HOPS):
            if waiting:
                self._state, acts = policy.step(self._state, waiting.pop(0), self._script)
                for act in acts:
                    if isinstance(act, Lasting):
                        begun = act
                    elif isinstance(act, Hush):
                        begun = self._due = None
                    waiting += self._answers(act, now)
            elif begun is None:
                return
            else:
                # only now, so that the diary's answer comes before it
                act, begun = begun, None
                if self._passes(act, now):
                    waiting.append(Finished(now))

    def _answers(self, act: Act, now: float) -> list[Event]:
        if not isinstance(act, Note):
            return []
        if isinstance(act.record, ProfileRecord):
            return [self._profiles.answer(act.record, now)]
        answer = self._diary.take(act.record)
        return [] if answer is None else [DiaryAnswer(now, answer)]

    def _passes(self, act: Lasting, now: float) -> bool:
        """Add the text of ``act``; returns True if the act is finished at once."""
        if isinstance(act, Say | Ask):
            self._said.append(act.text)
        if isinstance(act, Say) or (isinstance(act, Listen) and act.seconds <= LONGEST_BREATH):
            self._due = None
            return True
        self._due, self._since = act, now
        return False


def _lasts(act: Lasting) -> float:
    """Seconds until ``act`` ends by itself; infinite for a question."""
    return act.seconds if isinstance(act, Hold | Listen) else float("inf")


class TextDialogues:
    """The conversations of all clients, by conversation id."""

    def __init__(self, begin: Callable[[], TextDialogue]) -> None:
        self._begin = begin
        self._talks: OrderedDict[str, tuple[TextDialogue, float]] = OrderedDict()

    def answer(self, name: str, text: str, now: float) -> str | None:
        """Continue the conversation ``name``, or start it."""
        talk, last = self._talks.pop(name, (None, now))
        if talk is None or now - last > FRESH_SECONDS:
            talk = self._begin()
        self._talks[name] = (talk, now)
        while len(self._talks) > MOST_TALKS:
            self._talks.popitem(last=False)
        return talk.answer(text, now)
