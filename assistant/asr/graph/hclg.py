"""A network of phones to the decoding graph ``HCLG.fst``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.asr.graph.background import MARK, Background
from assistant.asr.graph.const_fst import ARC, STATE, ConstFst
from assistant.asr.graph.context_dependency import ContextDependency
from assistant.asr.graph.lexicon import Lexicon, WordPronunciations
from assistant.asr.graph.phone_fst import Arc, LgBuilder, PhoneFst, minimise_grammar
from assistant.asr.graph.phone_map import Flow, PhoneMap

Pronouncer = Callable[[str], WordPronunciations]


@dataclass(frozen=True)
class GraphSpec:
    """What a graph is made of."""

    sentences: Mapping[str, float]
    """Sentence → cost (negative logarithm of its probability)."""

    say: Pronouncer
    silence: int
    contexts: ContextDependency
    background: Background | None = None
    flow: Flow = field(default_factory=Flow)
    stay: Mapping[int, float] = field(default_factory=dict)
    """Phone id → cost of every 30 ms after its first."""


def compile_graph(plan: GraphSpec) -> tuple[ConstFst, list[str]]:
    """Build the graph; returns it and its words, the first one being word 1."""
    words = sorted({word for sentence in plan.sentences for word in sentence.split()})
    ids = {word: number for number, word in enumerate(words, 1)}
    say = {number: plan.say(word) for word, number in ids.items()}
    network = PhoneFst()
    weaver = LgBuilder(network, say, plan.silence, plan.flow)
    start = weaver.sentences(minimise_grammar(plan.sentences, ids))
    if plan.background:
        # One name for all of it: its ways through the same sound are one rival, not thousands.
        words.append(MARK)
        ending = round(plan.background.ending(len(plan.sentences)), 2)
        loops = _loops(network, plan, plan.background, ending, len(words))
        start = network.state([(0, 0, 0.0, start), *loops])
    return expand_contexts(network, start, plan.contexts, plan.stay), words


def compile_background(plan: GraphSpec) -> ConstFst:
    """Build the graph of the plan's background alone; nothing is paid for ending in it."""
    network = PhoneFst()
    loops = _loops(network, plan, plan.background, 0.0, 0) if plan.background else []
    return expand_contexts(network, network.state(loops), plan.contexts, plan.stay)


def _loops(
    network: PhoneFst, plan: GraphSpec, background: Background, ending: float, name: int
) -> list[Arc]:
    """Add the loops of ``background``; the arcs into them, each saying the word ``name``."""
    found: list[Arc] = []
    for loop in background.loops:
        heard = {number: plan.say(word) for number, word in enumerate(loop.words)}
        heard = {number: _few(spoken, loop.variants) for number, spoken in heard.items()}
        weaver = LgBuilder(network, heard, plan.silence, plan.flow)
        goal = weaver.loop(dict(enumerate(loop.words.values())), ending, silent=True)
        found.append((0, name, loop.entry, goal))
    return found


def _few(spoken: WordPronunciations, most: int) -> WordPronunciations:
    return WordPronunciations(spoken.after_pause[:most], spoken.in_flow[:most])


def expand_contexts(
    network: PhoneFst, start: int, contexts: ContextDependency, stay: Mapping[int, float]
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


Pronunciations = dict[str, WordPronunciations]


@dataclass(frozen=True)
class PronouncedVocabulary:
    """The words as a phone table says them."""

    table: PhoneMap
    said: Pronunciations

    def spec(
        self, costs: Mapping[str, float], contexts: ContextDependency, background: Background
    ) -> GraphSpec:
        """Plan a graph of these sentences (with their costs) beside the background."""
        table = self.table
        return GraphSpec(
            costs, self.said.__getitem__, table.silence, contexts, background,
            table.flow, table.self_loop_costs(),
        )  # fmt: skip

    def content(self) -> list[object]:
        """Everything about it that makes a difference to a graph."""
        said, table = self.said, self.table
        ways = [(word, said[word].after_pause, said[word].in_flow) for word in sorted(said)]
        return [ways, table.silence, repr(table.flow), sorted(table.self_loop_costs().items())]


def pronounce_all(
    places: Mapping[str, str], background: Background, lexicon: Lexicon
) -> Pronunciations:
    """Say all words of the sentences, given with the places of their templates."""
    said = {word: lexicon.pronounce(word) for word in background.words}
    for sentence, place in sorted(places.items()):
        for word in sentence.split():
            if word not in said:
                said[word] = lexicon.pronounce(word, place)
    return said
