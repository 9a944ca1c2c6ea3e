"""Context dependency (C) and HMM topology (H) of a phone FST, level by level in numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.const_fst import ARC, STATE, ConstFst
from assistant.asr.graph.context_dependency import ContextDependency
from assistant.asr.graph.phone_fst import PhoneFst

Integers = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float32]

_PHONES = 1 << 10
_TUPLES = 1 << 16
"""More than any base model has; a state, a phone and a tuple number fit into 63 bits."""


def expand_contexts(
    fst: PhoneFst, start: int, contexts: ContextDependency, self_loop_costs: Mapping[int, float]
) -> ConstFst:
    """Apply left-biphone context dependency and the HMM topology to a phone FST.

    A state of the result is a state of ``fst`` together with the left phone and the tuple whose
    self-loop it carries. As in Kaldi's reordered graphs (``AddSelfLoops`` with ``reorder``) the
    forward transition comes before the self-loop; the transition-ids of the tuple number ``t`` are
    2t + 2 and 2t + 1. ``self_loop_costs``: phone id → nats. States are numbered breadth first.
    """
    phone_arcs = _PhoneArcs(fst)
    tuples = _EnteredTuples(contexts)
    level = _Keys(np.array([start]), np.zeros(1, np.int64), np.full(1, -1))
    known = set(level.packed().tolist())
    levels: list[_Keys] = []
    arcs: list[_Arcs] = []
    while len(level.state):
        levels.append(level)
        arcs.append(phone_arcs.leaving(level, tuples))
        fresh: list[int] = []
        for place, key in enumerate(arcs[-1].goal.packed().tolist()):
            if key not in known:
                known.add(key)
                fresh.append(place)
        level = arcs[-1].goal.at(np.array(fresh, np.int64))
    return _assemble(levels, arcs, fst, self_loop_costs)


@dataclass(frozen=True)
class _Keys:
    """States of the result; three arrays of shape (states,)."""

    state: Integers
    """State of the phone FST."""

    left: Integers
    """Phone id; 0 at the start of an utterance."""

    own: Integers
    """Tuple number of the self-loop; -1 without one."""

    def packed(self) -> Integers:
        """One number for each state: int64, shape (states,)."""
        return (self.state * _PHONES + self.left) * _TUPLES + self.own + 1

    def at(self, places: Integers) -> "_Keys":
        return _Keys(self.state[places], self.left[places], self.own[places])


@dataclass(frozen=True)
class _Arcs:
    """The arcs that leave a level, self-loops excepted; arrays of shape (arcs,)."""

    source: Integers
    """Index of the state within its level."""

    label: Integers
    """Transition-id; 0 for epsilon."""

    word: Integers
    cost: Costs
    goal: _Keys


class _EnteredTuples:
    """``ContextDependency.find`` for arrays of phones."""

    def __init__(self, contexts: ContextDependency) -> None:
        self._contexts = contexts
        self._table = np.full((_PHONES, _PHONES), -1, np.int32)

    def find(self, left: Integers, phone: Integers) -> Integers:
        """Tuple numbers of phones after left phones; all three of the same shape."""
        missing = self._table[left, phone] < 0
        for pair in np.unique(left[missing] * _PHONES + phone[missing]).tolist():
            one, other = divmod(pair, _PHONES)
            self._table[one, other] = self._contexts.find(one, other)
        return self._table[left, phone].astype(np.int64)


class _PhoneArcs:
    """The arcs of a phone FST as arrays, by source state."""

    def __init__(self, fst: PhoneFst) -> None:
        self._count = np.array([len(arcs) for arcs in fst.arcs], np.int64)
        self._first = np.concatenate([[0], np.cumsum(self._count)[:-1]])
        flat = [arc for arcs in fst.arcs for arc in arcs]
        columns = zip(*flat, strict=True) if flat else ((), (), (), ())
        phone, word, cost, goal = (np.array(column) for column in columns)
        self._phone, self._word, self._goal = (one.astype(np.int64) for one in (phone, word, goal))
        self._cost = cost.astype(np.float32)

    def leaving(self, level: _Keys, tuples: _EnteredTuples) -> _Arcs:
        """The arcs out of the states of ``level``."""
        count = self._count[level.state]
        source = np.repeat(np.arange(len(count)), count)
        ends = np.cumsum(count)
        place = np.arange(len(source)) - np.repeat(ends - count, count)
        place += np.repeat(self._first[level.state], count)
        phone, left = self._phone[place], level.left[source]
        own = np.full(len(place), -1)
        speaks = phone > 0
        own[speaks] = tuples.find(left[speaks], phone[speaks])
        goal = _Keys(self._goal[place], np.where(speaks, phone, left), own)
        label = np.where(speaks, 2 * own + 2, 0)
        return _Arcs(source, label, self._word[place], self._cost[place], goal)


def _assemble(
    levels: Sequence[_Keys], arcs: Sequence[_Arcs], fst: PhoneFst, loop_costs: Mapping[int, float]
) -> ConstFst:
    """Number the states and add the self-loops; see ``expand_contexts``."""
    keys = np.concatenate([level.packed() for level in levels])
    order = np.argsort(keys)
    offsets = np.cumsum([0, *(len(level.state) for level in levels)])
    source = np.concatenate([one.source + at for one, at in zip(arcs, offsets[:-1], strict=True)])
    goal = np.concatenate([one.goal.packed() for one in arcs])
    left, own, state = (
        np.concatenate([getattr(level, name) for level in levels])
        for name in ("left", "own", "state")
    )
    loops = np.flatnonzero(own >= 0)
    table = np.zeros(_PHONES, np.float32)
    table[list(loop_costs)] = list(loop_costs.values())
    found = np.zeros(len(loops) + len(source), ARC)
    found["ilabel"] = np.concatenate([2 * own[loops] + 1, *(one.label for one in arcs)])
    found["olabel"][len(loops) :] = np.concatenate([one.word for one in arcs])
    found["weight"] = np.concatenate([table[left[loops]], *(one.cost for one in arcs)])
    found["next"] = np.concatenate([loops, order[np.searchsorted(keys[order], goal)]])
    source = np.concatenate([loops, source])
    found = found[np.argsort(source, kind="stable")]
    states = np.zeros(len(keys), STATE)
    final = np.array([np.inf if cost is None else cost for cost in fst.final], np.float32)
    states["final"] = final[state]
    states["arcs"] = np.bincount(source, minlength=len(keys))
    states["first"] = np.cumsum(states["arcs"]) - states["arcs"]
    source.sort()
    for name, label in (("ieps", "ilabel"), ("oeps", "olabel")):
        states[name] = np.bincount(source[found[label] == 0], minlength=len(keys))
    return ConstFst(0, states, found)
