"""Phrase index: similarity of a sentence to the allowed phrases.

The score is an F1 measure of shared concepts, weighted by inverse document frequency (IDF), with
factors for missing topics and opposite polarity; edit distance only breaks ties.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from assistant.core.listening_state import ListeningState
from assistant.nlu.concept import DONT, NOT, Concept
from assistant.nlu.concepts import ConceptExtractor
from assistant.nlu.index_entry import IndexEntry, merged_entries
from assistant.nlu.phrase_scores import Floats, Kinds, Numbers, PhraseScores, SentenceConcepts
from assistant.nlu.templates.phrases import Phrase
from assistant.nlu.vocabulary import Vocabulary

_MIN_WEIGHT = 0.3
"""Lower limit of a concept's IDF weight; the weight of stop concepts."""

_OUT_OF_DOMAIN = 1.8
"""Factor on the weight of an out-of-domain word: it lowers the precision of all phrases."""

_COURTESIES = frozenset({"tolong", "oke", "ya", "baik"})
"""Concepts that may precede the leading concept of a sentence."""

_RERANKED = 8
"""Number of best matches that are checked for ambiguous details."""

_DETAIL_SLOTS = ("topic", "situation", "leg", "address", "usual_leg", "severity")
_LEG_INTENTS = ("left", "right", "both")
_AMBIGUOUS = 0.7
"""Factor for a phrase whose topic, situation or leg the sentence leaves open."""

_TIE_BREAK = 0.03
"""Weight of the edit similarity of the texts."""


@dataclass(frozen=True)
class Match:
    """A phrase and its score, 0 to 1."""

    entry: IndexEntry
    score: float


class PhraseIndex:
    """Inverted index from concepts to phrases, with IDF weights.

    Concepts are sets, whose order depends on the process: their weights are added in alphabetical
    order, so that equal scores are equal and ties go by the order of the phrases.
    """

    def __init__(
        self, phrases: Iterable[Phrase], extractor: ConceptExtractor, vocabulary: Vocabulary
    ) -> None:
        """Index ``phrases``; those on a topic or a danger are spotted in longer sentences too."""
        self._leading = vocabulary.leading
        self._stop_concepts = vocabulary.stop_concepts
        self.entries = merged_entries(phrases, extractor)
        self._detailed: dict[str, list[IndexEntry]] = defaultdict(list)
        for entry in self.entries:
            if _details(entry):
                self._detailed[entry.phrase.intent].append(entry)
        self._states_by_concepts: dict[frozenset[str], frozenset[ListeningState]] = {}
        for entry in self.entries:
            known_in = self._states_by_concepts.setdefault(entry.concepts, entry.states)
            if not entry.states <= known_in:
                self._states_by_concepts[entry.concepts] = known_in | entry.states
        intents: dict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            for concept in entry.concepts:
                intents[concept].add(entry.phrase.intent)
        # IDF, with an intent as the document.
        documents = len({entry.phrase.intent for entry in self.entries}) + 1
        self._unknown_weight = math.log(documents)
        self._weights = {
            concept: max(_MIN_WEIGHT, math.log(documents / len(names)))
            for concept, names in intents.items()
        }
        self._weights.update(dict.fromkeys(vocabulary.stop_concepts, _MIN_WEIGHT))
        salient = vocabulary.topics | vocabulary.danger | vocabulary.embedded
        kinds = Kinds(vocabulary.topics, salient, vocabulary.required)
        self._scores = PhraseScores(self.entries, self._weights, kinds)
        self._keys, self._key_of = _meanings(self.entries)

    def contains(self, concepts: frozenset[str], state: ListeningState) -> bool:
        """Whether a phrase that is allowed in ``state`` has exactly these concepts."""
        states = self._states_by_concepts.get(concepts, frozenset())
        return bool(states) and (state == ListeningState.ALL or state in states)

    def weight(self, concept: str) -> float:
        """IDF weight of a concept in nats; unknown ones have the largest."""
        return self._weights.get(concept, self._unknown_weight)

    def _out_of_domain_factor(self, concept: Concept) -> float:
        penalised = concept.out_of_domain and concept.name not in self._stop_concepts
        return _OUT_OF_DOMAIN if penalised else 1.0

    def best_per_intent(
        self, text: str, said: tuple[Concept, ...], state: ListeningState,
        asides: frozenset[str] = frozenset(),
    ) -> list[Match]:  # fmt: skip
        """The best match of each intent (negated signs separately), best first.

        ``asides`` are concepts that form a separate remark ("umur saya tujuh puluh"): they lower
        the precision of phrases about a cramp or a danger less.
        """
        spoken = {concept.name: concept.confidence for concept in said}
        total = sum(
            self.weight(concept.name) * self._out_of_domain_factor(concept) for concept in said
        )
        opening = next((one.name for one in said if one.name not in _COURTESIES), "")
        leading = opening if opening in self._leading else ""
        clashing = frozenset(form for name in spoken for form in _opposites(name)) - spoken.keys()
        weighed = {name: self.weight(name) for name in asides}
        sentence = SentenceConcepts(spoken, total, leading, clashing, weighed)
        numbers, scores = self._scores.scores(sentence, state)
        best = self._best(text, numbers, scores)
        return self._rerank(sorted(best, key=lambda match: -match.score), spoken)

    def _best(self, text: str, numbers: Numbers, scores: Floats) -> list[Match]:
        """The best match of each meaning; ties go by the texts, then by the order of the phrases.

        ``numbers``: entries, ascending; ``scores``: theirs; both of shape (candidates,).
        """
        keys = self._key_of[numbers]
        highest: Floats = np.full(self._keys, -np.inf)
        np.maximum.at(highest, keys, scores)
        near = np.flatnonzero(scores >= highest[keys] - _TIE_BREAK)
        texts = [self.entries[number].phrase.text for number in numbers[near]]
        alike: Floats = process.cdist([text], texts, scorer=fuzz.ratio, dtype=np.float64)[0]
        broken = scores[near] + _TIE_BREAK * (alike / 100 - 1)
        best: dict[int, Match] = {}
        for at in np.lexsort((numbers[near], -broken)):
            key = int(keys[near[at]])
            if key not in best:
                entry = self.entries[numbers[near[at]]]
                best[key] = Match(entry, max(0.0, float(broken[at])))
        return list(best.values())

    def _rerank(self, ranked: list[Match], spoken: dict[str, float]) -> list[Match]:
        """Lower the scores of ambiguous matches among the first, and sort again."""
        reranked = [
            replace(match, score=match.score * _AMBIGUOUS)
            if self._is_ambiguous(match.entry, spoken)
            else match
            for match in ranked[:_RERANKED]
        ]
        return sorted(reranked + ranked[_RERANKED:], key=lambda match: -match.score)

    def _is_ambiguous(self, entry: IndexEntry, spoken: dict[str, float]) -> bool:
        """Whether the sentence fits other topics or situations as well: "saya punya asma"."""
        shared = entry.concepts & spoken.keys()
        details = _details(entry)
        name = entry.phrase.intent
        return bool(details and shared != entry.concepts) and any(
            shared <= other.concepts and _differ(_details(other), details)
            for intent in (_LEG_INTENTS if name in _LEG_INTENTS else (name,))
            for other in self._detailed[intent]
        )


def _meanings(entries: Sequence[IndexEntry]) -> tuple[int, Numbers]:
    """How many meanings there are, and the number of each entry's; shape (entries,).

    A meaning is an intent, for denied signs another one.
    """
    found: dict[tuple[str, bool], int] = {}
    numbers = [
        found.setdefault((entry.phrase.intent, entry.negated), len(found)) for entry in entries
    ]
    return len(found), np.array(numbers, dtype=np.intp)


def _details(entry: IndexEntry) -> dict[str, str]:
    return {name: value for name, value in entry.phrase.slots if name in _DETAIL_SLOTS}


def _differ(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[name] != other[name] for name in one.keys() & other.keys())


def _opposites(name: str) -> tuple[str, ...]:
    """The other polarities of a concept: plain, negated, prohibited."""
    bare = name.lstrip(NOT + DONT)
    return tuple(form for form in (bare, NOT + bare, DONT + bare) if form != name)
