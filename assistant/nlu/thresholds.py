"""Acceptance thresholds of the NLU, by listening state and risk."""

from assistant.core.listening_state import ListeningState
from assistant.nlu.concept import DONT, NOT, Concept
from assistant.nlu.danger import DANGER_INTENTS, must_confirm
from assistant.nlu.similarity import Match
from assistant.nlu.vocabulary import Vocabulary

ACCEPT = {
    ListeningState.IDLE: 0.75,
    ListeningState.CONVERSATION: 0.6,
    ListeningState.ALL: 0.6,
}
"""Score from which a phrase is accepted without a question, by listening state."""

ACCEPT_DANGER = 0.45
"""The same for a sign or cramp whose phrase is fully contained: acting on it does no harm."""

_THIS = "ini"
_TALKED_ABOUT = frozenset({"kalau", "catat", "catatan", "ingat", "lupa"})

CRAMP_INTENTS = frozenset({"cramp_now", "cramp_night", "sports", "pregnant"})
"""Intents of a cramp; the lower threshold applies as to danger, for long sentences."""

OUT_OF_DOMAIN_MARGIN = 0.06
"""Margin for a sentence with an out-of-domain word, or a one-concept phrase in a longer one."""

_DANGER_MARGIN = 0.15
"""Margin for a harmless intent in a sentence with a danger word."""

ACCEPT_ALL_CLEAR = 0.7
"""Least score of "a false alarm", which ends an alarm at once; below it the guide asks."""

_ALL_CLEAR = "false_alarm"

NEVER_ACCEPT = 1.1
"""Above any score: always ask."""

CONSIDER = {
    ListeningState.IDLE: 0.65,
    ListeningState.CONVERSATION: 0.5,
    ListeningState.ALL: 0.5,
}
"""Score from which the best match is worth a confirmation question, by listening state."""

CONSIDER_DANGER = 0.25
"""The same for a sentence with a danger that must be confirmed."""


def acceptance_threshold(
    best: Match,
    said: tuple[Concept, ...],
    alarming: frozenset[str],
    state: ListeningState,
    vocabulary: Vocabulary,
) -> float:
    """Score from which ``best`` is accepted without a question; ``alarming``: asserted dangers."""
    threshold, names = ACCEPT[state], {concept.name for concept in said}
    if best.entry.phrase.intent == _ALL_CLEAR:
        # "dia tidak kuat untuk bangun" is not "dia sudah bangun"; a sound leg is no sound chest
        more = names - best.entry.concepts
        limited = any(one.startswith((NOT, DONT)) or one in vocabulary.body for one in more)
        threshold = NEVER_ACCEPT if limited else max(threshold, ACCEPT_ALL_CLEAR)
    if alarming and best.entry.phrase.intent not in DANGER_INTENTS:
        return threshold + _DANGER_MARGIN
    if alarming and not best.entry.negated:
        contained = best.entry.concepts <= names
        if (
            contained
            and state != ListeningState.IDLE
            and not alarming.isdisjoint(vocabulary.certain)
        ):
            return min(threshold, ACCEPT_DANGER)
        return threshold if contained or must_confirm(said, alarming, vocabulary) else NEVER_ACCEPT
    explicit = best.entry.concepts <= names and not vocabulary.body.isdisjoint(best.entry.concepts)
    if state != ListeningState.IDLE and explicit and best.entry.phrase.intent in CRAMP_INTENTS:
        return min(threshold, ACCEPT_DANGER)
    partial = len(best.entry.concepts) == 1 < len(names)
    if state != ListeningState.IDLE and (partial or any(one.out_of_domain for one in said)):
        return threshold + OUT_OF_DOMAIN_MARGIN  # something else may have been meant
    return threshold


def heard_as(
    best: Match, sequence: list[Concept], state: ListeningState, vocabulary: Vocabulary
) -> ListeningState:
    """The state whose thresholds apply: in idle a call for help needs no more than later on."""
    if state == ListeningState.IDLE and _is_cramp_at_hand(best, sequence, vocabulary):
        return ListeningState.CONVERSATION
    return state


def _is_cramp_at_hand(best: Match, sequence: list[Concept], vocabulary: Vocabulary) -> bool:
    """Whether ``best`` is a cramp of a leg of somebody present, and not one talked about."""
    names = [concept.name for concept in sequence]
    if best.entry.phrase.intent not in CRAMP_INTENTS or not _TALKED_ABOUT.isdisjoint(names):
        return False
    if (vocabulary.body | vocabulary.topics).isdisjoint(names):
        return False
    if not vocabulary.at_hand.isdisjoint(names):
        return True
    places = (at for at, name in enumerate(names) if name == _THIS)
    near = {one for at in places for one in names[max(0, at - 1) : at + 2]}
    return not near.isdisjoint(vocabulary.body | vocabulary.topics)  # "kaki ini", "ini betis"


def other_body_part(names: frozenset[str], vocabulary: Vocabulary) -> bool:
    """Whether the concepts are about a cramp elsewhere, of hand or neck: out of scope."""
    return (
        not names.isdisjoint(vocabulary.topics)
        and not names.isdisjoint(vocabulary.other_body_parts)
        and names.isdisjoint(vocabulary.body)
        and not any(name.startswith(NOT) for name in names)
    )
