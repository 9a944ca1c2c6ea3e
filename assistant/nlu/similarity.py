"""How near a sentence is to the phrases that are allowed."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from assistant.core.listening_state import ListeningState
from assistant.nlu.concepts import DONT, NOT, Concept, ConceptExtractor
from assistant.nlu.templates.phrases import Phrase
from assistant.nlu.vocabulary import Vocabulary

_LEAST_WEIGHT = 0.3
_MEANINGFUL = 1.0
"""Least weight of a phrase that may be near a sentence; less is too common ("saya")."""

_INFORMATIVE = 4.0
"""Weight of a phrase that may be found inside a longer sentence."""

_INSIDE = 0.3
_INSIDE_TOPICAL = 0.5
"""Score of a phrase inside an endless sentence; about our topic, or not."""

_LEADING = 0.72
"""Score of a phrase that settles a sentence which begins with it."""

_FOREIGN = 1.8
"""How much more an ordinary word that no phrase knows speaks against all phrases."""

_OFF_TOPIC = 0.7
"""For a phrase about our topic when the sentence does not name it."""

_OTHER_TOPIC = 0.9
"""For a phrase that does not name the topic which the sentence names."""

_ASIDES = frozenset({"situation", "severity"})
_ASIDE = 0.6
"""The same for a phrase that is rather said in passing: the cramp is what counts."""

_SPARED = 0.6
"""Share of the weight of such a remark that does not speak against a phrase."""

_KEYLESS = 0.6
"""For a phrase whose key was not said: no answer about bananas without a banana."""

_COURTESIES = frozenset({"tolong", "oke", "ya", "baik"})
"""What may stand before the word that a sentence begins with."""

_RIVALS = 8
_DETAILS = ("topic", "situation", "leg", "address", "usual_leg", "severity")
_LEGS = ("left", "right", "both")
_VAGUE = 0.7
"""For a phrase whose topic, situation or leg was not named."""

_TIE_BREAK = 0.03
_CONFLICT = 0.4


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Phrases that fold to the same concepts and mean the same."""

    concepts: frozenset[str]
    phrase: Phrase
    states: frozenset[ListeningState]

    @property
    def denied(self) -> bool:
        """Whether the phrase says that a sign is *not* there."""
        return ("negated", "yes") in self.phrase.slots


@dataclass(frozen=True)
class Match:
    """A phrase and how well it fits, 0 to 1."""

    entry: IndexEntry
    score: float


class PhraseIndex:
    """All phrases by their concepts, weighed by how telling each concept is."""

    def __init__(
        self, phrases: Iterable[Phrase], folder: ConceptExtractor, words: Vocabulary
    ) -> None:
        """Phrases about a topic or a danger are looked for inside longer sentences."""
        self._topics = words.topics
        self._telling = words.topics | words.danger | words.embedded
        self._leading = words.leading
        self._light = words.stop_concepts
        self._keys = words.required
        kept: dict[tuple[frozenset[str], str, object], IndexEntry] = {}
        for phrase in phrases:
            concepts = frozenset(concept.name for concept in folder.extract(phrase.text))
            key = (concepts, phrase.intent, phrase.slots)
            known = kept.get(key)
            if known is None:
                kept[key] = IndexEntry(concepts, phrase, phrase.states)
            elif not phrase.states <= known.states:
                kept[key] = IndexEntry(concepts, known.phrase, known.states | phrase.states)
        self.entries = tuple(kept.values())
        self._detailed: dict[str, list[IndexEntry]] = defaultdict(list)
        for entry in self.entries:
            if _details(entry):
                self._detailed[entry.phrase.intent].append(entry)
        self._whole: dict[frozenset[str], frozenset[ListeningState]] = {}
        for entry in self.entries:
            known_in = self._whole.setdefault(entry.concepts, entry.states)
            if not entry.states <= known_in:
                self._whole[entry.concepts] = known_in | entry.states
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
        self._weights.update(dict.fromkeys(words.stop_concepts, _LEAST_WEIGHT))
        self._wanted = [
            sum(self._weights[name] for name in entry.concepts) for entry in self.entries
        ]

    def holds(self, concepts: frozenset[str], state: ListeningState) -> bool:
        """Whether some phrase that is allowed in ``state`` is made of just these concepts."""
        states = self._whole.get(concepts, frozenset())
        return bool(states) and (state == ListeningState.ALL or state in states)

    def weight(self, concept: str) -> float:
        """How telling a concept is; one that no phrase knows is a rare one or light."""
        return self._weights.get(concept, self._unknown)

    def _foreign(self, concept: Concept) -> float:
        return _FOREIGN if concept.foreign and concept.name not in self._light else 1.0

    def best_per_intent(
        self, text: str, said: tuple[Concept, ...], state: ListeningState,
        asides: frozenset[str] = frozenset(),
    ) -> list[Match]:  # fmt: skip
        """The best match of each intent (denied signs apart), best first.

        ``asides`` are concepts that make a remark of their own ("umur saya tujuh puluh"): they do
        not speak against a phrase about a cramp or a danger.
        """
        sure = {concept.name: concept.sure for concept in said}
        total = sum(self.weight(concept.name) * self._foreign(concept) for concept in said)
        opening = next((one.name for one in said if one.name not in _COURTESIES), "")
        first = opening if opening in self._leading else ""
        best: dict[tuple[str, bool], Match] = {}
        candidates = {number for name in sure for number in self._by_concept.get(name, ())}
        clashing = frozenset(form for name in sure for form in _opposites(name)) - sure.keys()
        for number in sorted(candidates):
            entry = self.entries[number]
            if state != ListeningState.ALL and state not in entry.states:
                continue
            if self._wanted[number] < _MEANINGFUL:
                continue
            spared = 0.0
            if asides and not self._telling.isdisjoint(entry.concepts):
                spared = _SPARED * sum(self.weight(name) for name in asides - entry.concepts)
            score = self._score(entry, self._wanted[number], sure, max(total - spared, 0.1))
            if not clashing.isdisjoint(entry.concepts):
                score *= _CONFLICT  # one side denies or forbids what the other says
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

    def _vague(self, entry: IndexEntry, sure: dict[str, float]) -> bool:
        """Whether what was said fits other topics or situations as well: "saya punya asma"."""
        shared = entry.concepts & sure.keys()
        details = _details(entry)
        name = entry.phrase.intent
        return bool(details and shared != entry.concepts) and any(
            shared <= other.concepts and _differ(_details(other), details)
            for intent in (_LEGS if name in _LEGS else (name,))
            for other in self._detailed[intent]
        )

    def _score(
        self, entry: IndexEntry, wanted: float, sure: dict[str, float], total: float
    ) -> float:
        shared = [name for name in entry.concepts if name in sure]
        common = sum(self._weights[name] * sure[name] for name in shared)
        precision, recall = common / total, common / wanted
        score = 2 * precision * recall / (precision + recall) if common else 0.0
        if len(shared) == len(entry.concepts) > 1:
            topical = not self._telling.isdisjoint(shared)
            if topical or wanted >= _INFORMATIVE:
                inside = _INSIDE_TOPICAL if topical else _INSIDE
                score = max(score, inside + (1 - inside) * precision)
        if (self._topics & sure.keys()).difference(entry.concepts):
            score *= _ASIDE if entry.phrase.intent in _ASIDES else _OTHER_TOPIC
        if (self._topics & entry.concepts).difference(sure):
            score *= _OFF_TOPIC
        if (self._keys & entry.concepts).difference(sure):
            score *= _KEYLESS
        return score


def _details(entry: IndexEntry) -> dict[str, str]:
    return {name: value for name, value in entry.phrase.slots if name in _DETAILS}


def _differ(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[name] != other[name] for name in one.keys() & other.keys())


def _opposites(name: str) -> tuple[str, ...]:
    bare = name.lstrip(NOT + DONT)
    return tuple(form for form in (bare, NOT + bare, DONT + bare) if form != name)
