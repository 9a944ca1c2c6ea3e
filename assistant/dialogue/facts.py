"""Facts of a conversation, as a set of (key, value) pairs, and conditions over them.

All keys are listed here. Scripts name them as text; ``FACT_KEYS`` is what they may name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Medical(StrEnum):
    """What is known about the user and the cramp; it decides which advice is given."""

    LEG = "leg"
    """``left``, ``right`` or ``both``."""

    SITUATION = "situation"
    """A circumstance or condition: ``night``, ``pregnant``, ``kidney`` … (several)."""

    SEVERITY = "severity"
    """``mild``, ``moderate`` or ``severe``."""

    EASED = "eased"
    """``yes`` once the cramp has eased, ``no`` if it is back."""

    SIGN = "sign"
    """A warning sign that the user has reported (several)."""

    DENIED = "denied"
    """A warning sign that the user says is absent (several)."""

    UNSURE = "unsure"
    """A warning sign that was mentioned and must still be asked about (several)."""

    FLAG = "flag"
    """A raised flag, derived from the signs (several)."""


class Bookkeeping(StrEnum):
    """What the dialogue remembers about the course of the conversation."""

    HEARD = "heard"
    """The sign reported last; fills ``{sign}``."""

    WONDERED = "wondered"
    """The sign that is being asked about; fills ``{unsure}``."""

    UNSURE_FLAG = "unsure_flag"
    """A flag that a sign would raise which must still be asked about; derived (several)."""

    WONDERED_FLAG = "wondered_flag"
    """A flag that the sign would raise which is being asked about; derived (several)."""

    DENIED_AGAIN = "denied_again"
    """A sign that was asked about by its name, and denied, more than once (several)."""

    UNANSWERED = "unanswered"
    """A doubted sign about which nobody answered, and what to do was said (several)."""

    HALF_YES = "half_yes"
    """The question of danger to which a yes was heard badly; see ``questions.danger_asked``."""

    HALF_ANSWER = "half_answer"
    """The harmless question that was answered badly, and the answer; ``questions.answer_key``."""

    UNCLEAR = "unclear"
    """``yes`` if a long call was only half understood; ``told`` if there is something else."""

    CRAMPS = "cramps"
    """``yes`` if a cramp was told along with a sign that is being asked about."""

    CHECKED = "checked"
    """``yes`` once the script has asked about the warning signs."""

    ALARMED = "alarmed"
    """``yes`` after a false alarm."""

    LONG_TOLD = "long_told"
    """``yes`` if so many minutes were told that the cramp has lasted too long."""

    LOUD = "loud"
    """``yes`` after a cry for help that was repeated or confirmed: the guide begins loudly."""

    MESSAGE = "message"
    """A message that was sent to the recipient: ``emergency`` or ``warning``."""

    AWAY = "away"
    """A device whose loss was announced."""

    TOLD = "told"
    """What the user said last about themselves and may want stored (several)."""

    KEPT = "kept"
    """What the stored profile holds (several)."""

    PROFILING = "profiling"
    """``yes`` while the user answers questions for the profile."""

    GETTING_UP = "getting_up"
    """``yes`` once the user has said that they want to get up: silence is not enough."""

    HELD = "held"
    """``yes`` once a swimmer has said that they hold on to something."""

    LEAVING = "leaving"
    """``yes`` once the user has taken leave: the guide ends without getting up."""

    COMFORTED = "comforted"
    """``yes`` after every second comfort, so that two in a row differ."""

    DEAF_FOR = "deaf_for"
    """Minutes for which the user does not want to be heard; fills ``{span}``."""

    GUIDE = "guide"
    """The running guide, derived."""

    BLOCK = "block"
    """``first`` or ``later`` block of the current step, and its number; derived."""

    VISIT = "visit"
    """``first`` or ``later`` visit of the current step, derived."""


FactKey = Medical | Bookkeeping
FACT_KEYS: Mapping[str, FactKey] = {
    **{key.value: key for key in Medical},
    **{key.value: key for key in Bookkeeping},
}
"""Every key by its name in scripts and in JSON."""

Fact = tuple[FactKey, str]
Facts = frozenset[Fact]

Wanted = tuple[tuple[FactKey, frozenset[str]], ...]
"""Keys with the values that satisfy each."""


@dataclass(frozen=True)
class Condition:
    """``when``: each key must have one of its values; ``unless``: none of the values may hold."""

    when: Wanted = ()
    unless: Wanted = ()

    def holds(self, facts: Facts) -> bool:
        """True if ``facts`` meet the condition."""
        return all(_any(key, values, facts) for key, values in self.when) and not any(
            _any(key, values, facts) for key, values in self.unless
        )


ALWAYS = Condition()


def _any(key: FactKey, values: frozenset[str], facts: Facts) -> bool:
    return any((key, value) in facts for value in values)


def values_of(facts: Facts, key: FactKey) -> tuple[str, ...]:
    """All values of ``key``, sorted."""
    return tuple(sorted(value for name, value in facts if name == key))


def value_of(facts: Facts, key: FactKey, default: str = "") -> str:
    """The first value of ``key``, or ``default``."""
    return next(iter(values_of(facts, key)), default)


def with_fact(
    facts: Facts, key: FactKey, value: str, rivals: frozenset[str] | None = None
) -> Facts:
    """Add a fact and drop its ``rivals``, the values it excludes (None: all others of the key)."""
    rest = {
        (name, other)
        for name, other in facts
        if name != key or (rivals is not None and other not in rivals)
    }
    return frozenset(rest | {(key, value)})


def without(facts: Facts, *keys: FactKey) -> Facts:
    """The facts that are stored under other keys."""
    return frozenset(fact for fact in facts if fact[0] not in keys)
