"""Confusable phrases: pairs of different meaning that the recogniser is likely to mix up.

Compares the model's own pronunciations by weighted edit distance over phones. The substitution
costs come from the phone table (``alike:``); 1 is a clearly different phone. The decoder has
only these phones to tell two sentences of a state apart, so the absolute distance counts, not
the distance relative to sentence length.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from assistant.asr.graph.lexicon import Lexicon
from assistant.asr.graph.phone_map import PhoneMap
from assistant.core.listening_state import PHRASE_STATES, ListeningState
from assistant.dialogue.turn import EMERGENCY
from assistant.nlu.templates import Phrase

CLOSE = 1.0
"""Distance below which two phrases are confusable: less than one clearly different phone."""

_CANDIDATES = 3
"""Largest unweighted edit distance, in phones, at which a pair is compared in full."""

_WAYS = 6
"""Pronunciations compared per word, most likely first."""

_TOGETHER = 16
"""Pronunciations compared per word sequence."""

_RARE = 0.25
"""Distance added per nat of pronunciation cost: 4 nats equal one phone."""

_ROWS = 512

_ALARM = (EMERGENCY, False)
"""The meaning of an emergency: it is not denied."""

Kinds = tuple[int, ...]
Ways = tuple[tuple[Kinds, float], ...]


@dataclass(frozen=True)
class ConfusablePair:
    """Two phrases of different meaning that share a listening state."""

    one: Phrase
    other: Phrase
    differing: tuple[str, str]
    """The words in which they differ, without the common prefix and suffix."""

    distance: float
    """0 for identical phones, 1 for one clearly different phone."""


class PronunciationDistance:
    """Weighted phone edit distance between two word sequences."""

    def __init__(self, lexicon: Lexicon, table: PhoneMap) -> None:
        self._table = table
        self._lexicon = lexicon
        self._word = cache(self._make_word)
        self.ways = cache(self._make_ways)
        self.distance = cache(self._measure)

    def usual(self, text: str) -> str:
        """The most likely pronunciation, one character per phone."""
        kinds = (kind for word in text.split() for kind in self._word(word, False)[0][0])
        return "".join(chr(ord("A") + kind) for kind in kinds)

    def _make_word(self, word: str, rested: bool) -> Ways:
        spoken = self._lexicon.pronounce(word)
        first = self._table.first
        found = (spoken.after_pause if rested else spoken.in_flow)[:_WAYS]
        best = found[0][1]  # only the cost above the likeliest pronunciation counts
        return tuple(
            (tuple((phone - first) // 4 for phone in way), cost - best) for way, cost in found
        )

    def _make_ways(self, text: str, rested: bool) -> Ways:
        """Pronunciations of a word sequence, with costs; ``rested``: it begins the utterance."""
        ways: list[tuple[float, Kinds]] = [(0.0, ())]
        for place, word in enumerate(text.split()):
            longer = (
                (cost + more, said + kinds)
                for cost, said in ways
                for kinds, more in self._word(word, rested and place == 0)
            )
            ways = heapq.nsmallest(_TOGETHER, longer)
        return tuple((said, cost) for cost, said in ways)

    def _measure(self, one: str, other: str, rested: bool) -> float:
        """Smallest distance over all pairs of pronunciations of two word sequences."""
        return min(
            _RARE * (cost + more) + self._edits(kinds, others)
            for kinds, cost in self.ways(one, rested)
            for others, more in self.ways(other, rested)
        )

    def _edits(self, one: Kinds, other: Kinds) -> float:
        """Levenshtein distance with the costs of the phone table."""
        table = self._table
        row = [0.0]
        for kind in other:
            row.append(row[-1] + table.drop_cost(kind))
        for kind in one:
            dropped = table.drop_cost(kind)
            above, row = row, [row[0] + dropped]
            for place, against in enumerate(other):
                row.append(
                    min(
                        above[place] + table.change_cost(kind, against),
                        above[place + 1] + dropped,
                        row[place] + table.drop_cost(against),
                    )
                )
        return row[-1]


def confusable_pairs(
    phrases: Sequence[Phrase], ear: PronunciationDistance, closest: float = CLOSE
) -> list[ConfusablePair]:
    """The pairs of different meaning whose distance is less than ``closest``, nearest first.

    Different meaning: another intent, or one of the two negates the other.
    """
    found = []
    for first, second in _candidates(phrases, ear):
        pair = _compared(phrases[first], phrases[second], ear)
        if pair.distance < closest:
            found.append(pair)
    return sorted(found, key=_nearest_first)


def mistaken_emergencies(
    spoken: Sequence[Phrase],
    text_only: Sequence[Phrase],
    ear: PronunciationDistance,
    closest: float = CLOSE,
) -> list[ConfusablePair]:
    """What a restricted grammar lacks and would take for an emergency, nearest first.

    Restricted are those of idle and of barge-in. What is said meanwhile need not be in them: a
    phrase of another state, or a wording that is understood as text only. Pairs of phrases that
    share a state are left to ``confusable_pairs``.
    """
    found: dict[tuple[str, str], ConfusablePair] = {}
    unheard = [replace(one, states=frozenset()) for one in text_only]
    for state in (ListeningState.IDLE, ListeningState.BARGE_IN):
        alarms = [one for one in spoken if state in one.states and _meaning(one) == _ALARM]
        others = [one for one in spoken if state not in one.states]
        others = [one for one in (*others, *unheard) if _meaning(one) != _ALARM]
        said, heard = ([ear.usual(one.text) for one in group] for group in (others, alarms))
        for start in range(0, len(said), _ROWS):
            near = _distances(said[start : start + _ROWS], heard) <= _CANDIDATES
            for row, column in zip(*np.nonzero(near), strict=True):
                one, other = others[start + int(row)], alarms[int(column)]
                pair = None if _mask(one) & _mask(other) else _compared(one, other, ear)
                if pair is not None and pair.distance < closest:
                    found[one.text, other.text] = pair
    return sorted(found.values(), key=_nearest_first)


def _candidates(phrases: Sequence[Phrase], ear: PronunciationDistance) -> Iterator[tuple[int, int]]:
    """Index pairs whose most likely pronunciations are close enough for a full comparison."""
    said = [ear.usual(phrase.text) for phrase in phrases]
    meanings = _numbered([_meaning(phrase) for phrase in phrases])
    states = np.array([_mask(phrase) for phrase in phrases])
    for start in range(0, len(said), _ROWS):
        rows = slice(start, start + _ROWS)
        # Only against the phrases from here on: earlier blocks have covered the rest.
        near = _distances(said[rows], said[start:]) <= _CANDIDATES
        near &= meanings[rows, None] != meanings[None, start:]
        near &= (states[rows, None] & states[None, start:]) > 0
        for first, second in zip(*np.nonzero(np.triu(near, 1)), strict=True):
            yield start + int(first), start + int(second)


def _distances(one: Sequence[str], other: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Unweighted edit distances, shape (one, other); those above ``_CANDIDATES`` are not exact."""
    return cdist(
        one, other, scorer=Levenshtein.distance, dtype=np.uint8, score_cutoff=_CANDIDATES
    )  # fmt: skip


def _compared(one: Phrase, other: Phrase, ear: PronunciationDistance) -> ConfusablePair:
    before, _, differing = _split(one.text, other.text)
    return ConfusablePair(one, other, differing, round(ear.distance(*differing, not before), 2))


def _nearest_first(pair: ConfusablePair) -> tuple[float, str, str]:
    return pair.distance, pair.one.source, pair.one.text


def _meaning(phrase: Phrase) -> tuple[str, bool]:
    return phrase.intent, ("negated", "yes") in phrase.slots


def _numbered(keys: list[tuple[str, bool]]) -> npt.NDArray[np.int64]:
    numbers: dict[tuple[str, bool], int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _mask(phrase: Phrase) -> int:
    return sum(1 << bit for bit, state in enumerate(PHRASE_STATES) if state in phrase.states)


def _split(one: str, other: str) -> tuple[str, str, tuple[str, str]]:
    """Common prefix, common suffix, and the differing middles of two sentences."""
    first, second = one.split(), other.split()
    begin = 0
    while begin < min(len(first), len(second)) and first[begin] == second[begin]:
        begin += 1
    most = min(len(first), len(second)) - begin
    end = 0
    while end < most and first[-1 - end] == second[-1 - end]:
        end += 1
    middle = (first[begin : len(first) - end], second[begin : len(second) - end])
    return (
        " ".join(first[:begin]),
        " ".join(first[len(first) - end :]),
        (" ".join(middle[0]), " ".join(middle[1])),
    )
