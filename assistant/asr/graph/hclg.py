"""A network of phones to the decoding graph ``HCLG.fst``.

This room must never share a process with vosk as long as it may load another OpenFst: two of
them in one process deadlock. It is started as a process of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.asr.graph.background import MARK, Background
from assistant.asr.graph.const_fst import ARC, STATE, ConstFst
from assistant.asr.graph.context_dependency import ContextTable
from assistant.asr.graph.lexicon import Lexicon, Spoken
from assistant.asr.graph.phone_fst import Arc, Network, Weaver, joints_of
from assistant.asr.graph.phone_map import Flow, PhoneTable

Say = Callable[[str], Spoken]


@dataclass(frozen=True)
class GraphPlan:
    """What a graph is made of."""

    sentences: Mapping[str, float]
    """Sentence → cost (negative logarithm of its probability)."""

    say: Say
    silence: int
    contexts: ContextTable
    background: Background | None = None
    flow: Flow = field(default_factory=Flow)
    stay: Mapping[int, float] = field(default_factory=dict)
    """Phone id → cost of every 30 ms after its first."""


def compile_graph(plan: GraphPlan) -> tuple[ConstFst, list[str]]:
    """Build the graph; returns it and its words, the first one being word 1."""
    words = sorted({word for sentence in plan.sentences for word in sentence.split()})
    ids = {word: number for number, word in enumerate(words, 1)}
    say = {number: plan.say(word) for word, number in ids.items()}
    network = Network()
    weaver = Weaver(network, say, plan.silence, plan.flow)
    start = weaver.sentences(joints_of(plan.sentences, ids))
    if plan.background:
        # One name for all of it: its ways through the same sound are one rival, not thousands.
        words.append(MARK)
        ending = round(plan.background.ending(len(plan.sentences)), 2)
        loops = _loops(network, plan, plan.background, ending, len(words))
        start = network.state([(0, 0, 0.0, start), *loops])
    return with_contexts(network, start, plan.contexts, plan.stay), words


def compile_background(plan: GraphPlan) -> ConstFst:
    """Build the graph of the plan's background alone; nothing is paid for ending in it."""
    network = Network()
    loops = _loops(network, plan, plan.background, 0.0, 0) if plan.background else []
    return with_contexts(network, network.state(loops), plan.contexts, plan.stay)


def _loops(
    network: Network, plan: GraphPlan, background: Background, ending: float, name: int
) -> list[Arc]:
    """Add the loops of ``background``; the arcs into them, each saying the word ``name``."""
    found: list[Arc] = []
    for loop in background.loops:
        heard = {number: plan.say(word) for number, word in enumerate(loop.words)}
        heard = {number: _few(spoken, loop.variants) for number, spoken in heard.items()}
        weaver = Weaver(network, heard, plan.silence, plan.flow)
        goal = weaver.loop(dict(enumerate(loop.words.values())), ending, silent=True)
        found.append((0, name, loop.entry, goal))
    return found


def _few(spoken: Spoken, most: int) -> Spoken:
    return Spoken(spoken.rested[:most], spoken.flowing[:most])


def with_contexts(
    network: Network, start: int, contexts: ContextTable, stay: Mapping[int, float]
) -> ConstFst:
    """Give each phone its acoustic state after the phone before it.

    Kaldi's order: a phone is entered by its forward transition, then stays by its self-loop.
    """
    keys: dict[tuple[int, int, int], int] = {}
    todo: list[tuple[int, int, int]] = []

    def number(key: tuple[int, int, int]) -> int:
        known = keys.get(key)
        if known is None:
            known = keys[key] = len(keys)
            todo.append(key)
        return known

    number((start, 0, -1))
    states: list[tuple[float, int, int, int, int]] = []
    arcs: list[tuple[int, int, float, int]] = []
    while len(states) < len(todo):
        state, left, own = todo[len(states)]
        mine: list[tuple[int, int, float, int]] = []
        if own >= 0:
            mine.append((2 * own + 1, 0, stay.get(left, 0.0), len(states)))
        for phone, word, cost, following in network.arcs[state]:
            if phone == 0:
                mine.append((0, word, cost, number((following, left, -1))))
            else:
                entered = contexts.find(left, phone)
                goal = number((following, phone, entered))
                mine.append((2 * entered + 2, word, cost, goal))
        final = network.final[state]
        ieps = sum(1 for arc in mine if arc[0] == 0)
        oeps = sum(1 for arc in mine if arc[1] == 0)
        cost = float("inf") if final is None else final
        states.append((cost, len(arcs), len(mine), ieps, oeps))
        arcs += mine
    return ConstFst(0, np.array(states, STATE), np.array(arcs, ARC))


Said = dict[str, Spoken]


@dataclass(frozen=True)
class Manner:
    """The words as a phone table says them."""

    table: PhoneTable
    said: Said

    def plan(
        self, costs: Mapping[str, float], contexts: ContextTable, background: Background
    ) -> GraphPlan:
        """Plan a graph of these sentences (with their costs) beside the background."""
        table = self.table
        return GraphPlan(
            costs, self.said.__getitem__, table.silence, contexts, background,
            table.flow, table.stays(),
        )  # fmt: skip

    def content(self) -> list[object]:
        """Everything about it that makes a difference to a graph."""
        said, table = self.said, self.table
        ways = [(word, said[word].rested, said[word].flowing) for word in sorted(said)]
        return [ways, table.silence, repr(table.flow), sorted(table.stays().items())]


def say_all(places: Mapping[str, str], background: Background, lexicon: Lexicon) -> Said:
    """Say all words of the sentences, given with the places of their templates."""
    said = {word: lexicon.say(word) for word in background.words}
    for sentence, place in sorted(places.items()):
        for word in sentence.split():
            if word not in said:
                said[word] = lexicon.say(word, place)
    return said
