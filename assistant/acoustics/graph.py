"""Sentences and pronunciations to the decoding graph ``HCLG.fst``.

This module imports pynini, which must never share a process with vosk: each carries its own
OpenFst, and the two deadlock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pynini
from pywrapfst import Arc, EncodeMapper

from assistant.acoustics.contexts import ContextTable
from assistant.acoustics.fstfile import ARC, STATE, ConstFst
from assistant.acoustics.lexicon import Variants

Say = Callable[[str], Variants]

_HOMOPHONE = 1_000_000
"""Input labels from here on tell apart words that sound alike; they are removed at the end."""


@dataclass(frozen=True)
class Background:
    """A loop of ordinary words that speech can fall into when it is no phrase."""

    words: Mapping[str, float]
    """Word → cost of saying it (negative logarithm of its frequency)."""

    entry: float = 0.0
    """Cost of falling into the background at all."""


@dataclass(frozen=True)
class Tuning:
    """Costs (natural logarithm) that belong to no word."""

    silence: float = 0.7
    """A pause between words, or at the beginning or the end."""

    no_silence: float = 0.7
    """Going on without one."""

    word: float = 0.0
    """Any word."""


@dataclass(frozen=True)
class GraphPlan:
    """What a graph is made of."""

    sentences: Sequence[str]
    say: Say
    silence: int
    contexts: ContextTable
    background: Background | None = None
    tuning: Tuning = field(default_factory=Tuning)


BACKGROUND_MARK = "#"
"""Background words carry it in ``words.txt``, so that they are never taken for a phrase."""


def compile_graph(plan: GraphPlan) -> tuple[ConstFst, list[str]]:
    """Build the graph; returns it and its words, the first one being word 1."""
    words = sorted({word for sentence in plan.sentences for word in sentence.split()})
    ids = {word: number for number, word in enumerate(words, 1)}
    graph = _join(_lexicon(plan, words, ids), _sentences(plan.sentences, ids))
    names = list(words)
    if plan.background:
        filler = sorted(plan.background.words)
        filler_ids = {w: n for n, w in enumerate(filler, len(words) + 1)}
        names += [BACKGROUND_MARK + word for word in filler]
        loop = _loop(plan.background, filler_ids)
        graph = pynini.union(graph, _join(_lexicon(plan, filler, filler_ids), loop))
    return _with_contexts(graph, plan), names


def _sentences(sentences: Sequence[str], ids: Mapping[str, int]) -> pynini.Fst:
    """An acceptor of the sentences, words as labels, equal ends shared."""
    fst = pynini.Fst()
    fst.set_start(fst.add_state())
    children: list[dict[int, int]] = [{}]
    for sentence in sentences:
        state = 0
        for word in sentence.split():
            label = ids[word]
            following = children[state].get(label)
            if following is None:
                following = fst.add_state()
                children.append({})
                children[state][label] = following
                fst.add_arc(state, Arc(label, label, 0, following))
            state = following
        fst.set_final(state)
    return fst.minimize()


def _loop(background: Background, ids: Mapping[str, int]) -> pynini.Fst:
    fst = pynini.Fst()
    start, again = fst.add_state(), fst.add_state()
    fst.set_start(start)
    fst.set_final(again)
    for word, cost in background.words.items():
        for source, extra in ((start, background.entry), (again, 0.0)):
            fst.add_arc(source, Arc(ids[word], ids[word], cost + extra, again))
    return fst


def _lexicon(plan: GraphPlan, words: Sequence[str], ids: Mapping[str, int]) -> pynini.Fst:
    """Phones to words; the word comes out with its last phone, a pause may follow."""
    tuning = plan.tuning
    fst = pynini.Fst()
    start, between, pause = fst.add_state(), fst.add_state(), fst.add_state()
    fst.set_start(start)
    fst.set_final(between)
    fst.add_arc(start, Arc(plan.silence, 0, tuning.silence, between))
    fst.add_arc(pause, Arc(plan.silence, 0, tuning.silence, between))
    alike: dict[tuple[int, ...], int] = {}
    for word in words:
        for phones, cost in plan.say(word):
            number = alike.get(phones, 0)
            alike[phones] = number + 1
            labels = [*phones, _HOMOPHONE + number] if number else list(phones)
            for origin, extra in ((start, tuning.no_silence), (between, 0.0)):
                state = origin
                for label in labels[:-1]:
                    following = fst.add_state()
                    fst.add_arc(state, Arc(label, 0, extra, following))
                    state, extra = following, 0.0
                total = cost + tuning.word + extra
                for goal, more in ((between, tuning.no_silence), (pause, 0.0)):
                    fst.add_arc(state, Arc(labels[-1], ids[word], total + more, goal))
    return fst


def _join(lexicon: pynini.Fst, words: pynini.Fst) -> pynini.Fst:
    """Compose, share beginnings (determinise) and ends (minimise)."""
    joined = pynini.compose(lexicon.arcsort("olabel"), words.arcsort("ilabel"))
    fst = pynini.determinize(joined)
    mapper = EncodeMapper("standard", encode_labels=True)
    fst.encode(mapper)
    fst.minimize()
    fst.decode(mapper)
    return fst


def _with_contexts(fst: pynini.Fst, plan: GraphPlan) -> ConstFst:
    """Give each phone its acoustic state after the phone before it, and each its self-loop."""
    keys: dict[tuple[int, int, int], int] = {}
    todo: list[tuple[int, int, int]] = []

    def number(key: tuple[int, int, int]) -> int:
        if key not in keys:
            keys[key] = len(keys)
            todo.append(key)
        return keys[key]

    number((fst.start(), 0, -1))
    states: list[tuple[float, int, int, int, int]] = []
    arcs: list[tuple[int, int, float, int]] = []
    at = 0
    while at < len(todo):
        state, left, own = todo[at]
        at += 1
        first = len(arcs)
        if own >= 0:
            arcs.append((2 * own + 1, 0, 0.0, at - 1))
        for arc in fst.arcs(state):
            weight = float(arc.weight)
            if arc.ilabel == 0 or arc.ilabel >= _HOMOPHONE:
                goal = number((arc.nextstate, left, -1))
                arcs.append((0, arc.olabel, weight, goal))
            else:
                tuple_ = plan.contexts.find(left, arc.ilabel)
                goal = number((arc.nextstate, arc.ilabel, tuple_))
                arcs.append((2 * tuple_ + 2, arc.olabel, weight, goal))
        mine = arcs[first:]
        ieps = sum(1 for arc in mine if arc[0] == 0)
        oeps = sum(1 for arc in mine if arc[1] == 0)
        states.append((float(fst.final(state)), first, len(mine), ieps, oeps))
    return ConstFst(0, np.array(states, STATE), np.array(arcs, ARC))
