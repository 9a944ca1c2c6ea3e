"""Scores of all phrases at once: weighted F1 of the concepts they share with a sentence.

What is heard has two dozen alternatives, and each is compared with thousands of phrases, also while
others talk all evening: arrays over the phrases take a fifth of the time that a loop does.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.core.listening_state import ListeningState
from assistant.nlu.index_entry import IndexEntry, denies

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

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

_LEAST_TOTAL = 0.1

_REQUIRED_NOT_SAID = 0.6
"""Factor for a phrase with a required concept that the sentence lacks (bananas)."""

_POLARITY_CONFLICT = 0.4
"""Factor for opposite polarity: one side negates or prohibits a concept of the other."""


@dataclass(frozen=True)
class Kinds:
    """Sets of concepts with a special weight, see ``Vocabulary``."""

    topics: Set[str]
    salient: Set[str]
    required: Set[str]


@dataclass(frozen=True)
class SentenceConcepts:
    """What the phrases are compared with."""

    spoken: Mapping[str, float]
    """Concept → confidence."""

    weight: float
    """Summed weight of its concepts."""

    leading: str
    """The concept that begins it, if it may stand for the whole sentence; else empty."""

    clashing: Set[str]
    """Concepts of the opposite polarity of what was said."""

    asides: Mapping[str, float]
    """Concepts that form a separate remark → weight."""


class PhraseScores:
    """The phrases as arrays, one place for each entry of the index."""

    def __init__(
        self, entries: Sequence[IndexEntry], weights: Mapping[str, float], kinds: Kinds
    ) -> None:
        """``weights``: IDF weight of each concept, in nats."""
        self._weights, self._kinds = weights, kinds
        places: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            for concept in entry.concepts:
                places[concept].append(number)
        self._places: dict[str, Numbers] = {
            concept: np.array(found, dtype=np.intp) for concept, found in places.items()
        }
        count = len(entries)
        self._phrase_weights: Floats = np.zeros(count)
        self._required: Numbers = np.zeros(count, dtype=np.intp)
        # in alphabetical order, here and below, so that equal sets have equal sums
        for concept in sorted(self._places):
            self._phrase_weights[self._places[concept]] += weights[concept]
            self._required[self._places[concept]] += concept in kinds.required
        self._sizes: Numbers = np.array([len(entry.concepts) for entry in entries], dtype=np.intp)
        self._salient = self._any_of(kinds.salient)
        self._affirmable: Flags = np.array(
            [denies(entry.concepts) and not entry.negated for entry in entries]
        )
        self._aside = np.array([entry.phrase.intent in _ASIDE_INTENTS for entry in entries])
        heavy = self._phrase_weights >= _MIN_PHRASE_WEIGHT
        self._allowed: dict[ListeningState, Flags] = {
            state: heavy & np.array([state in entry.states for entry in entries])
            for state in ListeningState
        }
        self._allowed[ListeningState.ALL] = heavy

    def scores(self, sentence: SentenceConcepts, state: ListeningState) -> tuple[Numbers, Floats]:
        """The entries that share a concept and may be said in ``state``, ascending; their scores.

        Both have shape (candidates,); a score is 0 to 1.
        """
        spoken, kinds = sentence.spoken, self._kinds
        common: Floats = np.zeros(len(self._sizes))
        shared: Numbers = np.zeros(len(self._sizes), dtype=np.intp)
        required = self._required.copy()
        for name in sorted(spoken.keys() & self._places.keys()):
            places = self._places[name]
            common[places] += self._weights[name] * spoken[name]
            shared[places] += 1
            if name in kinds.required:
                required[places] -= 1
        chosen = np.flatnonzero((shared > 0) & self._allowed[state])
        if not len(chosen):
            return chosen, np.zeros(0)
        common, salient = common[chosen], self._salient[chosen]
        weights = self._phrase_weights[chosen]
        precision = common / self._total(sentence, salient, chosen)
        recall = common / weights
        score: Floats = np.divide(
            2 * precision * recall, precision + recall,
            out=np.zeros(len(chosen)), where=common > 0,
        )  # fmt: skip
        embedded = (shared[chosen] == self._sizes[chosen]) & (shared[chosen] > 1)
        embedded &= salient | (weights >= _MIN_EMBEDDED_WEIGHT)
        floor = np.where(salient, _EMBEDDED_FLOOR_TOPICAL, _EMBEDDED_FLOOR)
        score = np.where(embedded, np.maximum(score, floor + (1 - floor) * precision), score)
        not_covered = np.where(self._aside[chosen], _TOPIC_NOT_COVERED_ASIDE, _TOPIC_NOT_COVERED)
        uncovered = self._lack_any_of(kinds.topics & spoken.keys())[chosen]
        score = np.where(uncovered, score * not_covered, score)
        unsaid = self._any_of(kinds.topics - spoken.keys())[chosen]
        score = np.where(unsaid, score * _TOPIC_NOT_SAID, score)
        score = np.where(required[chosen] > 0, score * _REQUIRED_NOT_SAID, score)
        conflict = self._any_of(sentence.clashing)
        if not denies(spoken):
            conflict = conflict | self._affirmable  # "pijat betis" is not "tidak usah pijat"
        score = np.where(conflict[chosen], score * _POLARITY_CONFLICT, score)
        if sentence.leading:
            alone = self._any_of({sentence.leading}) & (self._sizes == 1)
            score = np.where(alone[chosen], np.maximum(score, _LEADING_FLOOR), score)
        return chosen, score

    def _total(self, sentence: SentenceConcepts, salient: Flags, chosen: Numbers) -> Floats:
        """What the common weight is divided by for precision; shape (candidates,).

        Asides lower the precision of phrases about a cramp or a danger less.
        """
        discount: Floats = np.zeros(len(self._sizes))
        for name in sorted(sentence.asides):
            discount += sentence.asides[name]
            if name in self._places:
                discount[self._places[name]] -= sentence.asides[name]
        kept = sentence.weight - np.where(salient, _ASIDE_DISCOUNT * discount[chosen], 0.0)
        return np.maximum(kept, _LEAST_TOTAL)

    def _any_of(self, concepts: Set[str]) -> Flags:
        """Which entries have one of ``concepts``; shape (entries,)."""
        found: Flags = np.zeros(len(self._sizes), dtype=np.bool_)
        for name in concepts & self._places.keys():
            found[self._places[name]] = True
        return found

    def _lack_any_of(self, concepts: Set[str]) -> Flags:
        """Which entries lack one of ``concepts``; shape (entries,)."""
        lacking: Flags = np.zeros(len(self._sizes), dtype=np.bool_)
        for name in concepts:
            lacking |= ~self._any_of({name})
        return lacking
