"""State of a conversation: frozen, and serialisable as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.dialogue.acts import Ask, Count, Hold, Lasting, Listen, Say
from assistant.dialogue.facts import FACT_KEYS, Facts

PAUSE = "pause"
"""Tag of the silence while the user has paused the guide."""

REMARK = "remark"
"""Tag of a reply that belongs to no step and is dropped when interrupted."""

MUST_HEAR = "told"
"""Tag of a text that belongs to no step but must be heard to its end, such as a warning."""

ASIDE = (REMARK, MUST_HEAR)

_ACTS: Mapping[str, type[Lasting]] = {"say": Say, "ask": Ask, "hold": Hold, "listen": Listen}


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
    """For the log: ``idle`` or guide, step and act, as in ``acute.stretch.hold``."""

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
        return ListeningState.CONVERSATION if self.tasks else ListeningState.IDLE


def to_json(state: State) -> str:
    """The state as one line of JSON."""
    data = vars(state) | {
        "tasks": [_task_out(task) for task in state.tasks],
        "facts": sorted(state.facts),
        "known": sorted(state.known),
    }
    if state.muted_told == State.muted_told:
        del data["muted_told"]  # version 0.1.0 does not know it
    return json.dumps(data, ensure_ascii=False)


def from_json(text: str) -> State:
    """Parse the output of ``to_json``; raises ``InputError`` if it cannot be used."""
    try:
        data = json.loads(text)
        data["tasks"] = tuple(_task_in(task) for task in data["tasks"])
        for name in ("facts", "known"):
            data[name] = frozenset((FACT_KEYS[key], value) for key, value in data[name])
        return State(**data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(
            f"the saved conversation cannot be read ({error})", "delete it to begin again"
        ) from error


def _task_out(task: Task) -> dict[str, Any]:
    return vars(task) | {"items": [vars(item) | {"act": _act_out(item.act)} for item in task.items]}


def _act_out(act: Lasting) -> dict[str, Any]:
    data = {"type": type(act).__name__.lower(), **vars(act)}
    if isinstance(act, Hold):
        data["counts"] = [vars(count) for count in act.counts]
    return data


def _task_in(data: dict[str, Any]) -> Task:
    data["items"] = tuple(_item_in(item) for item in data["items"])
    data["counts"] = tuple((key, int(value)) for key, value in data["counts"])
    return Task(**data)


def _item_in(data: dict[str, Any]) -> AgendaItem:
    fields = dict(data["act"])
    kind = fields.pop("type")
    if kind == "hold":
        fields["counts"] = tuple(Count(**count) for count in fields["counts"])
    data["act"] = _ACTS[kind](**fields)
    return AgendaItem(**data)
