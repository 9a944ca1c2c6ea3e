"""The guide by text: the client has microphone and voice; one user turn, one answer.

The guide cannot take the initiative here, so an answer contains everything up to the next question
or hold. Whether a hold is over is decided when the next user turn arrives.
"""

from collections import OrderedDict
from collections.abc import Callable

from assistant.apps.wyoming.text_script import TextReplies
from assistant.core.listening_state import ListeningState
from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Hold, Hush, Lasting, Listen, Note, Say
from assistant.dialogue.events import (
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    NotUnderstood,
    ProfileKept,
    Understood,
)
from assistant.dialogue.notes import (
    EpisodeEnded,
    EpisodeStarted,
    ProfileChange,
    ProfileForget,
    SeverityReported,
)
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.dialogue.user_profile import Profile
from assistant.nlu import Interpreter
from assistant.runtime.conversation_snapshot import FRESH_SECONDS

LONGEST_BREATH = 1.0
"""Seconds of ``Listen`` up to which a text dialogue does not wait."""

MOST_TALKS = 32
"""Conversations held at the same time; the least recently used is dropped first."""

_GOING_ON = ("continue", "next")
"""What the user says after a hold; it starts nothing if that was the last one."""

_HOPS = 100


class TextDialogue:
    """One conversation, which stores nothing. Times are seconds of any monotonic clock."""

    def __init__(
        self, script: Script, understander: Interpreter, wording: TextReplies, profile: Profile
    ) -> None:
        """``script`` is that of ``text_script``; ``profile`` shapes what is said."""
        self._script = script
        self._understander = understander
        self._wording = wording
        self._state = policy.initial(profile)
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
        was_running = bool(self._state.tasks)
        if self._due is not None and now - self._since >= _lasts(self._due):
            self._step(Finished(now))
        ended = was_running and not self._state.tasks
        listening = self._state.listening
        # text is always addressed to Kram, so all phrases are allowed in the idle state too
        idle = listening == ListeningState.IDLE
        state = ListeningState.ALL if idle else listening
        meaning = self._understander.interpret(text, state)
        # the microphone is the client's: there is nothing to turn off here
        if meaning.intent is None or meaning.intent.name == "deafen":
            self._step(NotUnderstood(now))
            if not self._state.tasks:
                return None
        elif not (ended and meaning.intent.name in _GOING_ON):
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
        """What becomes of a record: nothing is stored, and whoever waits for it is told so."""
        if not isinstance(act, Note):
            return []
        match act.record:
            case ProfileChange() | ProfileForget():
                return [ProfileKept(now, None)]
            case EpisodeStarted() | EpisodeEnded() | SeverityReported(quiet=True):
                return []
            case _:
                return [DiaryAnswer(now, self._wording.at_device)]

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
        answer = talk.answer(text, now)  # a conversation in which it fails is forgotten
        self._talks[name] = (talk, now)
        while len(self._talks) > MOST_TALKS:
            self._talks.popitem(last=False)
        return answer
