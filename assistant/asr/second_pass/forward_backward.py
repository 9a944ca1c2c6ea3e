"""How much each labelled arc of a graph accounts for a sound, over all ways through it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.model_format import GraphArrays
from assistant.asr.second_pass.mfcc import Floats

Exact = npt.NDArray[np.float64]


class ForwardBackward:
    """A graph as ``asr/graph/second_pass_export.py`` writes it; its words are labels."""

    def __init__(self, path: Path) -> None:
        self._of = GraphArrays.load(path)
        sounding = self._of.state >= 0
        count = self._of.count
        self._size = len(count)
        self._source = np.repeat(np.arange(self._size), count)[sounding]
        self._goal = self._of.goal[sounding]
        self._state = self._of.state[sounding]
        self._label = self._of.word[sounding]
        self._weight = np.exp(-self._of.cost[sounding].astype(np.float64))
        self._ending = np.exp(-self._of.final.astype(np.float64))

    def posteriors(self, likelihoods: Floats) -> dict[int, float]:
        """Label → its share of all ways, 0 to 1; nothing when no way fits.

        ``likelihoods`` are the network's, shape (rows, states). Forward-backward algorithm,
        each row scaled, so that ways 700 nats behind the best one are lost and nothing else.
        """
        rows = likelihoods.astype(np.float64)
        rows = np.exp(rows - rows.max(axis=1, keepdims=True))
        before, scales = [self._begin()], []
        for row in rows:
            through = before[-1][self._source] * self._weight * row[self._state]
            reached = np.bincount(self._goal, through, self._size)
            scales.append(reached.sum())
            if not scales[-1]:
                return {}
            before.append(reached / scales[-1])
        everything = float(before[-1] @ self._ending)
        if not everything:
            return {}
        found = np.zeros(int(self._label.max()) + 1)
        after = self._ending
        for number in range(len(rows) - 1, -1, -1):
            ahead = self._weight * rows[number][self._state] * after[self._goal] / scales[number]
            found += np.bincount(self._label, ahead * before[number][self._source], len(found))
            after = np.bincount(self._source, ahead, self._size)
        found /= everything
        return {int(label): float(found[label]) for label in np.flatnonzero(found > 1e-3) if label}

    def _begin(self) -> Exact:
        start = np.zeros(self._size)
        start[int(self._of.start[0])] = 1.0
        np.add.at(start, self._of.entries, np.exp(-self._of.entry_costs.astype(np.float64)))
        return start
