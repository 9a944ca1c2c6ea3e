"""How much a sentence must be like a phrase."""

from assistant.core.listening_state import ListeningState
from assistant.nlu.concepts import NOT, Concept
from assistant.nlu.danger import RISKY, must_confirm
from assistant.nlu.similarity import Match
from assistant.nlu.vocabulary import Vocabulary

ACCEPT = {
    ListeningState.IDLE: 0.75,
    ListeningState.CONVERSATION: 0.6,
    ListeningState.ALL: 0.6,
}
"""Likeness from which a phrase is taken as said, by listening state."""

ACCEPT_DANGER = 0.45
"""The same for a sign that is named in plain words among others: nothing is lost by acting."""

_CRAMPS = frozenset({"cramp_now", "cramp_night", "sports", "pregnant"})
"""Intents that are worth as much: somebody has a cramp and says so at length."""

FOREIGN = 0.06
"""So much more is wanted of a sentence with an ordinary word that no phrase knows, or for a phrase
of one word in a longer sentence."""

_BESIDE_DANGER = 0.15
"""And so much more of something harmless in a sentence with a word of danger."""

ASK = 1.1
"""More than any likeness: a question in every case."""

CONSIDER = {
    ListeningState.IDLE: 0.65,
    ListeningState.CONVERSATION: 0.5,
    ListeningState.ALL: 0.5,
}
"""Likeness from which it is worth a question."""

CONSIDER_DANGER = 0.25
"""The same for a sentence whose danger must not be let go."""


def acceptance_threshold(
    best: Match,
    said: tuple[Concept, ...],
    alarming: frozenset[str],
    state: ListeningState,
    words: Vocabulary,
) -> float:
    """Likeness from which ``best`` is acted on without a question."""
    bar, names = ACCEPT[state], {concept.name for concept in said}
    if alarming and best.entry.phrase.intent not in RISKY:
        return bar + _BESIDE_DANGER
    if alarming and not best.entry.denied:
        whole = best.entry.concepts <= names
        if whole and state != ListeningState.IDLE and not alarming.isdisjoint(words.certain):
            return min(bar, ACCEPT_DANGER)
        return bar if whole or must_confirm(said, alarming, words) else ASK
    told = best.entry.concepts <= names and not words.body.isdisjoint(best.entry.concepts)
    if state != ListeningState.IDLE and told and best.entry.phrase.intent in _CRAMPS:
        return min(bar, ACCEPT_DANGER)
    alone = len(best.entry.concepts) == 1 < len(names)
    if state != ListeningState.IDLE and (alone or any(one.foreign for one in said)):
        return bar + FOREIGN  # something else may have been meant
    return bar


def other_body_part(names: frozenset[str], words: Vocabulary) -> bool:
    """Whether it is a cramp of the hand or the neck: not ours, unless it is a danger."""
    return (
        not names.isdisjoint(words.topics)
        and not names.isdisjoint(words.other_body_parts)
        and names.isdisjoint(words.body)
        and not any(name.startswith(NOT) for name in names)
    )
