"""Questions that are spotted by their words, however they are put.

"Pisang itu beneran manjur apa cuma kata orang" resembles no phrase, but who names bananas and asks
wants to know about bananas. In idle, where others ask one another about bananas, a cramp or a leg
must be named as well, unless the words of the rule say enough.
"""

from collections.abc import Mapping, Set
from dataclasses import replace

from assistant.nlu.concept import WHETHER
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.frames import SUPPOSED
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.templates.phrases import Phrase
from assistant.nlu.thresholds import CRAMP_INTENTS
from assistant.nlu.vocabulary import Vocabulary

TOPIC = "topic"
_OFTEN = frozenset({"sering", "setiap", "suka", "langganan"})
_AT_HAND = frozenset({"tolong", "bantu", "aduh", "sekarang", "nih"})
"""Concepts beside which a cramp that is asked about is none of now, and of one that is."""

_ROUTINE = frozenset({"new_medicine", "often", "walking"})
"""Signs of no danger: a doubtful one may be what is asked about, "kolesterol saya stop kah"."""

_UNSAFE, _IF_SIGN = frozenset({"treat_massage", "treat_warmth"}), "if_sign"
_SWOLLEN = frozenset({"bengkak", SUPPOSED})
""" "Kenapa kalau bengkak nggak boleh dipijat" is no question about a massage."""

_ASKING = frozenset(
    {WHETHER, "berapa", "mana", "normal", "wajar", "mempan", "betul", "ajar", "kok"}
)
"""Concepts that ask, besides the vocabulary's ``questions``."""


def intents_of_topics(phrases: tuple[Phrase, ...]) -> dict[str, Intent]:
    """The intent of each topic, that of its first phrase; of an intent without one by its name."""
    found: dict[str, Intent] = {}
    for phrase in phrases:
        topic = dict(phrase.slots).get(TOPIC, "")
        slots = {TOPIC: topic} if topic else {}
        found.setdefault(topic or phrase.intent, Intent(phrase.intent, slots))
    return found


def with_spotted_question(
    found: Interpretation,
    said: Intent,
    names: Set[str],
    vocabulary: Vocabulary,
    intents: Mapping[str, Intent],
    idle: bool,
) -> Interpretation:
    """``found``, or the question that is spotted in ``names``, the concepts of the sentence.

    ``said`` has the normalised sentence and the recogniser's confidence. What is understood stays
    as it is, and so does a danger; of several questions the one with most words counts.
    """
    intent = found.intent
    general = idle and intent is not None and intent.name in CRAMP_INTENTS
    general = general and not _OFTEN.isdisjoint(names) and _AT_HAND.isdisjoint(names)
    told = intent is not None and (found.accepted or intent.name in DANGER_INTENTS)
    routine = intent is not None and not found.accepted and intent.slots.get("sign") in _ROUTINE
    if (told and not general and not routine) or names.isdisjoint(_ASKING | vocabulary.questions):
        return found
    meant, words = "", frozenset[str]()
    for topic, ways in vocabulary.spotted_questions.items():
        for way in ways:
            if way <= names and len(way) > len(words):
                meant, words = topic, way
    dangers = {name for name in names if name in vocabulary.danger}
    about_legs = not names.isdisjoint(vocabulary.topics | vocabulary.body)
    if meant not in intents or dangers - words or (idle and not about_legs and len(words) < 2):
        return found
    asked = intents[meant]
    answered = replace(said, name=asked.name, slots=dict(asked.slots))
    return replace(
        found, intent=answered, accepted=True, score=1.0, reason=InterpretationReason.NEAR
    )


def about_a_swelling(found: Interpretation, names: Set[str]) -> Interpretation:
    """``found``; of a question about what must not be done to a swollen leg, what to do with one.

    ``names``: the concepts of the sentence.
    """
    intent = found.intent
    if intent is None or intent.slots.get(TOPIC) not in _UNSAFE or _SWOLLEN.isdisjoint(names):
        return found
    return replace(found, intent=replace(intent, slots={**intent.slots, TOPIC: _IF_SIGN}))
