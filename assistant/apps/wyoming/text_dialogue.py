"""The guide by text: somebody else's microphone and voice, one remark and one answer at a time.

The guide cannot speak of itself here, so an answer holds everything up to the next question or
hold. How long a hold lasted is known by when the next remark comes.
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
"""Seconds of ``Listen`` that are not waited for in a text."""

MOST_TALKS = 32
"""Conversations remembered at the same time; the oldest is forgotten first."""

_GOING_ON = ("continue", "next")
"""What the user says after a hold; it starts nothing if that was the last one."""

_HOPS = 100


class TextDialogue:
    """One conversation, which stores nothing. Times are seconds of any steady clock."""

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
        """Where the conversation is."""
        return self._state

    def answer(self, text: str, now: float) -> str | None:
        """What the guide says to ``text``; None if it was not understood and nothing goes on."""
        self._said = []
        was_running = bool(self._state.tasks)
        if self._due is not None and now - self._since >= _lasts(self._due):
            self._step(Finished(now))
        ended = was_running and not self._state.tasks
        listening = self._state.listening
        # a text is always meant for Kram: in idle, too, everything may be said
        idle = listening == ListeningState.IDLE
        state = ListeningState.ALL if idle else listening
        meaning = self._understander.interpret(text, state)
        if meaning.intent is None:
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
        """Follow an event, and everything that then happens without a remark of the user's."""
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
                # not sooner: what the diary answers is said before it
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
        """Say ``act``; whether it has ended with that."""
        if isinstance(act, Say | Ask):
            self._said.append(act.text)
        if isinstance(act, Say) or (isinstance(act, Listen) and act.seconds <= LONGEST_BREATH):
            self._due = None
            return True
        self._due, self._since = act, now
        return False


def _lasts(act: Lasting) -> float:
    """Seconds until ``act`` ends by itself; a question waits for its answer."""
    return act.seconds if isinstance(act, Hold | Listen) else float("inf")


class TextDialogues:
    """The conversations of all clients, by the name that they give them."""

    def __init__(self, begin: Callable[[], TextDialogue]) -> None:
        self._begin = begin
        self._talks: OrderedDict[str, tuple[TextDialogue, float]] = OrderedDict()

    def answer(self, name: str, text: str, now: float) -> str | None:
        """Go on with the conversation ``name``, or begin it."""
        talk, last = self._talks.pop(name, (None, now))
        if talk is None or now - last > FRESH_SECONDS:
            talk = self._begin()
        answer = talk.answer(text, now)  # a conversation in which it fails is forgotten
        self._talks[name] = (talk, now)
        while len(self._talks) > MOST_TALKS:
            self._talks.popitem(last=False)
        return answer
