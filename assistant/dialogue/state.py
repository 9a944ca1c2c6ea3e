"""Where a conversation is: frozen, and writable as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.core.errors import InputError
from assistant.dialogue.acts import Ask, Count, Hold, Lasting, Listen, Say
from assistant.dialogue.facts import Facts

PAUSE = "pause"
"""Tag of the silence while the user has the guide wait."""

REMARK = "remark"
"""Tag of a reply in between, that belongs to no step and is given up when interrupted."""

TOLD = "told"
"""Tag of something in between that must be heard to its end, such as a warning."""

ASIDE = (REMARK, TOLD)

_ACTS: Mapping[str, type[Lasting]] = {"say": Say, "ask": Ask, "hold": Hold, "listen": Listen}


@dataclass(frozen=True)
class AgendaItem:
    """Something that takes time, due or going on."""

    act: Lasting
    question: str = ""
    """Where its question is found in the script, if it asks one."""

    attempt: int = 0
    """How often it was asked before."""

    tag: str = ""
    kind: str = ""
    """What a flag may forbid."""

    resume: str = ""
    """Said before it is taken up again after a pause."""


@dataclass(frozen=True)
class Task:
    """A guide, an answer or a short talk; the top one of the pile is going on."""

    kind: str
    """``guide``, ``answer`` or ``talk``."""

    name: str
    step: int = 0
    part: int = -1
    """Next part of the step; -1 before it is entered."""

    items: tuple[AgendaItem, ...] = ()
    """What is due; the first is going on when the task is the top one."""

    started: float = 0.0
    waited: float = 0.0
    """Seconds that the user had the guide wait."""

    counts: tuple[tuple[str, int], ...] = ()
    """Blocks of the step, visits of steps."""

    helped: str = ""
    """Step during which the user said that it is better."""

    eased: float = 0.0
    """When the user said so; 0 before."""

    noted: bool = False
    """Whether the diary knows of its end."""

    def count(self, key: str) -> int:
        """A counter's value."""
        return dict(self.counts).get(key, 0)

    def counted(self, key: str, value: int) -> "Task":
        """The same with a counter set."""
        return replace(self, counts=tuple(sorted((dict(self.counts) | {key: value}).items())))

    def shifted(self, seconds: float) -> "Task":
        """The same by a clock that shows so many seconds more."""
        eased = self.eased + seconds if self.eased else 0.0
        return replace(self, started=self.started + seconds, eased=eased)


@dataclass(frozen=True)
class State:
    """Everything that the next step depends on."""

    name: str = "idle"
    """For the log: ``idle`` or where the conversation is, as ``acute.stretch.hold``."""

    tasks: tuple[Task, ...] = ()
    now: float = 0.0
    """When the last event happened."""

    since: float = 0.0
    """When the act that is going on began."""

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
    """When ``tolong`` was last said."""

    flagged: float = -1e9
    """When a warning sign was last reported."""

    stop_asked: float = -1e9
    """When it was last asked whether to stop."""

    device_told: float = -1e9
    """When it was last said that a device is away or back."""

    reminded: int = 0
    """Reminders spoken in this pause."""

    person: str = ""
    """How to address the user, as ``Ibu Sri``."""

    tell: str = ""
    """Who is told of an emergency; nobody if empty."""

    tell_warnings: bool = False
    """Whether they are told of other warning signs too."""

    @property
    def listening(self) -> str:
        """What may be heard: ``idle`` or ``conversation``."""
        return "conversation" if self.tasks else "idle"


def to_json(state: State) -> str:
    """The state as one line of JSON."""
    data = vars(state) | {
        "tasks": [_task_out(task) for task in state.tasks],
        "facts": sorted(state.facts),
        "known": sorted(state.known),
    }
    return json.dumps(data, ensure_ascii=False)


def from_json(text: str) -> State:
    """The state that ``to_json`` wrote; raises ``InputError`` if it is no such text."""
    try:
        data = json.loads(text)
        data["tasks"] = tuple(_task_in(task) for task in data["tasks"])
        data["facts"] = frozenset((key, value) for key, value in data["facts"])
        data["known"] = frozenset((key, value) for key, value in data["known"])
        return State(**data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(
            f"the saved conversation cannot be read ({error}); delete it to begin anew"
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
