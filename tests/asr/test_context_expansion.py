"""Context dependency and topology, against a state-by-state reference."""

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.asr.graph.const_fst import ConstFst
from assistant.asr.graph.context_dependency import ContextDependency
from assistant.asr.graph.context_expansion import expand_contexts
from assistant.asr.graph.phone_fst import PhoneFst

PHONES = (11, 15, 19)
LOOPS = {11: 0.5, 15: -0.25}


def contexts() -> ContextDependency:
    tuples = np.array([(phone, 0, n, n) for n, phone in enumerate(PHONES * 2)], np.int32)
    pairs = [
        (left, phone, n + 3 * (left == PHONES[0]))
        for left in (0, *PHONES)
        for n, phone in enumerate(PHONES)
    ]
    return ContextDependency(np.array(pairs, np.int32), tuples)


def reference(
    fst: PhoneFst, start: int, table: ContextDependency, loops: Mapping[int, float]
) -> list[tuple[int, list[tuple[int, int, float, int]]]]:
    """Each state's final cost (-1: none) and arcs, numbered breadth first."""
    keys = {(start, 0, -1): 0}
    todo, found = [(start, 0, -1)], []
    while len(found) < len(todo):
        state, left, own = todo[len(found)]
        arcs = [(2 * own + 1, 0, loops.get(left, 0.0), len(found))] if own >= 0 else []
        for phone, word, cost, goal in fst.arcs[state]:
            entered = table.find(left, phone) if phone else -1
            key = (goal, phone or left, entered)
            if key not in keys:
                keys[key] = len(todo)
                todo.append(key)
            arcs.append((2 * entered + 2 if phone else 0, word, cost, keys[key]))
        final = fst.final[state]
        found.append((-1 if final is None else final, arcs))
    return found


arc = st.tuples(
    st.sampled_from((0, *PHONES)), st.integers(0, 3), st.sampled_from((0.0, 1.5)), st.integers(0, 5)
)
graphs = st.lists(
    st.tuples(st.lists(arc, max_size=4), st.sampled_from((None, 0.0, 2.0))), min_size=6, max_size=6
)


@given(graphs)
def test_it_gives_what_a_search_state_by_state_gives(
    states: list[tuple[list[tuple[int, int, float, int]], float | None]],
) -> None:
    fst = PhoneFst()
    for arcs, final in states:
        number = fst.reserve()
        # Epsilon arcs only lead to later states: no epsilon cycles.
        fst.arcs[number] = tuple(one for one in arcs if one[0] or one[3] > number)
        fst.final[number] = final
    table = contexts()
    assert as_lists(expand_contexts(fst, 0, table, LOOPS)) == reference(fst, 0, table, LOOPS)


def as_lists(fst: ConstFst) -> list[tuple[float, list[tuple[int, int, float, int]]]]:
    found = []
    for state in fst.states:
        arcs = fst.arcs[state["first"] : state["first"] + state["arcs"]]
        assert state["ieps"] == np.sum(arcs["ilabel"] == 0)
        assert state["oeps"] == np.sum(arcs["olabel"] == 0)
        final = -1 if np.isinf(state["final"]) else float(state["final"])
        found.append((final, [tuple(one.tolist()) for one in arcs]))
    return found
