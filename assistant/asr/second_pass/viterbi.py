"""The best way of a sound through a graph, and through a free loop of phones."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.model_format import GraphArrays, PhoneArrays

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]

_FAR = np.float32(-1e30)

BEAM = 26.0
"""Ways that are so far behind the best one (natural logarithm) are given up."""


@dataclass(frozen=True)
class PhoneSegment:
    """A phone, or silence, on the best way."""

    silent: bool
    begin: int
    end: int
    """Rows of the network's output, the last one not included."""

    word: str
    """The word that ends with it; empty within words and in silence."""


@dataclass(frozen=True)
class BestPath:
    """The best way through a graph."""

    score: float
    """Log-likelihood of the sound less the costs of the way."""

    states: npt.NDArray[np.int16]
    """The acoustic state at each row."""

    segments: tuple[PhoneSegment, ...]


class DecodingGraph:
    """A graph as ``asr/graph/second_pass_export.py`` writes it."""

    def __init__(self, path: Path, words: tuple[str, ...] = ()) -> None:
        """``words`` are the names of the words, those of number 1 first."""
        self._of = GraphArrays.load(path)
        self._words = ("", *words)
        self._start = int(self._of.start[0])

    def score(self, likelihoods: Floats, beam: float = BEAM) -> float:
        """Score of the best way; minus infinity when none reaches an end."""
        scores = self._begin()
        for row in likelihoods:
            arcs, values = self._ahead(scores, row, beam)
            scores = np.full(len(scores), _FAR)
            np.maximum.at(scores, self._of.goal[arcs], values)
        best = float(np.max(scores - self._of.final))
        return best if best > _FAR / 2 else -np.inf

    def best(self, likelihoods: Floats, beam: float = BEAM) -> BestPath | None:
        """The best way; None when none reaches an end."""
        scores = self._begin()
        taken: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]] = []
        for row in likelihoods:
            arcs, values = self._ahead(scores, row, beam)
            goals = self._of.goal[arcs]
            scores = np.full(len(scores), _FAR)
            np.maximum.at(scores, goals, values)
            winning = np.flatnonzero(values == scores[goals])
            order = winning[np.argsort(goals[winning], kind="stable")]
            taken.append((goals[order], arcs[order]))
        ended = scores - self._of.final
        place = int(np.argmax(ended))
        if ended[place] <= _FAR / 2:
            return None
        chain = np.zeros(len(taken), np.int64)
        for number in range(len(taken) - 1, -1, -1):
            goals, arcs = taken[number]
            chain[number] = arcs[np.searchsorted(goals, place)]
            place = int(np.searchsorted(self._of.first, chain[number], "right")) - 1
        return BestPath(float(ended.max()), self._of.state[chain], self._stretches(chain))

    def _begin(self) -> Floats:
        scores = np.full(len(self._of.first), _FAR)
        scores[self._start] = 0.0
        np.maximum.at(scores, self._of.entries, -self._of.entry_costs)
        return scores

    def _ahead(
        self, scores: Floats, row: Floats, beam: float
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """Arcs that leave the states still in the race, and the scores at their goals."""
        alive = np.flatnonzero(scores > max(scores.max() - beam, _FAR / 2))
        count = self._of.count[alive]
        ends = np.cumsum(count)
        arcs = np.repeat(self._of.first[alive] - (ends - count), count) + np.arange(
            ends[-1] if len(ends) else 0
        )
        state = self._of.state[arcs]
        values = np.repeat(scores[alive], count) - self._of.cost[arcs] + row[state]
        sounding = state >= 0
        return (arcs, values) if sounding.all() else (arcs[sounding], values[sounding])

    def _stretches(self, chain: Whole) -> tuple[PhoneSegment, ...]:
        begins = np.flatnonzero(self._of.entering[chain])
        ends = [*begins[1:].tolist(), len(chain)]
        return tuple(
            PhoneSegment(
                bool(self._of.silent[chain[begin]]),
                int(begin),
                end,
                self._words[int(self._of.word[chain[begin]])],
            )
            for begin, end in zip(begins, ends, strict=True)
        )


class PhoneLoop:
    """Any phones in any order, each costing the same: the most that a sound can be."""

    def __init__(self, path: Path, cost: float = 1.0) -> None:
        """Read the kinds of phones (``PhoneArrays``); entering another costs ``cost`` nats."""
        self._of = PhoneArrays.load(path)
        self._cost = np.float32(cost)

    def best(self, likelihoods: Floats) -> Floats:
        """Log-likelihood at each row of the best way."""
        return self._way(likelihoods)[0]

    def kinds(self, likelihoods: Floats) -> list[int]:
        """The kinds of phones on the best way, by their place in the list of kinds."""
        return self._way(likelihoods)[1]

    def _way(self, likelihoods: Floats) -> tuple[Floats, list[int]]:
        enter, stay = (
            np.maximum.reduceat(likelihoods[:, states], begins, axis=1)
            for states, begins in (
                (self._of.entering, self._of.entering_at),
                (self._of.staying, self._of.staying_at),
            )
        )
        rows, kinds = enter.shape
        score = enter[0].copy()
        before = np.zeros(rows, np.int64)
        entered = np.ones((rows, kinds), bool)
        for row in range(1, rows):
            before[row] = score.argmax()
            fresh = score[before[row]] - self._cost + enter[row]
            entered[row] = fresh > score + stay[row]
            score = np.maximum(fresh, score + stay[row])
        kind = int(score.argmax())
        kinds = [kind]
        values = np.zeros(rows, np.float32)
        for row in range(rows - 1, -1, -1):
            values[row] = (enter if entered[row, kind] else stay)[row, kind]
            if entered[row, kind] and row:
                kind = int(before[row])
                kinds.append(kind)
        return values, kinds[::-1]
