"""State of a conversation: frozen; ``state_json`` writes and reads it as JSON."""

from dataclasses import dataclass, replace

from assistant.core.listening_state import ListeningState
from assistant.dialogue.acts import Lasting
from assistant.dialogue.facts import Facts

PAUSE = "pause"
"""Tag of the silence while the user has paused the guide."""

REMARK = "remark"
"""Tag of a reply that belongs to no step and is dropped when interrupted."""

MUST_HEAR = "told"
"""Tag of a text that belongs to no step but must be heard to its end, such as a warning."""

ASIDE = (REMARK, MUST_HEAR)


@dataclass(frozen=True)
class AgendaItem:
    """An act that takes time, queued or in progress."""

    act: Lasting
    question: str = ""
    """Reference to its question in the script (see ``questions.find``); empty if it asks none."""

    attempt: int = 0
    """How often the question was asked before."""

    tag: str = ""
    """``PAUSE``, ``REMARK`` or ``MUST_HEAR``; empty for the guide or the answer itself."""

    kind: str = ""
    """Kind of line, which a flag may forbid."""

    resume: str = ""
    """Said before the rest of it after an interruption."""


@dataclass(frozen=True)
class Task:
    """A guide, an answer or a short talk; the top task of the stack is active."""

    kind: str
    """``guide``, ``answer`` or ``talk``."""

    name: str
    step: int = 0
    part: int = -1
    """Next part of the step; -1 before it is entered."""

    items: tuple[AgendaItem, ...] = ()
    """Queue of items; the first is in progress if the task is the top one."""

    started: float = 0.0
    waited: float = 0.0
    """Seconds spent in pauses."""

    counts: tuple[tuple[str, int], ...] = ()
    """Counters: blocks of the step, visits of each step, uses of the limit."""

    helped: str = ""
    """Id of the step during which the cramp eased."""

    eased: float = 0.0
    """Time at which it eased; 0 before."""

    noted: bool = False
    """True once its end was reported to the diary."""

    def count(self, key: str) -> int:
        """Value of a counter; 0 if it was never set."""
        return dict(self.counts).get(key, 0)

    def counted(self, key: str, value: int) -> "Task":
        """A copy with a counter set."""
        return replace(self, counts=tuple(sorted((dict(self.counts) | {key: value}).items())))

    def shifted(self, seconds: float) -> "Task":
        """A copy whose times are shifted by ``seconds``, for a new clock."""
        eased = self.eased + seconds if self.eased else 0.0
        return replace(self, started=self.started + seconds, eased=eased)


@dataclass(frozen=True)
class State:
    """Everything that the policy depends on besides the event and the script."""

    name: str = "idle"
    """For the log: ``idle``, ``deaf`` or guide, step and act, as in ``acute.stretch.hold``."""

    tasks: tuple[Task, ...] = ()
    now: float = 0.0
    """Time of the last event."""

    since: float = 0.0
    """Start time of the act in progress."""

    facts: Facts = frozenset()
    known: Facts = frozenset()
    """Facts of the profile: they outlive a conversation."""

    last_said: str = ""
    last_kind: str = ""
    rate: float = 1.0
    volume: float = 1.0
    loud: float = 1.0
    """Factor on the volume, above 1 in an emergency."""

    misheard: int = 0
    passed_over: int = 0
    """Remarks by which the open question, of danger or of a reply, was not answered."""

    unconfirmed: int = 0
    """Questions asked while only a doubt has opened the conversation."""
    called: float = -1e9
    """Time of the last ``tolong``."""

    flagged: float = -1e9
    """Time at which a warning sign was last reported."""

    stop_asked: float = -1e9
    """Time at which the guide last asked whether to stop."""

    device_told: float = -1e9
    """Time at which a lost or recovered device was last announced."""

    muted_told: float = -1e9
    """Time at which a muted microphone was last announced."""

    awake_until: float = -1e9
    """After a cramp: until then "masih sakit" and "kram" alone begin its guide again."""

    deaf_until: float = -1e9
    """Until then nothing is heard, as the user has asked."""

    recalled: Facts = frozenset()
    """What was known of the user in that cramp."""

    reminded: int = 0
    """Reminders spoken in this pause."""

    person: str = ""
    """How to address the user, as in ``Ibu Sri``."""

    tell: str = ""
    """Name of the recipient who is notified of an emergency; empty if there is none."""

    tell_warnings: bool = False
    """True if the recipient is notified of other warning signs too."""

    @property
    def listening(self) -> ListeningState:
        """What may be heard: ``IDLE`` or ``CONVERSATION``."""
        return ListeningState.CONVERSATION if self.tasks or self.awake else ListeningState.IDLE

    @property
    def awake(self) -> bool:
        """True for some minutes after a cramp."""
        return not self.tasks and self.now < self.awake_until
