"""The state of a conversation as JSON, for the snapshot that survives a restart."""

import json
from collections.abc import Mapping
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
from assistant.core.translation import _
from assistant.dialogue.acts import Ask, Count, Hold, Lasting, Listen, Say
from assistant.dialogue.facts import FACT_KEYS, Fact, FactKey, Facts, Medical
from assistant.dialogue.state import ASIDE, PAUSE, AgendaItem, State, Task

_ACTS: Mapping[str, type[Lasting]] = {"say": Say, "ask": Ask, "hold": Hold, "listen": Listen}

_SINCE_0_1_0 = ("recalled", "awake_until", "muted_told", "unconfirmed", "passed_over", "deaf_until")
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
