"""Phrase index: similarity of a sentence to the allowed phrases.

The score is an F1 measure of shared concepts, weighted by inverse document frequency (IDF), with
factors for missing topics and opposite polarity; edit distance only breaks ties.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from assistant.core.listening_state import ListeningState
from assistant.nlu.concept import DONT, NOT, Concept
from assistant.nlu.concepts import ConceptExtractor
from assistant.nlu.index_entry import IndexEntry, denies, merged_entries
from assistant.nlu.templates.phrases import Phrase
from assistant.nlu.vocabulary import Vocabulary

_MIN_WEIGHT = 0.3
"""Lower limit of a concept's IDF weight; the weight of stop concepts."""

_MIN_PHRASE_WEIGHT = 1.0
"""Least total weight of a phrase that can match; below, it is too common ("saya")."""

_MIN_EMBEDDED_WEIGHT = 4.0
"""Least total weight of an off-topic phrase that is spotted inside a longer sentence."""

_EMBEDDED_FLOOR = 0.3
"""Limit of the score of a phrase inside an ever longer sentence."""

_EMBEDDED_FLOOR_TOPICAL = 0.5
"""The same for a phrase about the topic or a danger."""

_LEADING_FLOOR = 0.72
"""Least score of a one-concept phrase that begins the sentence (``Vocabulary.leading``)."""

_OUT_OF_DOMAIN = 1.8
"""Factor on the weight of an out-of-domain word: it lowers the precision of all phrases."""

_TOPIC_NOT_SAID = 0.7
"""Factor for a phrase with a topic concept that the sentence lacks."""

_TOPIC_NOT_COVERED = 0.9
"""Factor for a phrase that lacks a topic concept of the sentence."""

_ASIDE_INTENTS = frozenset({"situation", "severity"})
"""Intents that are rather asides: the cramp itself takes precedence."""

_TOPIC_NOT_COVERED_ASIDE = 0.6
"""The same factor for a phrase of these intents."""

_ASIDE_DISCOUNT = 0.6
"""Share of an aside's weight that does not lower the precision of a phrase."""

_REQUIRED_NOT_SAID = 0.6
"""Factor for a phrase with a required concept that the sentence lacks (bananas)."""

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

_POLARITY_CONFLICT = 0.4
"""Factor for opposite polarity: one side negates or prohibits a concept of the other."""


@dataclass(frozen=True)
class Match:
    """A phrase and its score, 0 to 1."""

    entry: IndexEntry
    score: float


class PhraseIndex:
    """Inverted index from concepts to phrases, with IDF weights.

    Concepts are sets, whose order depends on the process: their weights are added by ``fsum``,
    which rounds once, so that equal scores are equal and ties go by the order of the phrases.
    """

    def __init__(
        self, phrases: Iterable[Phrase], extractor: ConceptExtractor, vocabulary: Vocabulary
    ) -> None:
        """Index ``phrases``; those on a topic or a danger are spotted in longer sentences too."""
        self._topics = vocabulary.topics
        self._salient = vocabulary.topics | vocabulary.danger | vocabulary.embedded
        self._leading = vocabulary.leading
        self._stop_concepts = vocabulary.stop_concepts
        self._required = vocabulary.required
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
        self._denying = [denies(entry.concepts) for entry in self.entries]
        self._by_concept: dict[str, list[int]] = defaultdict(list)
        intents: dict[str, set[str]] = defaultdict(set)
        for number, entry in enumerate(self.entries):
            for concept in entry.concepts:
                self._by_concept[concept].append(number)
                intents[concept].add(entry.phrase.intent)
        # IDF, with an intent as the document.
        documents = len({entry.phrase.intent for entry in self.entries}) + 1
        self._unknown_weight = math.log(documents)
        self._weights = {
            concept: max(_MIN_WEIGHT, math.log(documents / len(names)))
            for concept, names in intents.items()
        }
        self._weights.update(dict.fromkeys(vocabulary.stop_concepts, _MIN_WEIGHT))
        self._phrase_weights = [
            math.fsum(self._weights[name] for name in entry.concepts) for entry in self.entries
        ]

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
        best: dict[tuple[str, bool], Match] = {}
        candidates = {number for name in spoken for number in self._by_concept.get(name, ())}
        affirms = not denies(spoken)
        clashing = frozenset(form for name in spoken for form in _opposites(name)) - spoken.keys()
        for number in sorted(candidates):
            entry = self.entries[number]
            if state != ListeningState.ALL and state not in entry.states:
                continue
            if self._phrase_weights[number] < _MIN_PHRASE_WEIGHT:
                continue
            discount = 0.0
            if asides and not self._salient.isdisjoint(entry.concepts):
                discount = _ASIDE_DISCOUNT * math.fsum(
                    self.weight(name) for name in asides - entry.concepts
                )
            score = self._score(
                entry, self._phrase_weights[number], spoken, max(total - discount, 0.1)
            )
            denied = affirms and self._denying[number] and not entry.negated
            if denied or not clashing.isdisjoint(entry.concepts):
                score *= _POLARITY_CONFLICT  # "pijat betis" is not "tidak usah pijat"
            if leading and entry.concepts == {leading}:
                score = max(score, _LEADING_FLOOR)
            key = (entry.phrase.intent, entry.negated)
            if key in best and score < best[key].score:
                continue
            score += _TIE_BREAK * (fuzz.ratio(text, entry.phrase.text) / 100 - 1)
            if key not in best or score > best[key].score:
                best[key] = Match(entry, max(0.0, score))
        return self._rerank(sorted(best.values(), key=lambda match: -match.score), spoken)

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

    def _score(
        self, entry: IndexEntry, phrase_weight: float, spoken: dict[str, float], total: float
    ) -> float:
        """Weighted F1 of the shared concepts, with the floor for embedded phrases and factors.

        ``spoken`` maps concepts to confidences; ``phrase_weight`` and ``total`` are the summed
        weights of phrase and sentence.
        """
        shared = [name for name in entry.concepts if name in spoken]
        common = math.fsum(self._weights[name] * spoken[name] for name in shared)
        precision, recall = common / total, common / phrase_weight
        score = 2 * precision * recall / (precision + recall) if common else 0.0
        if len(shared) == len(entry.concepts) > 1:
            topical = not self._salient.isdisjoint(shared)
            if topical or phrase_weight >= _MIN_EMBEDDED_WEIGHT:
                floor = _EMBEDDED_FLOOR_TOPICAL if topical else _EMBEDDED_FLOOR
                score = max(score, floor + (1 - floor) * precision)
        if (self._topics & spoken.keys()).difference(entry.concepts):
            score *= (
                _TOPIC_NOT_COVERED_ASIDE
                if entry.phrase.intent in _ASIDE_INTENTS
                else _TOPIC_NOT_COVERED
            )
        if (self._topics & entry.concepts).difference(spoken):
            score *= _TOPIC_NOT_SAID
        if (self._required & entry.concepts).difference(spoken):
            score *= _REQUIRED_NOT_SAID
        return score


def _details(entry: IndexEntry) -> dict[str, str]:
    return {name: value for name, value in entry.phrase.slots if name in _DETAIL_SLOTS}


def _differ(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[name] != other[name] for name in one.keys() & other.keys())


def _opposites(name: str) -> tuple[str, ...]:
    """The other polarities of a concept: plain, negated, prohibited."""
    bare = name.lstrip(NOT + DONT)
    return tuple(form for form in (bare, NOT + bare, DONT + bare) if form != name)
