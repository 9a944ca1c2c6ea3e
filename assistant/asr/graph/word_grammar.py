"""G, the word grammar: the minimal acyclic acceptor of listed sentences and those of templates."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.nlu.templates.word_automaton import Position, WordAutomaton


@dataclass(frozen=True)
class GrammarState:
    """A state of G: what may follow between two words."""

    following: tuple[tuple[int, int], ...]
    """Outgoing arcs: word id and number of the next grammar state."""

    costs: tuple[float, ...]
    """Cost of each arc in ``following``, in nats; sentence costs are pushed to the front."""

    final: float | None
    """Cost of ending here; None when no sentence ends here."""


@dataclass(frozen=True)
class SentenceCosts:
    """Sentences and their costs in nats (negative log priors)."""

    listed: Mapping[str, float]
    """Sentence → cost."""

    templates: WordAutomaton | None = None
    """More sentences, which are not written out."""

    template_cost: float = 0.0
    """Cost of each of those."""

    word: float = 0.0
    """Cost of each word of any sentence."""


class _Node:
    """A state of the deterministic acceptor; the listed sentences make a tree of them."""

    __slots__ = ("children", "count", "end_cost", "least", "number")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.end_cost: float | None = None
        self.least = 0.0
        self.count = 0
        self.number = -1

    def lower(self, cost: float) -> None:
        """A sentence of this cost ends here."""
        self.end_cost = cost if self.end_cost is None else min(cost, self.end_cost)

    def push(self, word: float) -> "_Node":
        """Find the least cost from here to an end, at ``word`` nats a word, and count the ends."""
        if not self.count:
            after = [child.push(word) for child in self.children.values()]
            costs = [one.least + word for one in after]
            if self.end_cost is not None:
                costs.append(self.end_cost)
            self.least = min(costs, default=0.0)
            self.count = sum(one.count for one in after) + (self.end_cost is not None)
        return self


class WordGrammar:
    """The minimal deterministic acceptor of some sentences."""

    def __init__(self, sentences: SentenceCosts) -> None:
        """Raises ``InputError`` for templates whose automaton is too large."""
        self._root = _Node()
        self._word_cost = sentences.word
        for sentence, cost in sentences.listed.items():
            node = self._root
            for word in sentence.split():
                node = node.children.setdefault(word, _Node())
            node.end_cost = cost
        if sentences.templates is not None:
            union = _Union(sentences.templates, sentences.template_cost)
            union.add(self._root, sentences.templates.start)
        self._root.push(sentences.word)
        self.least = self._root.least
        """The least cost of a sentence, in nats."""

        self.count = self._root.count
        """How many sentences there are."""

        self.words = frozenset(word for node in self._in_order() for word in node.children)

    def word_pairs(self) -> dict[str, Counter[str]]:
        """Expected number of times that a word follows another one in a random sentence.

        In every state all words and, where a sentence may end, its end are equally likely. The
        start and the end of a sentence are the empty word.
        """
        pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        arriving: defaultdict[int, Counter[str]] = defaultdict(Counter)
        arriving[id(self._root)][""] = 1  # expected visits, by the word before
        for node in self._in_order():
            following = [*node.children, *([""] if node.end_cost is not None else [])]
            for before, visits in arriving.pop(id(node)).items():
                share = visits / len(following)
                for word in following:
                    pairs[before][word] += share  # type: ignore[assignment]
                for word, child in node.children.items():
                    arriving[id(child)][word] += share  # type: ignore[assignment]
        return dict(pairs)

    def _in_order(self) -> list[_Node]:
        """Every node once, before those that may follow it."""
        done: list[_Node] = []
        seen = {id(self._root)}

        def visit(node: _Node) -> None:
            for child in node.children.values():
                if id(child) not in seen:
                    seen.add(id(child))
                    visit(child)
            done.append(node)

        visit(self._root)
        return done[::-1]

    def states(self, ids: Mapping[str, int]) -> list[GrammarState]:
        """G: states refer to earlier ones only; the last one is the start.

        ``ids``: word → word id. ``least`` is subtracted: every path would pay it.
        """
        states: dict[GrammarState, int] = {}
        for node in self._in_order():
            node.number = -1
        self._merge(self._root, ids, states)
        return list(states)

    def _merge(self, node: _Node, ids: Mapping[str, int], states: dict[GrammarState, int]) -> int:
        if node.number < 0:
            words = sorted(node.children, key=ids.__getitem__)
            costs = [node.children[word].least + self._word_cost for word in words]
            state = GrammarState(
                tuple((ids[w], self._merge(node.children[w], ids, states)) for w in words),
                tuple(round(cost - node.least, 2) for cost in costs),
                None if node.end_cost is None else round(node.end_cost - node.least, 2),
            )
            node.number = states.setdefault(state, len(states))
        return node.number


def _word(arc: tuple[str, Position]) -> str:
    return arc[0]


class _Union:
    """Adds the sentences of an automaton to a tree, whose new branches share their ends."""

    def __init__(self, automaton: WordAutomaton, cost: float) -> None:
        self._automaton = automaton
        self._cost = cost
        self._shared: dict[Position, _Node] = {}

    def add(self, node: _Node, position: Position) -> None:
        """Add what may be said from ``position`` on to ``node``."""
        if position.ends:
            node.lower(self._cost)
        for word, after in sorted(self._automaton.following(position).items(), key=_word):
            child = node.children.get(word)
            if child is not None:
                self.add(child, after)
            elif (branch := self._branch(after)) is not None:
                node.children[word] = branch

    def _branch(self, position: Position) -> _Node | None:
        """The node of a position at which no listed sentence is; None if no sentence ends."""
        node = self._shared.get(position)
        if node is None:
            node = self._shared[position] = _Node()
            self.add(node, position)
        return node if node.children or node.end_cost is not None else None


def save_acceptor(path: Path, grammar: Sequence[GrammarState], closing: int = 0) -> None:
    """Write the acceptor of ``grammar``, without its costs.

    ``closing``: number of states, the first ones, that only a closing courtesy leads to.

    Arrays for N states, the last of which is the start, and A arcs by source state, then by word:
    ``first`` (index of the first arc of each state and, last, A), ``word`` (word ids), ``goal``
    (target states), ``final`` (whether a sentence ends there), ``closing``.
    """
    arcs = np.array([arc for one in grammar for arc in one.following], np.int32).reshape(-1, 2)
    np.savez(
        path,
        first=np.cumsum([0, *(len(one.following) for one in grammar)], dtype=np.int32),
        word=arcs[:, 0],
        goal=arcs[:, 1],
        final=np.array([one.final is not None for one in grammar]),
        closing=np.int32(closing),
    )
