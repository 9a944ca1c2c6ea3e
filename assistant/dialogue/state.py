"""State of a conversation: frozen, and serialisable as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.core.checked_json import (
    Reader,
    build,
    many,
    members,
    number_between,
    one_of,
    pair,
    plain_text,
    whole_from,
)
from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.core.translation import _
from assistant.dialogue.acts import Ask, Count, Hold, Lasting, Listen, Say
from assistant.dialogue.facts import FACT_KEYS, Fact, FactKey, Facts, Medical

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


_SINCE_0_1_0 = ("recalled", "awake_until", "muted_told", "unconfirmed", "deaf_until")
"""Fields that version 0.1.0 does not know; written only when they say something."""


def to_json(state: State) -> str:
    """The state as one line of JSON."""
    data = vars(state) | {
        "tasks": [_task_out(task) for task in state.tasks],
        "facts": sorted(state.facts),
        "known": sorted(state.known),
        "recalled": sorted(state.recalled),
    }
    for name in _SINCE_0_1_0:
        if getattr(state, name) == getattr(State, name):
            del data[name]
    return json.dumps(data, ensure_ascii=False)


def from_json(text: str) -> State:
    """Parse the output of ``to_json``; raises ``InputError`` if it cannot be used.

    Every value is checked, so that the state can go wherever one of the policy's own can.
    """
    try:
        state = build(State, json.loads(text), _STATE)
        eased = [one.eased for one in state.tasks if one.eased]
        begun = [state.since, *(one.started for one in state.tasks), *eased]
        if max(begun) > state.now + _CLOCK_SLACK:
            raise ValueError("something began later than now")
        return state
    except (ValueError, RecursionError) as error:
        problem = _("the saved conversation cannot be read ({error})").format(error=error)
        raise InputError(problem, _("delete it to begin again")) from error


def _task_out(task: Task) -> dict[str, Any]:
    return vars(task) | {"items": [vars(item) | {"act": _act_out(item.act)} for item in task.items]}


def _act_out(act: Lasting) -> dict[str, Any]:
    data = {"type": type(act).__name__.lower(), **vars(act)}
    if isinstance(act, Hold):
        data["counts"] = [vars(count) for count in act.counts]
    return data


def _act_in(value: object) -> Lasting:
    data = dict(members(value))
    kind = one_of(*_ACTS)(data.pop("type", None))
    return build(_ACTS[kind], data, _ACT)


def _fact_in(value: object) -> Fact:
    key, told = pair(value)
    name = FACT_KEYS[one_of(*FACT_KEYS)(key)]
    return name, one_of(*_VALUES[name])(told) if name in _VALUES else plain_text(told)


def _facts_in(value: object) -> Facts:
    return frozenset(many(_fact_in)(value))


def _count_in(value: object) -> tuple[str, int]:
    key, number = pair(value)
    return plain_text(key), whole_from(0)(number)


_CLOCK_SLACK = 1.0
"""Seconds by which the times of a state may differ from rounding."""

_VALUES: Mapping[FactKey, tuple[str, ...]] = {
    Medical.LEG: ("left", "right", "both"),
    Medical.SEVERITY: ("mild", "moderate", "severe"),
    Medical.EASED: ("yes", "no"),
}
_DURATION = number_between(0.0, 3600.0)
_COUNT: Mapping[str, Reader] = {"at": _DURATION}
_ACT: Mapping[str, Reader] = {
    "pause": _DURATION,
    "wait": _DURATION,
    "seconds": _DURATION,
    "counts": many(lambda value: build(Count, value, _COUNT)),
}
_ITEM: Mapping[str, Reader] = {"act": _act_in, "tag": one_of("", PAUSE, *ASIDE)}
_TASK: Mapping[str, Reader] = {
    "kind": one_of("guide", "answer", "talk"),
    "part": whole_from(-1),
    "items": many(lambda value: build(AgendaItem, value, _ITEM)),
    "waited": number_between(0.0, 1e9),
    "counts": many(_count_in),
}
_STATE: Mapping[str, Reader] = {
    "tasks": many(lambda value: build(Task, value, _TASK)),
    "facts": _facts_in,
    "known": _facts_in,
    "recalled": _facts_in,
    "rate": number_between(0.3, 3.0),
    "volume": number_between(0.1, 4.0),
    "loud": number_between(0.1, 4.0),
}
"""How the fields are read whose type alone does not say what they may be."""
