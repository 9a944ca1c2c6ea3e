"""Which acoustic state a phone has after which other phone.

Kaldi keeps this in a decision tree, which Vosk's small models do not ship. It can be read off
their graph: every forward arc of ``HCLr.fst`` names a transition of the acoustic model, hence a
phone; handing the last phone along the arcs tells what stood left of it.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.const_fst import read_fst
from assistant.core.errors import InputError

Contexts = dict[tuple[int, int], int]
"""(left phone, phone) → tuple number; left phone 0 is the beginning of an utterance."""

Table = npt.NDArray[np.int32]


def read_tuples(path: Path) -> Table:
    """Read (phone, state, forward pdf, self-loop pdf) of each tuple in ``final.mdl``.

    Returns shape (tuples, 4). Raises ``InputError`` when the file is no such model.
    """
    data = path.read_bytes()
    at = data.find(b"<Tuples> ")
    if at < 0 or not data.startswith(b"\0B<TransitionModel>"):
        raise InputError(f"{path} is not a chain acoustic model", "unpack the base again")
    at += len(b"<Tuples> ")
    (count,) = struct.unpack_from("<i", data, at + 1)
    at += 5
    cells = np.frombuffer(data, np.dtype([("size", "u1"), ("value", "<i4")]), count * 4, at)
    if np.any(cells["size"] != 4):
        raise InputError(f"{path} is damaged", "unpack the base model again")
    return cells["value"].reshape(count, 4).astype(np.int32)


def learn_contexts(
    graph: Path, tuples: Table, progress: Callable[[float], None] = lambda done: None
) -> Table:
    """Learn the contexts from ``HCLr.fst``; shape (pairs, 3): left phone, phone, tuple.

    Raises ``InputError`` when graph and model do not belong together.
    """
    fst = read_fst(graph)
    first = fst.states["first"].astype(np.int64)
    count = fst.states["arcs"].astype(np.int64)
    arcs = fst.arcs
    if len(arcs) and int(arcs["next"].max()) >= len(first):
        raise InputError(f"{graph} is damaged", "unpack the base model again")
    left = np.full(len(first), -1, np.int32)
    left[fst.start] = 0
    frontier = np.array([fst.start], np.int64)
    pairs = np.zeros((0, 3), np.int32)
    reached = 0
    while len(frontier):
        reached += len(frontier)
        progress(reached / len(first))
        sources = np.repeat(frontier, count[frontier])
        index = _ranges(first[frontier], count[frontier])
        label = arcs["ilabel"][index]
        goal = arcs["next"][index].astype(np.int64)
        real = (label > 0) & (label <= 2 * len(tuples))
        forward = real & (label % 2 == 0)
        number = np.where(forward, label // 2 - 1, 0)
        phone = np.where(forward, tuples[number, 0], left[sources])
        found = np.stack([left[sources], phone, number], 1)[forward]
        pairs = np.unique(np.concatenate([pairs, found.astype(np.int32)]), axis=0)
        moving = ~real | forward
        goal, phone = goal[moving], phone[moving]
        fresh = left[goal] < 0
        left[goal[fresh]] = phone[fresh]
        frontier = np.unique(goal[fresh])
    _check(graph, pairs)
    return pairs


def _ranges(first: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Concatenate first[i] … first[i] + count[i] - 1."""
    offsets = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return offsets + np.arange(int(count.sum()))


def _check(graph: Path, pairs: Table) -> None:
    if not len(pairs):
        raise InputError(f"{graph} names no phones", "use the HCLr.fst of the same model")
    _, times = np.unique(pairs[:, :2], axis=0, return_counts=True)
    if np.mean(times > 1) > 0.01:
        raise InputError(
            f"{graph} needs more than one phone of left context", "use a small Vosk model"
        )


class ContextDependency:
    """Finds the tuple for a phone after another, also for pairs that were never seen."""

    def __init__(self, pairs: Table, tuples: Table) -> None:
        self._known: Contexts = {}
        self._seen: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        self._tuples = tuples
        self._own = {
            (phone, forward, loop): number
            for number, (phone, _, forward, loop) in enumerate(tuples.tolist())
        }
        for left, phone, number in pairs.tolist():
            self._known[left, phone] = number
            for near_left in (_kind(left), _ANY):
                self._seen[near_left, phone][number] += 1
                self._seen[near_left, _kind(phone)][number] += 1

    @property
    def size(self) -> int:
        """How many tuples the acoustic model has."""
        return len(self._tuples)

    def find(self, left: int, phone: int) -> int:
        """Return the tuple of ``phone`` after ``left``.

        A pair that was never seen gets the acoustic state of the most similar one: same phone
        after the same kind of left phone (kinds are phones whatever their position in a word),
        same kind of phone after that kind, same phone after anything.
        """
        known = self._known.get((left, phone))
        if known is None:
            known = self._known[left, phone] = self._similar(left, phone)
        return known

    def _similar(self, left: int, phone: int) -> int:
        near = ((_kind(left), phone), (_kind(left), _kind(phone)), (_ANY, phone),
                (_ANY, _kind(phone)))  # fmt: skip
        for key in near:
            seen = self._seen.get(key)
            if seen:
                number = min(seen, key=lambda one: (-seen[one], one))
                _, _, forward, loop = self._tuples[number].tolist()
                # The same state under this phone's own name keeps word boundaries right.
                return self._own.get((phone, forward, loop), number)
        raise InputError(f"the base model has no phone {phone}", "correct the phone table")


_ANY = -1


def _kind(phone: int) -> int:
    """A negative number for the four phones that differ in their place in a word only."""
    return -10 - (phone - 1) // 5 if phone <= SILENCES else -100 - (phone - SILENCES - 1) // 4


SILENCES = 10
"""Vosk's models have two silence phones of five positions each before the real ones."""
