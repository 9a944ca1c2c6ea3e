"""Viterbi search through a decoding graph, and through a free phone loop."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.model_format import GraphArrays, PhoneArrays

Floats = npt.NDArray[np.float32]
PdfIds = npt.NDArray[np.int16]
ArcIndices = npt.NDArray[np.int64]

_LOG_ZERO = np.float32(-1e30)
"""Score of a state that no path has reached."""

BEAM = 40.0
"""Beam in nats: states further behind the best one are pruned."""


@dataclass(frozen=True)
class PhoneSegment:
    """A phone, or silence, on the best path."""

    silent: bool
    begin: int
    end: int
    """First output frame (30 ms), and the one after the last."""

    word: str
    """The word of which this is the last phone; empty within words and in silence."""


@dataclass(frozen=True)
class BestPath:
    """The Viterbi path through a graph."""

    score: float
    """Log-likelihood of the frames less the graph costs, in nats."""

    pdf_ids: PdfIds
    """pdf-id per output frame, shape (output frames,)."""

    segments: tuple[PhoneSegment, ...]


class DecodingGraph:
    """A graph written by ``graph/second_pass_export.py``: arcs consume pdf-ids."""

    def __init__(self, path: Path, words: tuple[str, ...] = ()) -> None:
        """``words`` are the output symbols, word id 1 first."""
        self._arrays = GraphArrays.load(path)
        self._words = ("", *words)
        self._start = int(self._arrays.start[0])

    def score(self, log_likelihoods: Floats, beam: float = BEAM) -> float:
        """Viterbi score in nats; minus infinity when no path reaches a final state.

        ``log_likelihoods``: float32, shape (output frames, pdfs); ``beam`` in nats.
        """
        scores = self._initial_scores()
        for frame in log_likelihoods:
            arcs, arc_scores = self._propagate(scores, frame, beam)
            scores = np.full(len(scores), _LOG_ZERO)
            np.maximum.at(scores, self._arrays.goal[arcs], arc_scores)
        best = float(np.max(scores - self._arrays.final))
        return best if best > _LOG_ZERO / 2 else -np.inf

    def best_path(self, log_likelihoods: Floats, beam: float = BEAM) -> BestPath | None:
        """The Viterbi path, by backtrace; None when none reaches a final state. See ``score``."""
        scores = self._initial_scores()
        backpointers: list[tuple[npt.NDArray[np.int32], ArcIndices]] = []
        for frame in log_likelihoods:
            arcs, arc_scores = self._propagate(scores, frame, beam)
            targets = self._arrays.goal[arcs]
            scores = np.full(len(scores), _LOG_ZERO)
            np.maximum.at(scores, targets, arc_scores)
            winners = np.flatnonzero(arc_scores == scores[targets])
            order = winners[np.argsort(targets[winners], kind="stable")]
            backpointers.append((targets[order], arcs[order]))
        final_scores = scores - self._arrays.final
        state = int(np.argmax(final_scores))
        if final_scores[state] <= _LOG_ZERO / 2:
            return None
        path = np.zeros(len(backpointers), np.int64)
        for t in range(len(backpointers) - 1, -1, -1):
            targets, arcs = backpointers[t]
            path[t] = arcs[np.searchsorted(targets, state)]
            state = int(np.searchsorted(self._arrays.first, path[t], "right")) - 1
        return BestPath(float(final_scores.max()), self._arrays.state[path], self._segments(path))

    def _initial_scores(self) -> Floats:
        """Scores before the first frame, after the epsilon arcs: float32, shape (states,)."""
        scores = np.full(len(self._arrays.first), _LOG_ZERO)
        scores[self._start] = 0.0
        np.maximum.at(scores, self._arrays.entries, -self._arrays.entry_costs)
        return scores

    def _propagate(self, scores: Floats, frame: Floats, beam: float) -> tuple[ArcIndices, Floats]:
        """Emitting arcs out of the states within the beam, and the score at the end of each.

        ``scores``: float32, shape (states,); ``frame``: float32, shape (pdfs,). Both results
        have the shape (arcs,).
        """
        active = np.flatnonzero(scores > max(scores.max() - beam, _LOG_ZERO / 2))
        count = self._arrays.count[active]
        ends = np.cumsum(count)
        arcs = np.repeat(self._arrays.first[active] - (ends - count), count) + np.arange(
            ends[-1] if len(ends) else 0
        )
        pdf = self._arrays.state[arcs]
        arc_scores = np.repeat(scores[active], count) - self._arrays.cost[arcs] + frame[pdf]
        emitting = pdf >= 0
        return (arcs, arc_scores) if emitting.all() else (arcs[emitting], arc_scores[emitting])

    def _segments(self, path: ArcIndices) -> tuple[PhoneSegment, ...]:
        """Cut a path (one arc per output frame) at the forward transitions that enter a phone."""
        begins = np.flatnonzero(self._arrays.entering[path])
        ends = [*begins[1:].tolist(), len(path)]
        return tuple(
            PhoneSegment(
                bool(self._arrays.silent[path[begin]]),
                int(begin),
                end,
                self._words[int(self._arrays.word[path[begin]])],
            )
            for begin, end in zip(begins, ends, strict=True)
        )


class PhoneLoop:
    """Free phone loop: any base phone after any other, at a constant insertion cost.

    Its score bounds what the recording can reach with any phones. A base phone stands for all
    its position- and context-dependent variants: the best of their pdfs counts.
    """

    def __init__(self, path: Path, cost: float = 1.0) -> None:
        """Read ``phones.npz`` of ``graph/second_pass_export.py``; ``cost`` in nats per phone."""
        self._arrays = PhoneArrays.load(path)
        self._cost = np.float32(cost)

    def frame_log_likelihoods(self, log_likelihoods: Floats) -> Floats:
        """Log-likelihood of each frame on the best path: float32, shape (output frames,).

        ``log_likelihoods``: float32, shape (output frames, pdfs).
        """
        return self._best_path(log_likelihoods)[0]

    def best_phones(self, log_likelihoods: Floats) -> list[int]:
        """The phones on the best path, as indices of ``phone_classes``; silence is the last."""
        return self._best_path(log_likelihoods)[1]

    def _best_path(self, log_likelihoods: Floats) -> tuple[Floats, list[int]]:
        """Viterbi over one state per phone: log-likelihoods, shape (output frames,), and phones."""
        forward, self_loop = (
            np.maximum.reduceat(log_likelihoods[:, pdfs], begins, axis=1)
            for pdfs, begins in (
                (self._arrays.entering, self._arrays.entering_at),
                (self._arrays.staying, self._arrays.staying_at),
            )
        )
        frames, phone_count = forward.shape
        scores = forward[0].copy()
        predecessor = np.zeros(frames, np.int64)
        entered = np.ones((frames, phone_count), bool)
        for t in range(1, frames):
            predecessor[t] = scores.argmax()
            entry_scores = scores[predecessor[t]] - self._cost + forward[t]
            entered[t] = entry_scores > scores + self_loop[t]
            scores = np.maximum(entry_scores, scores + self_loop[t])
        phone = int(scores.argmax())
        phones = [phone]
        values = np.zeros(frames, np.float32)
        for t in range(frames - 1, -1, -1):
            values[t] = (forward if entered[t, phone] else self_loop)[t, phone]
            if entered[t, phone] and t:
                phone = int(predecessor[t])
                phones.append(phone)
        return values, phones[::-1]
