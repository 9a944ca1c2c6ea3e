"""Facts that follow from others: raised flags, the position in the guide, what is forbidden."""

from collections.abc import Mapping
from functools import lru_cache

from assistant.dialogue.facts import Bookkeeping, Fact, Facts, Medical, values_of
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State

STAND = "stand"
"""Kind of the lines and steps that make the user get up, stand or walk."""

_FLAGGED: Mapping[Medical | Bookkeeping, Medical | Bookkeeping] = {
    Medical.SIGN: Medical.FLAG,
    Medical.UNSURE: Bookkeeping.UNSURE_FLAG,
    Bookkeeping.WONDERED: Bookkeeping.WONDERED_FLAG,
}
"""Facts that hold signs, and those of the flags that such signs raise."""

STANDING = "standing"
"""The situation of who stands."""


def facts_of(state: State, script: Script) -> Facts:
    """All facts of ``state``, with those derived from the signs and the position in the guide.

    Who must not stand is addressed as somebody who does not stand.
    """
    return _with_flags(state.facts, state.known, script) | _position(state, script)


@lru_cache(maxsize=256)  # asked for many times in a turn, and between turns little changes
def _with_flags(said: Facts, profile: Facts, script: Script) -> Facts:
    known = _stated(said, profile, script)
    raised: set[Fact] = {
        (derived, flag.name)
        for told, derived in _FLAGGED.items()
        for flag in script.flags
        if not flag.signs.isdisjoint(values_of(said, told)) and flag.condition.holds(known)
    }
    if STAND in forbidden_kinds(known | raised, script):
        known -= {(Medical.SITUATION, STANDING)}
    return known | raised


def forbidden_kinds(facts: Facts, script: Script) -> frozenset[str]:
    """Kinds of lines and steps that the raised flags and the cautions forbid.

    While a sign is doubted nobody gets up; where no guide waits for the answer, what the sign
    would forbid is not spoken of either.
    """
    raised = set(values_of(facts, Medical.FLAG))
    kinds = [flag.forbids for flag in script.flags if flag.name in raised]
    if doubted := set(values_of(facts, Medical.UNSURE)):
        kinds.append(frozenset({STAND}))
        if not values_of(facts, Bookkeeping.GUIDE):
            kinds += [flag.forbids for flag in script.flags if flag.signs & doubted]
    return _cautioned(facts, script).union(*kinds)


def _cautioned(facts: Facts, script: Script) -> frozenset[str]:
    return frozenset().union(*(one.forbids for one in script.cautions if one.holds(facts)))


def _stated(said: Facts, profile: Facts, script: Script) -> Facts:
    """What was said, and what the profile has that does not contradict it."""
    named = any(key == Medical.LEG for key, _ in said)
    situations = {name for key, name in said if key == Medical.SITUATION}
    groups = [group for group in script.exclusive if not group.isdisjoint(situations)]
    gone = frozenset().union(*groups) - situations
    usual = {
        (key, value)
        for key, value in profile
        if not (named and key == Medical.LEG) and not (key == Medical.SITUATION and value in gone)
    }
    return said | usual


def _position(state: State, script: Script) -> set[Fact]:
    running = next((task for task in reversed(state.tasks) if task.kind == "guide"), None)
    if running is None:
        return set()
    found: set[Fact] = {(Bookkeeping.GUIDE, running.name)}
    guide, top = script.guides.get(running.name), state.tasks[-1]
    if guide is None or top is not running or not 0 <= top.step < len(guide.steps):
        return found
    block, visit = top.count("block"), top.count(f"visit {guide.steps[top.step].id}")
    found.add((Bookkeeping.BLOCK, "first" if block <= 1 else "later"))
    found.add((Bookkeeping.BLOCK, str(max(1, block))))
    found.add((Bookkeeping.VISIT, "first" if visit <= 1 else "later"))
    return found
