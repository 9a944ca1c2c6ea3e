"""How near a sentence is to the phrases that are allowed."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from assistant.phrasebook.book import Phrase
from assistant.understanding.fold import DONT, NOT, Concept, Folder
from assistant.understanding.words import Words

_LEAST_WEIGHT = 0.3
_MEANINGFUL = 1.0
"""Least weight of a phrase that may be near a sentence; less is too common ("saya")."""

_INFORMATIVE = 4.0
"""Weight of a phrase that may be found inside a longer sentence."""

_INSIDE = 0.3
_INSIDE_TOPICAL = 0.5
"""Score of a phrase inside an endless sentence; about our topic, or not."""

_LEADING = 0.65
"""Score of a phrase that settles a sentence which begins with it."""

_FOREIGN = 1.8
"""How much more an ordinary word that no phrase knows speaks against all phrases."""

_OFF_TOPIC = 0.7
"""For a phrase about our topic when the sentence does not name it."""

_OTHER_TOPIC = 0.9
"""For a phrase that does not name the topic which the sentence names."""

_RIVALS = 8
_DETAILS = ("topic", "situation", "leg", "address", "usual_leg", "severity")
_LEGS = ("left", "right", "both")
_VAGUE = 0.7
"""For a phrase whose topic, situation or leg was not named."""

_TIE_BREAK = 0.03
_CONFLICT = 0.4


@dataclass(frozen=True)
class Entry:
    """Phrases that fold to the same concepts and mean the same."""

    concepts: frozenset[str]
    phrase: Phrase
    states: frozenset[str]

    @property
    def denied(self) -> bool:
        """Whether the phrase says that a sign is *not* there."""
        return ("negated", "yes") in self.phrase.slots


@dataclass(frozen=True)
class Match:
    """A phrase and how well it fits, 0 to 1."""

    entry: Entry
    score: float


class Index:
    """All phrases by their concepts, weighed by how telling each concept is."""

    def __init__(self, phrases: Iterable[Phrase], folder: Folder, words: Words) -> None:
        """Phrases about a topic or a danger are looked for inside longer sentences."""
        self._topics = words.topics
        self._telling = words.topics | words.danger
        self._leading = words.leading
        kept: dict[tuple[frozenset[str], str, object], Entry] = {}
        for phrase in phrases:
            concepts = frozenset(concept.name for concept in folder.fold(phrase.text))
            key = (concepts, phrase.intent, phrase.slots)
            known = kept.get(key)
            if known is None:
                kept[key] = Entry(concepts, phrase, phrase.states)
            elif not phrase.states <= known.states:
                kept[key] = Entry(concepts, known.phrase, known.states | phrase.states)
        self.entries = tuple(kept.values())
        self._by_concept: dict[str, list[int]] = defaultdict(list)
        intents: dict[str, set[str]] = defaultdict(set)
        for number, entry in enumerate(self.entries):
            for concept in entry.concepts:
                self._by_concept[concept].append(number)
                intents[concept].add(entry.phrase.intent)
        # Inverse document frequency, an intent being a document.
        everything = len({entry.phrase.intent for entry in self.entries}) + 1
        self._unknown = math.log(everything)
        self._weights = {
            concept: max(_LEAST_WEIGHT, math.log(everything / len(names)))
            for concept, names in intents.items()
        }

    def weight(self, concept: str) -> float:
        """How telling a concept is; one that no phrase knows counts as a rare one."""
        return self._weights.get(concept, self._unknown)

    def nearest(self, text: str, said: tuple[Concept, ...], state: str) -> list[Match]:
        """The best match of each intent (denied signs apart), best first."""
        sure = {concept.name: concept.sure for concept in said}
        total = sum(
            self.weight(concept.name) * (_FOREIGN if concept.foreign else 1.0) for concept in said
        )
        first = said[0].name if said[0].name in self._leading else ""
        best: dict[tuple[str, bool], Match] = {}
        candidates = {number for name in sure for number in self._by_concept.get(name, ())}
        for number in sorted(candidates):
            entry = self.entries[number]
            if state != "all" and state not in entry.states:
                continue
            if sum(self.weight(name) for name in entry.concepts) < _MEANINGFUL:
                continue
            score = self._score(entry, sure, total)
            if first and entry.concepts == {first}:
                score = max(score, _LEADING)
            key = (entry.phrase.intent, entry.denied)
            if key in best and score < best[key].score:
                continue
            score += _TIE_BREAK * (fuzz.ratio(text, entry.phrase.text) / 100 - 1)
            if key not in best or score > best[key].score:
                best[key] = Match(entry, max(0.0, score))
        ranked = sorted(best.values(), key=lambda match: -match.score)
        clear = [
            replace(match, score=match.score * _VAGUE) if self._vague(match.entry, sure) else match
            for match in ranked[:_RIVALS]
        ]
        return sorted(clear + ranked[_RIVALS:], key=lambda match: -match.score)

    def _vague(self, entry: Entry, sure: dict[str, float]) -> bool:
        """Whether what was said fits other topics or situations as well: "saya punya asma"."""
        shared = entry.concepts & sure.keys()
        details = _details(entry)
        return bool(details and shared != entry.concepts) and any(
            shared <= other.concepts and _differ(_details(other), details)
            for other in self.entries
            if other.phrase.intent == entry.phrase.intent
            or (other.phrase.intent in _LEGS and entry.phrase.intent in _LEGS)
        )

    def _score(self, entry: Entry, sure: dict[str, float], total: float) -> float:
        shared = [name for name in entry.concepts if name in sure]
        common = sum(self.weight(name) * sure[name] for name in shared)
        wanted = sum(self.weight(name) for name in entry.concepts)
        precision, recall = common / total, common / wanted
        score = 2 * precision * recall / (precision + recall) if common else 0.0
        if len(shared) == len(entry.concepts) > 1:
            topical = not self._telling.isdisjoint(shared)
            if topical or wanted >= _INFORMATIVE:
                inside = _INSIDE_TOPICAL if topical else _INSIDE
                score = max(score, inside + (1 - inside) * precision)
        if (self._topics & sure.keys()).difference(entry.concepts):
            score *= _OTHER_TOPIC
        if (self._topics & entry.concepts).difference(sure):
            score *= _OFF_TOPIC
        return score * _CONFLICT if _opposed(entry.concepts, sure) else score


def _details(entry: Entry) -> dict[str, str]:
    return {name: value for name, value in entry.phrase.slots if name in _DETAILS}


def _differ(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[name] != other[name] for name in one.keys() & other.keys())


def _opposed(concepts: frozenset[str], sure: dict[str, float]) -> bool:
    """Whether one side denies or forbids what the other says."""
    return any(other in sure for name in concepts if name not in sure for other in _opposites(name))


def _opposites(name: str) -> tuple[str, ...]:
    bare = name.lstrip(NOT + DONT)
    return tuple(form for form in (bare, NOT + bare, DONT + bare) if form != name)
