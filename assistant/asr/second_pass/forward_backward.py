"""Forward-backward over an alignment graph: posteriors of its labelled arcs."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.model_format import GraphArrays
from assistant.asr.second_pass.mfcc import Floats

Doubles = npt.NDArray[np.float64]

_MIN_POSTERIOR = 1e-3


class ForwardBackward:
    """A graph written by ``graph/second_pass_export.py`` whose word ids are arc labels."""

    def __init__(self, path: Path) -> None:
        self._arrays = GraphArrays.load(path)
        emitting = self._arrays.state >= 0
        arc_counts = self._arrays.count
        self._states = len(arc_counts)
        self._source = np.repeat(np.arange(self._states), arc_counts)[emitting]
        self._target = self._arrays.goal[emitting]
        self._pdf = self._arrays.state[emitting]
        self._label = self._arrays.word[emitting]
        self._weight = np.exp(-self._arrays.cost[emitting].astype(np.float64))
        self._final_weight = np.exp(-self._arrays.final.astype(np.float64))

    def posteriors(self, log_likelihoods: Floats) -> dict[int, float]:
        """Label → posterior (0 to 1, expected count) of its arc; empty if no path fits.

        ``log_likelihoods`` come from ``TdnnF.log_likelihoods``: float32, shape (output frames,
        pdfs), natural log. Frame scores are taken relative to their maximum and the forward
        probabilities are rescaled at every frame (Rabiner 1989, "A Tutorial on Hidden Markov
        Models"), so that only paths about 700 nats behind the best underflow. Posteriors of
        0.001 and less are left out.
        """
        frames = log_likelihoods.astype(np.float64)
        frames = np.exp(frames - frames.max(axis=1, keepdims=True))
        forward, scales = [self._initial()], []
        for frame in frames:
            arc_flow = forward[-1][self._source] * self._weight * frame[self._pdf]
            reached = np.bincount(self._target, arc_flow, self._states)
            scales.append(reached.sum())
            if not scales[-1]:
                return {}
            forward.append(reached / scales[-1])
        total = float(forward[-1] @ self._final_weight)
        if not total:
            return {}
        occupancy = np.zeros(int(self._label.max()) + 1)
        backward = self._final_weight
        for t in range(len(frames) - 1, -1, -1):
            arc_back = self._weight * frames[t][self._pdf] * backward[self._target] / scales[t]
            occupancy += np.bincount(
                self._label, arc_back * forward[t][self._source], len(occupancy)
            )
            backward = np.bincount(self._source, arc_back, self._states)
        occupancy /= total
        return {
            int(label): float(occupancy[label])
            for label in np.flatnonzero(occupancy > _MIN_POSTERIOR)
            if label
        }

    def _initial(self) -> Doubles:
        """Forward probabilities before the first frame, shape (states,).

        Includes the epsilon arcs, which only leave the start state.
        """
        initial = np.zeros(self._states)
        initial[int(self._arrays.start[0])] = 1.0
        entry_weights = np.exp(-self._arrays.entry_costs.astype(np.float64))
        np.add.at(initial, self._arrays.entries, entry_weights)
        return initial
