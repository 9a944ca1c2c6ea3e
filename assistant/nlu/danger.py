"""Signs of danger must not be lost.

An unheard sign is worse than a question too many: a sentence with a word of danger is only ever
taken for an intent that handles danger, and when its negation is unsure it is asked about.
"""

from collections.abc import Iterable

from assistant.nlu.concepts import DONT, NOT, WHETHER, Concept
from assistant.nlu.similarity import Match
from assistant.nlu.vocabulary import Vocabulary

RISKY = ("emergency", "x_pop", "wound", "swollen", "skin_colour", "numb", "other_sign")
"""Intents that handle a danger, the most urgent one first."""

_MARKS = (NOT, DONT)
_PLAIN_DENIAL = 0.85
"""Likeness of a phrase that denies without a "not"."""

_UNSURE = frozenset({WHETHER, NOT + "tahu", NOT + "yakin", NOT + "ada", NOT + "lihat", "kalau"})


def dangers(said: Iterable[Concept], words: frozenset[str]) -> frozenset[str]:
    """The words of danger that were said and not denied."""
    return frozenset(concept.name for concept in said if concept.name in words)


def safest(
    matches: list[Match], said: tuple[Concept, ...], alarming: frozenset[str]
) -> list[Match]:
    """Only the matches that answer to the danger, best first.

    A denied sign counts only if its phrase holds every alarming word that was said, and one that
    denies without a "not" ("napas saya biasa saja") only if little else was said, and no "not".
    """
    denies = any(concept.name.startswith(_MARKS) for concept in said)

    def answers(match: Match) -> bool:
        if not match.entry.denied:
            return True
        return alarming <= match.entry.concepts and _says_no(match, denies)

    return [one for one in matches if one.entry.phrase.intent in RISKY and answers(one)]


def _says_no(match: Match, denies: bool) -> bool:
    spoken = any(name.startswith(_MARKS) for name in match.entry.concepts)
    return spoken or (match.score >= _PLAIN_DENIAL and not denies)


def without_danger(matches: list[Match], words: frozenset[str]) -> list[Match]:
    """No emergency without its word: nobody fell who says that they go to the bathroom."""
    return [
        match
        for match in matches
        if match.entry.phrase.intent != "emergency" or match.entry.concepts.isdisjoint(words)
    ]


def is_hedged(said: Iterable[Concept], words: frozenset[str]) -> bool:
    """Whether a sign is spoken of, but not if it is there ("nggak tahu bengkak atau nggak")."""
    names = {concept.name for concept in said}
    return not names.isdisjoint(_UNSURE) and any(name.lstrip(NOT) in words for name in names)


def must_confirm(said: Iterable[Concept], alarming: frozenset[str], words: Vocabulary) -> bool:
    """Whether the danger must be asked about however odd the sentence is."""
    names = {concept.name for concept in said}
    denied = {NOT + word for word in words.danger}
    return not (alarming.isdisjoint(words.certain) and names.isdisjoint(words.body | denied))
