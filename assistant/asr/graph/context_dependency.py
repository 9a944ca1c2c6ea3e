"""Left-biphone context dependency, recovered from a Vosk model's graph.

Which pdfs a phone has after which left phone is decided by Kaldi's phonetic decision tree, which
Vosk's small models do not ship. Their graph ``HCLr.fst`` shows it: the input label of an arc is a
transition-id, hence names a tuple of the transition model and its phone; propagating the last
phone along the arcs gives the left context of the next one.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.const_fst import read_fst
from assistant.core.errors import InputError
from assistant.core.translation import _

Contexts = dict[tuple[int, int], int]
"""(left phone, phone) → tuple number; left phone 0 is the start of an utterance."""

Table = npt.NDArray[np.int32]


def read_tuples(path: Path) -> Table:
    """Read the tuples (phone, HMM state, forward pdf, self-loop pdf) of the transition model.

    ``path`` is a Kaldi ``final.mdl`` (``hmm/transition-model.cc``). Returns int32, shape
    (tuples, 4). Raises ``InputError`` when the file is no such model.
    """
    data = path.read_bytes()
    at = data.find(b"<Tuples> ")
    if at < 0 or not data.startswith(b"\0B<TransitionModel>"):
        raise InputError(
            _("{path} is not a chain acoustic model").format(path=path), _("unpack the base again")
        )
    at += len(b"<Tuples> ")
    (count,) = struct.unpack_from("<i", data, at + 1)
    at += 5
    cells = np.frombuffer(data, np.dtype([("size", "u1"), ("value", "<i4")]), count * 4, at)
    if np.any(cells["size"] != 4):
        raise InputError(_("{path} is damaged").format(path=path), _("unpack the base model again"))
    return cells["value"].reshape(count, 4).astype(np.int32)


def learn_contexts(
    graph: Path, tuples: Table, progress: Callable[[float], None] = lambda done: None
) -> Table:
    """Find the biphones in ``HCLr.fst``; int32, shape (biphones, 3): left phone, phone, tuple.

    Breadth-first search from the start state. Of the tuple number ``t``, the transition-id
    2t + 1 is the self-loop and 2t + 2 the forward transition.

    Raises ``InputError`` when graph and model do not belong together.
    """
    fst = read_fst(graph)
    first = fst.states["first"].astype(np.int64)
    count = fst.states["arcs"].astype(np.int64)
    arcs = fst.arcs
    if len(arcs) and int(arcs["next"].max()) >= len(first):
        raise InputError(
            _("{graph} is damaged").format(graph=graph), _("unpack the base model again")
        )
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
        target = arcs["next"][index].astype(np.int64)
        emitting = (label > 0) & (label <= 2 * len(tuples))
        forward = emitting & (label % 2 == 0)
        number = np.where(forward, label // 2 - 1, 0)
        phone = np.where(forward, tuples[number, 0], left[sources])
        found = np.stack([left[sources], phone, number], 1)[forward]
        pairs = np.unique(np.concatenate([pairs, found.astype(np.int32)]), axis=0)
        leaving = ~emitting | forward
        target, phone = target[leaving], phone[leaving]
        fresh = left[target] < 0
        left[target[fresh]] = phone[fresh]
        frontier = np.unique(target[fresh])
    _check(graph, pairs)
    return pairs


def _ranges(first: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Concatenate the ranges first[i] … first[i] + count[i] - 1; int64, shape (sum of count,)."""
    offsets = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return offsets + np.arange(int(count.sum()))


def _check(graph: Path, pairs: Table) -> None:
    if not len(pairs):
        raise InputError(
            _("{graph} names no phones").format(graph=graph),
            _("use the HCLr.fst of the same model"),
        )
    _pairs, times = np.unique(pairs[:, :2], axis=0, return_counts=True)
    if np.mean(times > 1) > 0.01:
        raise InputError(
            _("{graph} needs more than one phone of left context").format(graph=graph),
            _("use a small Vosk model"),
        )


class ContextDependency:
    """Maps a phone and its left context to a tuple, backing off for unseen biphones."""

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
            for left_class in (_base_phone(left), _ANY):
                self._seen[left_class, phone][number] += 1
                self._seen[left_class, _base_phone(phone)][number] += 1

    @property
    def size(self) -> int:
        """Number of tuples in the transition model."""
        return len(self._tuples)

    def find(self, left: int, phone: int) -> int:
        """Return the tuple number of the phone id ``phone`` after the phone id ``left``.

        An unseen biphone backs off to the pdfs of the most similar one: same phone after the same
        base phone (whatever its position in the word), same base phone after that one, same phone
        after any other, same base phone after any other.
        """
        known = self._known.get((left, phone))
        if known is None:
            known = self._known[left, phone] = self._back_off(left, phone)
        return known

    def _back_off(self, left: int, phone: int) -> int:
        """The tuple of the most similar biphone that was seen, see ``find``."""
        left_base, base = _base_phone(left), _base_phone(phone)
        for key in ((left_base, phone), (left_base, base), (_ANY, phone), (_ANY, base)):
            seen = self._seen.get(key)
            if seen:
                number = min(seen, key=lambda one: (-seen[one], one))
                _phone, _place, forward, loop = self._tuples[number].tolist()
                # Same pdfs, but a tuple of this very phone: keeps the word boundaries right.
                return self._own.get((phone, forward, loop), number)
        raise InputError(
            _("the base model has no phone {phone}").format(phone=phone),
            _("correct the phone table"),
        )


_ANY = -1


def _base_phone(phone: int) -> int:
    """A negative number shared by the phone ids that differ in their word position only."""
    return -10 - (phone - 1) // 5 if phone <= SILENCES else -100 - (phone - SILENCES - 1) // 4


SILENCES = 10
"""Highest phone id of the silence phones: two, with five word positions each, come first."""
