"""Signs of danger must not be lost.

An unheard sign is worse than a question too many: a sentence with a word of danger is only ever
taken for an intent that handles danger, and when its negation is unsure it is asked about.
"""

from collections.abc import Iterable

from assistant.understanding.fold import NOT, WHETHER, Concept
from assistant.understanding.match import Match
from assistant.understanding.words import Words

RISKY = ("emergency", "x_pop", "wound", "swollen", "skin_colour", "numb", "other_sign")
"""Intents that handle a danger, the most urgent one first."""

_UNSURE = frozenset({WHETHER, NOT + "tahu", NOT + "yakin", NOT + "ada", "kalau"})


def dangers(said: Iterable[Concept], words: frozenset[str]) -> frozenset[str]:
    """The words of danger that were said and not denied."""
    return frozenset(concept.name for concept in said if concept.name in words)


def safest(matches: list[Match], alarming: frozenset[str]) -> list[Match]:
    """Only the matches that answer to the danger, best first.

    A denied sign counts only if its phrase holds every alarming word that was said.
    """
    return [
        match
        for match in matches
        if match.entry.phrase.intent in RISKY
        and (not match.entry.denied or alarming <= match.entry.concepts)
    ]


def without_danger(matches: list[Match], words: frozenset[str]) -> list[Match]:
    """No emergency without its word: nobody fell who says that they go to the bathroom."""
    return [
        match
        for match in matches
        if match.entry.phrase.intent != "emergency" or match.entry.concepts.isdisjoint(words)
    ]


def unsure(said: Iterable[Concept], words: frozenset[str]) -> bool:
    """Whether a sign is spoken of, but not if it is there ("nggak tahu bengkak atau nggak")."""
    names = {concept.name for concept in said}
    return not names.isdisjoint(_UNSURE) and any(name.lstrip(NOT) in words for name in names)


def pressing(said: Iterable[Concept], alarming: frozenset[str], words: Words) -> bool:
    """Whether the danger must be asked about however odd the sentence is."""
    names = {concept.name for concept in said}
    denied = {NOT + word for word in words.danger}
    return not (alarming.isdisjoint(words.certain) and names.isdisjoint(words.body | denied))
