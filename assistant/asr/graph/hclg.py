"""From LG, the phone FST, to the decoding graph HCLG.

Context dependency (C, left biphones) and HMM topology (H) are applied in one pass, in numpy and
without OpenFst. Input labels are the transition-ids of the base model, output labels words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.asr.graph.background_words import MARK, Background
from assistant.asr.graph.const_fst import ARC, STATE, ConstFst
from assistant.asr.graph.context_dependency import ContextDependency
from assistant.asr.graph.lexicon import Lexicon, WordPronunciations
from assistant.asr.graph.phone_fst import Arc, LgBuilder, PhoneFst, minimise_grammar
from assistant.asr.graph.phone_map import Flow, PhoneMap

Pronouncer = Callable[[str], WordPronunciations]


@dataclass(frozen=True)
class GraphSpec:
    """Everything a decoding graph is compiled from."""

    sentences: Mapping[str, float]
    """Sentence → cost in nats (negative log prior)."""

    pronounce: Pronouncer
    silence: int
    """Phone id of the silence phone."""

    contexts: ContextDependency
    background: Background | None = None
    flow: Flow = field(default_factory=Flow)
    self_loop_costs: Mapping[int, float] = field(default_factory=dict)
    """Phone id → cost in nats of every output frame (30 ms) after its first."""


def compile_graph(spec: GraphSpec) -> tuple[ConstFst, list[str]]:
    """Return HCLG and its output symbols, word id 1 first."""
    words = sorted({word for sentence in spec.sentences for word in sentence.split()})
    ids = {word: number for number, word in enumerate(words, 1)}
    pronunciations = {number: spec.pronounce(word) for word, number in ids.items()}
    fst = PhoneFst()
    builder = LgBuilder(fst, pronunciations, spec.silence, spec.flow)
    start = builder.sentences(minimise_grammar(spec.sentences, ids))
    if spec.background:
        # One output symbol for the whole background: its paths are one n-best entry, not many.
        words.append(MARK)
        ending = round(spec.background.ending(len(spec.sentences)), 2)
        loops = _add_loops(fst, spec, spec.background, ending, len(words))
        start = fst.state([(0, 0, 0.0, start), *loops])
    return expand_contexts(fst, start, spec.contexts, spec.self_loop_costs), words


def compile_background(spec: GraphSpec) -> ConstFst:
    """Return the HCLG of the background alone, without words and without a cost of ending."""
    fst = PhoneFst()
    loops = _add_loops(fst, spec, spec.background, 0.0, 0) if spec.background else []
    return expand_contexts(fst, fst.state(loops), spec.contexts, spec.self_loop_costs)


def _add_loops(
    fst: PhoneFst, spec: GraphSpec, background: Background, ending: float, output: int
) -> list[Arc]:
    """Add the word loops of ``background``; returns the epsilon arcs into them.

    Each of these arcs outputs the word id ``output``; the words in the loops output nothing.
    """
    entries: list[Arc] = []
    for loop in background.loops:
        pronunciations = {
            number: _truncate(spec.pronounce(word), loop.variants)
            for number, word in enumerate(loop.words)
        }
        builder = LgBuilder(fst, pronunciations, spec.silence, spec.flow)
        target = builder.loop(dict(enumerate(loop.words.values())), ending, emit_words=False)
        entries.append((0, output, loop.entry, target))
    return entries


def _truncate(variants: WordPronunciations, most: int) -> WordPronunciations:
    return WordPronunciations(variants.after_pause[:most], variants.in_flow[:most])


def expand_contexts(
    fst: PhoneFst, start: int, contexts: ContextDependency, self_loop_costs: Mapping[int, float]
) -> ConstFst:
    """Apply left-biphone context dependency and the HMM topology to a phone FST.

    A state of the result is a state of ``fst`` together with the left phone and the tuple whose
    self-loop it carries. As in Kaldi's reordered graphs (``AddSelfLoops`` with ``reorder``) the
    forward transition comes before the self-loop; the transition-ids of the tuple number ``t`` are
    2t + 2 and 2t + 1. ``self_loop_costs``: phone id → nats.
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
        state, left, own_tuple = todo[len(states)]
        outgoing: list[tuple[int, int, float, int]] = []
        if own_tuple >= 0:
            self_loop = self_loop_costs.get(left, 0.0)
            outgoing.append((2 * own_tuple + 1, 0, self_loop, len(states)))
        for phone, word, cost, following in fst.arcs[state]:
            if phone == 0:
                outgoing.append((0, word, cost, number((following, left, -1))))
            else:
                entered = contexts.find(left, phone)
                target = number((following, phone, entered))
                outgoing.append((2 * entered + 2, word, cost, target))
        final = fst.final[state]
        ieps = sum(1 for arc in outgoing if arc[0] == 0)
        oeps = sum(1 for arc in outgoing if arc[1] == 0)
        cost = float("inf") if final is None else final
        states.append((cost, len(arcs), len(outgoing), ieps, oeps))
        arcs += outgoing
    return ConstFst(0, np.array(states, STATE), np.array(arcs, ARC))


Pronunciations = dict[str, WordPronunciations]


@dataclass(frozen=True)
class PronouncedVocabulary:
    """All words of a model with their pronunciations under one phone map."""

    table: PhoneMap
    pronunciations: Pronunciations

    def spec(
        self, costs: Mapping[str, float], contexts: ContextDependency, background: Background
    ) -> GraphSpec:
        """The spec of a graph of these sentences (with costs in nats) and the background."""
        table = self.table
        return GraphSpec(
            costs, self.pronunciations.__getitem__, table.silence, contexts, background,
            table.flow, table.self_loop_costs(),
        )  # fmt: skip

    def content(self) -> list[object]:
        """Everything that a graph depends on, for the fingerprint of the model."""
        table = self.table
        lexicon = [
            (word, variants.after_pause, variants.in_flow)
            for word, variants in sorted(self.pronunciations.items())
        ]
        return [lexicon, table.silence, repr(table.flow), sorted(table.self_loop_costs().items())]


def pronounce_all(
    places: Mapping[str, str], background: Background, lexicon: Lexicon
) -> Pronunciations:
    """Pronounce all words of the background and of the sentences.

    ``places``: sentence → ``file:line`` of its template, to be named by the ``InputError`` for
    a word without a pronunciation.
    """
    pronunciations = {word: lexicon.pronounce(word) for word in background.words}
    for sentence, place in sorted(places.items()):
        for word in sentence.split():
            if word not in pronunciations:
                pronunciations[word] = lexicon.pronounce(word, place)
    return pronunciations
