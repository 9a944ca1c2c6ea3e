"""What was meant, from several alternatives of what was said: probabilities summed by meaning.

A recogniser that hears free speech is rarely sure of every word. Alternatives that mean the same
count together; a danger in any of them is a reason to ask, however probable a harmless one is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.core.listening_state import ListeningState
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.guards import CANNOT_STAND
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.out_of_idle import CALL, LONGEST_CALL, HeardInIdle, is_worth_asking
from assistant.nlu.reason import REFUSALS, InterpretationReason

CALLS = frozenset({"cramp_now", "cramp_night", "sports", "pregnant", "tolong"})
"""Intents with which somebody calls the guide for help."""

LASTING = "x_duration"
"""The intent of how long it has lasted; out of nothing it is accepted only of a cramp."""


@dataclass(frozen=True)
class Alternative:
    """One of the recogniser's alternatives for an utterance."""

    words: str
    """Empty if nothing was said."""

    probability: float
    """Posterior probability, 0 to 1; those of an utterance sum to 1."""

    listed: bool = False
    """Whether it is a sentence of the phrases, word for word."""


@dataclass(frozen=True)
class MeaningThresholds:
    """Probabilities, 0 to 1, from which a meaning is acted on, or asked about."""

    accept: float
    ask: float


LISTED = MeaningThresholds(accept=0.6, ask=0.3)
"""For sentences of the phrases, word for word."""

FREE = MeaningThresholds(accept=0.75, ask=0.3)
"""For other words of the same meaning."""

CROWDED_DANGER = 0.5
"""``DANGER_ASK`` in a conversation while others talk."""

_TOLD = frozenset({"situation", "better", "better_partly"})
_ONE_WORD_IS_UNSURE = _TOLD | {"yes", "no", "severity"}
ONE_WORD = 0.85
"""Probability from which an answer or a remark of one word counts. A command of one word is more
urgent and undone with a word: it counts from ``LISTED``."""

_MANY_WORDS = 4
"""Spaces in what is told from which it is only asked about in free words."""

NEGLIGIBLE = 0.03
"""Alternatives whose probabilities sum to less than this are not interpreted."""

CLOSE = 0.85
"""Similarity, 0 to 1, of other words to a sentence from which they may be acted on."""

DANGER_ACCEPT = 0.9
"""Probability of a danger sign, and similarity, from which it is acted on without a question."""

DANGER_WORD = 0.97
"""The same for one word alone: of people who say "buka" one in seven is heard as "bengkak"."""

DANGER_ASK = 0.1
"""Probability of a danger sign from which it is asked about, whatever else may have been said."""

DENIAL = 0.85
"""Probability of a denial, in the words of a sentence, or of a "no" to a question of danger, from
which it is believed: in one that was only nearly heard the negation may not have been said."""


class SentenceInterpreter(Protocol):
    """Interprets one sentence; see ``Interpreter.interpret``."""

    def interpret(
        self, text: str, state: ListeningState, confidence: float = 1.0
    ) -> Interpretation: ...


@dataclass(frozen=True)
class Meaning:
    """The most probable meaning of an utterance, and what to do about it."""

    interpretation: Interpretation
    words: str
    """The most probable words with this meaning."""

    probability: float
    accepted: bool
    doubtful: bool
    """Not accepted, but probable or dangerous enough to ask."""

    @property
    def intent(self) -> Intent | None:
        """The intent; None if nothing was understood."""
        return self.interpretation.intent


def interpret_alternatives(
    interpreter: SentenceInterpreter,
    alternatives: Iterable[Alternative],
    state: ListeningState,
    crowded: bool = False,
    with_talk: Iterable[Alternative] = (),
) -> Meaning | None:
    """Return the meaning to act on or to ask about; None if no alternative has one.

    ``crowded``: others talk meanwhile. Then a danger in free words is asked about, not acted on.
    ``with_talk``: the alternatives with softer talk before and after, if it is not known whose it
    is. It may be the same speaker, who stressed one word: a danger in it is asked about.
    """
    meaning = _meaning_of(interpreter, alternatives, state, crowded or bool(with_talk))
    if not is_alarm(meaning):
        softer = _meaning_of(interpreter, with_talk, state, crowded=True)
        if softer is not None and is_alarm(softer):
            return replace(softer, accepted=False, doubtful=True)
    return meaning


def _meaning_of(
    interpreter: SentenceInterpreter,
    alternatives: Iterable[Alternative],
    state: ListeningState,
    crowded: bool,
) -> Meaning | None:
    needed = CALL if state == ListeningState.IDLE else 0.0
    groups = _grouped(interpreter, alternatives, state, needed)
    if not groups:
        return None
    best = max(groups, key=_mass)
    share = _mass(best)
    dangers = [group for group in groups if group[0].alarms]
    danger = sum(map(_mass, dangers))
    ask, ask_danger = LISTED.ask, CROWDED_DANGER if crowded else DANGER_ASK
    if state == ListeningState.IDLE:
        readings = (one.in_idle(group[0]) for group in groups for one in group)
        too_long = len(best[0].alternative.words.split()) > LONGEST_CALL
        if too_long or not is_worth_asking(readings, crowded):
            return _meaning(best, accepted=False, doubtful=False)
        ask = CALL
    if not best[0].alarms and danger >= ask_danger:
        return _meaning(max(dangers, key=_mass), accepted=False, doubtful=True)
    accepted = any(one.may_be_acted_on(share, state, crowded) for one in best)
    asked = danger >= ask_danger if best[0].alarms else share >= ask
    return _meaning(best, accepted, not accepted and asked)


@dataclass(frozen=True)
class _Reading:
    found: Interpretation
    intent: Intent
    alternative: Alternative

    @property
    def alarms(self) -> bool:
        return _alarms(self.intent)

    @property
    def calls(self) -> bool:
        """Whether somebody calls, also with a cramp "for half an hour" or beside a danger."""
        name, slots = self.intent.name, self.intent.slots
        with_a_cramp = slots.get("cramp") == "yes"
        return name in CALLS or with_a_cramp or (name == LASTING and self.found.accepted)

    def in_idle(self, first: "_Reading") -> HeardInIdle:
        """This reading of the meaning that ``first`` speaks for."""
        said = self.alternative
        return HeardInIdle(said.words, said.probability, first.calls, first.alarms)

    @property
    def denies(self) -> bool:
        return self.intent.slots.get("negated") == "yes"

    def may_be_acted_on(self, share: float, state: ListeningState, crowded: bool) -> bool:
        """Whether this reading suffices, if its meaning has the probability ``share``."""
        said = self.alternative
        if not self.found.accepted or state == ListeningState.IDLE:
            return False
        if self.denies:
            return said.listed and share >= DENIAL
        if self.alarms and " " not in said.words and share < DANGER_WORD:
            return False
        if self.alarms and (crowded or not said.listed):
            sure = said.listed or not crowded
            return sure and min(share, self.found.score) >= DANGER_ACCEPT
        if " " not in said.words:
            unsure = self.intent.name in _ONE_WORD_IS_UNSURE
            return said.listed and share >= (ONE_WORD if unsure else LISTED.accept)
        if not said.listed and (self.found.score < CLOSE or self._may_hide_a_danger()):
            return False
        return share >= (LISTED if said.listed else FREE).accept

    def _may_hide_a_danger(self) -> bool:
        """Whether it may have been said in words that were not understood.

        Commands are short; how somebody is, is told in many words, and not only harmless ones.
        """
        if CANNOT_STAND in self.intent.slots.get("situation", ""):
            return True
        return self.intent.name in _TOLD and self.alternative.words.count(" ") >= _MANY_WORDS


def _alarms(intent: Intent) -> bool:
    return intent.name in DANGER_INTENTS and intent.slots.get("negated") != "yes"


def is_alarm(meaning: Meaning | None) -> bool:
    """Whether a danger is acted on or asked about."""
    if meaning is None or meaning.intent is None or not (meaning.accepted or meaning.doubtful):
        return False
    return _alarms(meaning.intent)


def _grouped(
    interpreter: SentenceInterpreter,
    alternatives: Iterable[Alternative],
    state: ListeningState,
    needed: float,
) -> list[list[_Reading]]:
    """Group the readings by meaning, most probable first.

    Ends early when what is left is negligible, or all meanings together cannot reach the
    probability ``needed``.
    """
    groups: dict[tuple[str, ...], list[_Reading]] = {}
    left, meant = 1.0, 0.0
    for one in sorted(alternatives, key=lambda one: -one.probability):
        if left < NEGLIGIBLE or meant + left < needed:
            break
        left -= one.probability
        if not one.words:
            continue
        found = interpreter.interpret(one.words, state)
        if found.intent is not None and found.reason not in REFUSALS:
            meant += one.probability
            reading = _Reading(found, found.intent, one)
            groups.setdefault(_key(reading), []).append(reading)
    return list(groups.values())


def _key(reading: _Reading) -> tuple[str, ...]:
    """What must agree for two readings to mean the same.

    Of a guide's remark, what decides about the answer; of somebody's own command, everything.
    """
    slots = reading.intent.slots
    if reading.found.reason == InterpretationReason.VERBATIM:
        return (reading.intent.name, *(part for pair in sorted(slots.items()) for part in pair))
    parts = (slots.get(name, "") for name in ("negated", "leg", "topic", "sign"))
    return (reading.intent.name, *parts)


def _mass(group: Iterable[_Reading]) -> float:
    return sum(one.alternative.probability for one in group)


def _meaning(group: list[_Reading], accepted: bool, doubtful: bool) -> Meaning:
    """``group`` is sorted by descending probability; an accepted reading speaks for it."""
    first = next((one for one in group if one.found.accepted), group[0])
    share, slots = _mass(group), dict(first.intent.slots)
    if first.denies and not accepted:
        slots["negated"] = "unsure"
    intent = replace(first.intent, slots=slots, confidence=share)
    found = replace(first.found, intent=intent, accepted=accepted)
    return Meaning(found, first.alternative.words, share, accepted, doubtful)
