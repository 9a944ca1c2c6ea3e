"""What was meant, from several alternatives of what was said: probabilities summed by meaning.

A recogniser that hears free speech is rarely sure of every word. Alternatives that mean the same
count together; a danger in any of them is a reason to ask, however probable a harmless one is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.core.listening_state import ListeningState
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent, Interpretation


@dataclass(frozen=True)
class Alternative:
    """One of the recogniser's alternatives for an utterance."""

    words: str
    """Empty if nothing was said."""

    probability: float
    """Posterior probability, 0 to 1; those of an utterance sum to 1."""


@dataclass(frozen=True)
class MeaningThresholds:
    """Probabilities, 0 to 1, from which a meaning is acted on, or asked about."""

    accept: float
    ask: float


ACCEPTANCE: Mapping[ListeningState, MeaningThresholds] = {
    ListeningState.IDLE: MeaningThresholds(accept=0.9, ask=0.5),
    ListeningState.CONVERSATION: MeaningThresholds(accept=0.6, ask=0.3),
    ListeningState.BARGE_IN: MeaningThresholds(accept=0.6, ask=0.3),
    ListeningState.ALL: MeaningThresholds(accept=0.6, ask=0.3),
}

DANGER_ASK = 0.1
"""Probability of a danger sign from which it is asked about, whatever else may have been said."""

DENIAL = 0.85
"""Probability of a denial from which it is believed; below, the sign is asked about."""


class SentenceInterpreter(Protocol):
    """Interprets one sentence; see ``Interpreter.interpret``."""

    def interpret(
        self, text: str, state: ListeningState, confidence: float = 1.0
    ) -> Interpretation: ...


@dataclass(frozen=True)
class Meaning:
    """The most probable meaning of an utterance."""

    interpretation: Interpretation
    words: str
    """The most probable words with this meaning."""

    probability: float
    accepted: bool
    doubtful: bool
    """Not accepted, but probable or dangerous enough to ask."""


def interpret_alternatives(
    interpreter: SentenceInterpreter, alternatives: Iterable[Alternative], state: ListeningState
) -> Meaning | None:
    """Return the meaning to act on or to ask about; None if no alternative has one."""
    groups: dict[tuple[str, ...], list[_Reading]] = {}
    for one in sorted(alternatives, key=lambda one: -one.probability):
        if one.words:
            found = interpreter.interpret(one.words, state)
            if found.intent is not None:
                reading = _Reading(found, found.intent, one)
                groups.setdefault(_key(found.intent), []).append(reading)
    if not groups:
        return None
    thresholds = ACCEPTANCE[state]
    best = max(groups.values(), key=_mass)
    dangers = [group for group in groups.values() if group[0].alarms]
    danger = sum(map(_mass, dangers))
    if not best[0].alarms and danger >= DANGER_ASK:
        best = max(dangers, key=_mass)
        return _meaning(best, _mass(best), accepted=False, doubtful=True)
    share, accept = _mass(best), thresholds.accept
    if best[0].intent.slots.get("negated") == "yes":
        accept = max(accept, DENIAL)
    accepted = share >= accept and any(one.found.accepted for one in best)
    return _meaning(best, share, accepted, not accepted and share >= thresholds.ask)


@dataclass(frozen=True)
class _Reading:
    found: Interpretation
    intent: Intent
    alternative: Alternative

    @property
    def alarms(self) -> bool:
        return self.intent.name in DANGER_INTENTS and self.intent.slots.get("negated") != "yes"


def _key(intent: Intent) -> tuple[str, ...]:
    """What must agree for two readings to mean the same."""
    slots = intent.slots
    return (intent.name, *(slots.get(name, "") for name in ("negated", "leg", "topic", "sign")))


def _mass(group: Iterable[_Reading]) -> float:
    return sum(one.alternative.probability for one in group)


def _meaning(group: list[_Reading], share: float, accepted: bool, doubtful: bool) -> Meaning:
    """``group`` is sorted by descending probability; an accepted reading speaks for it."""
    first = next((one for one in group if one.found.accepted), group[0])
    found = replace(first.found, intent=replace(first.intent, confidence=share), accepted=accepted)
    return Meaning(found, first.alternative.words, share, accepted, doubtful)
