"""Sentences and pronunciations to a compact network of phones.

Equal beginnings are shared by tries, equal ends by merging states whose future is the same. The
cost of a pronunciation is moved as far to the front as its sounds allow, which lets ends merge
that differ in cost only, and lets the decoder know early.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.asr.graph.lexicon import WordPronunciations
from assistant.asr.graph.phone_map import Flow

Arc = tuple[int, int, float, int]
"""Phone (0 for none), word (0 for none), cost, next state."""


@dataclass
class PhoneFst:
    """States with arcs; ``final`` holds the cost of ending in a state."""

    arcs: list[tuple[Arc, ...]] = field(default_factory=list)
    final: list[float | None] = field(default_factory=list)
    _known: dict[tuple[tuple[Arc, ...], float | None], int] = field(default_factory=dict)

    def state(self, arcs: Sequence[Arc], final: float | None = None) -> int:
        """Return the state with this future; makes it if there is none."""
        key = (tuple(sorted(arcs)), final)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self.reserve()
            self.arcs[number], self.final[number] = key
        return number

    def reserve(self) -> int:
        """Make a state whose arcs come later; it is never merged."""
        self.arcs.append(())
        self.final.append(None)
        return len(self.arcs) - 1


@dataclass(frozen=True)
class GrammarState:
    """What may follow at some point between two words."""

    following: tuple[tuple[int, int], ...]
    """Word and number of the joint behind it."""

    costs: tuple[float, ...]
    """Of each word in ``following``; a sentence's cost is paid as soon as it is certain."""

    final: float | None
    """Cost of ending here; None when no sentence ends here."""


class _SuffixBranch:
    """A word in the tree of all sentences."""

    __slots__ = ("branches", "ends", "least")

    def __init__(self) -> None:
        self.branches: dict[int, _SuffixBranch] = {}
        self.ends: float | None = None
        self.least = 0.0

    def settle(self) -> float:
        """Find the least cost of all sentences through here."""
        costs = [branch.settle() for branch in self.branches.values()]
        if self.ends is not None:
            costs.append(self.ends)
        self.least = min(costs, default=0.0)
        return self.least


def minimise_grammar(sentences: Mapping[str, float], ids: Mapping[str, int]) -> list[GrammarState]:
    """Return the joints of ``sentences`` (with their costs), later ones first, the beginning last.

    The least cost of all is left out: every path would pay it.
    """
    tree = _SuffixBranch()
    for sentence, cost in sentences.items():
        node = tree
        for word in sentence.split():
            node = node.branches.setdefault(ids[word], _SuffixBranch())
        node.ends = cost
    tree.settle()
    joints: dict[GrammarState, int] = {}

    def close(node: _SuffixBranch) -> int:
        words = sorted(node.branches)
        joint = GrammarState(
            tuple((word, close(node.branches[word])) for word in words),
            tuple(round(node.branches[word].least - node.least, 2) for word in words),
            None if node.ends is None else round(node.ends - node.least, 2),
        )
        return joints.setdefault(joint, len(joints))

    close(tree)
    return list(joints)


class _TrieNode:
    """A state of a trie of pronunciations."""

    __slots__ = ("children", "ends", "least")

    def __init__(self) -> None:
        self.children: dict[int, _TrieNode] = {}
        self.ends: list[tuple[int, int, float, int]] = []
        """Last phone, word, cost and state behind it."""
        self.least = 0.0

    def add(self, phones: tuple[int, ...], word: int, cost: float, goal: int) -> None:
        node = self
        for phone in phones[:-1]:
            node = node.children.setdefault(phone, _TrieNode())
        node.ends.append((phones[-1], word, cost, goal))

    def push(self) -> float:
        """Find the least cost still to come from here."""
        costs = [cost for _, _, cost, _ in self.ends]
        costs += [child.push() for child in self.children.values()]
        self.least = min(costs)
        return self.least

    def arcs(self, network: PhoneFst, least: float) -> list[Arc]:
        """Return the arcs of this node, ``least`` being paid already."""
        found: list[Arc] = [
            (phone, word, round(cost - least, 4), goal) for phone, word, cost, goal in self.ends
        ]
        for phone, child in self.children.items():
            state = network.state(child.arcs(network, child.least))
            found.append((phone, 0, round(child.least - least, 4), state))
        return found


class LgBuilder:
    """Turns joints into states of a network."""

    def __init__(
        self, network: PhoneFst, say: Mapping[int, WordPronunciations], silence: int, flow: Flow
    ) -> None:
        self._network = network
        self._say = say
        self._silence = silence
        self._flow = flow

    def sentences(self, joints: Sequence[GrammarState]) -> int:
        """Add all ``joints``; returns the state of the beginning."""
        states: list[int] = []
        for joint in joints:
            following = [
                (word, cost, states[goal])
                for (word, goal), cost in zip(joint.following, joint.costs, strict=True)
            ]
            # The last joint is the beginning, where nothing has been flowing yet.
            begins = len(states) == len(joints) - 1
            states.append(self._joint(following, joint.final, begins))
        return states[-1]

    def loop(self, costs: Mapping[int, float], ending: float, silent: bool = False) -> int:
        """Add a loop of words, each with its cost; returns the state of its beginning.

        ``ending`` is what it costs to leave it. ``silent``: its words are said, but not written
        down. It may also say nothing at all.
        """
        network = self._network
        again = network.reserve()
        following = [(word, cost, again) for word, cost in costs.items()]
        rested = self._trie(following, rested=True, silent=silent)
        pause = (self._silence, 0, self._flow.pause, network.state(rested, ending))
        flowing = self._trie(following, rested=False, silent=silent)
        network.arcs[again] = (*self._onward(flowing), pause)
        network.final[again] = ending + self._flow.no_pause
        return network.state([*self._onward(rested), pause])

    def _joint(
        self, following: Sequence[tuple[int, float, int]], final: float | None, begins: bool
    ) -> int:
        """The state between two words: pause or not, then go on or end."""
        network, flow = self._network, self._flow
        rested = self._trie(following, rested=True)
        flowing = rested if begins else self._trie(following, rested=False)
        after = network.state(rested, final)
        pause = (self._silence, 0, flow.pause, after)
        ending = None if final is None else round(final + flow.no_pause, 4)
        return network.state([*self._onward(flowing), pause], ending)

    def _trie(
        self, following: Sequence[tuple[int, float, int]], rested: bool, silent: bool = False
    ) -> list[Arc]:
        """Arcs that spell any of ``following``: word, its own cost, state behind it."""
        if not following:
            return []
        root = _TrieNode()
        for word, extra, goal in following:
            spoken = self._say[word].after_pause if rested else self._say[word].in_flow
            for phones, cost in spoken:
                name = 0 if silent else word
                root.add(phones, name, cost + extra + self._flow.word, goal)
        root.push()
        return root.arcs(self._network, 0.0)

    def _onward(self, arcs: Sequence[Arc]) -> list[Arc]:
        without = self._flow.no_pause
        return [(p, w, round(cost + without, 4), goal) for p, w, cost, goal in arcs]
