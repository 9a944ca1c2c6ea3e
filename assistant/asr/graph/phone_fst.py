"""Sentences and pronunciations to LG, a compact FST from phones to words (grammar after lexicon).

Common prefixes are shared by tries, common suffixes by merging states with the same future. The
cost of a pronunciation is pushed as far to the front as its phones allow (weight pushing): suffixes
that differ in cost only can then merge, and the decoder pays the cost early.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.asr.graph.language_model import EMPTY, END, BackoffBigram
from assistant.asr.graph.lexicon import WordPronunciations
from assistant.asr.graph.phone_map import Flow
from assistant.asr.graph.word_grammar import GrammarState

Arc = tuple[int, int, float, int]
"""Input phone id (0 for epsilon), output word id (0 for epsilon), cost in nats, next state."""


@dataclass
class PhoneFst:
    """An FST over phones, built from the final states backwards; equal states are merged.

    ``final`` holds the final cost of each state, None for states that are not final.
    """

    arcs: list[tuple[Arc, ...]] = field(default_factory=list)
    final: list[float | None] = field(default_factory=list)
    _known: dict[tuple[tuple[Arc, ...], float | None], int] = field(default_factory=dict)

    def state(self, arcs: Sequence[Arc], final: float | None = None) -> int:
        """Return the state with these arcs and this final cost, adding it if there is none."""
        key = (tuple(sorted(arcs)), final)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self.reserve()
            self.arcs[number], self.final[number] = key
        return number

    def copy(self) -> "PhoneFst":
        """A copy to which states can be added; existing ones keep their numbers."""
        return PhoneFst(list(self.arcs), list(self.final), dict(self._known))

    def reserve(self) -> int:
        """Add a state whose arcs are set later, for loops; it is never merged."""
        self.arcs.append(())
        self.final.append(None)
        return len(self.arcs) - 1


class _TrieNode:
    """A node of a pronunciation trie."""

    __slots__ = ("children", "ends", "least")

    def __init__(self) -> None:
        self.children: dict[int, _TrieNode] = {}
        self.ends: list[tuple[int, int, float, int]] = []
        """Last phone, word, cost and next state of each pronunciation that ends here."""
        self.least = 0.0

    def add(self, phones: tuple[int, ...], word: int, cost: float, target: int) -> None:
        node = self
        for phone in phones[:-1]:
            node = node.children.setdefault(phone, _TrieNode())
        node.ends.append((phones[-1], word, cost, target))

    def push(self) -> float:
        """Find the least cost of all pronunciations through this node, and below."""
        costs = [cost for _, _, cost, _ in self.ends]
        costs += [child.push() for child in self.children.values()]
        self.least = min(costs)
        return self.least

    def arcs(self, fst: PhoneFst, paid: float) -> list[Arc]:
        """Return the arcs of this node; ``paid`` is the part of the cost on the way here."""
        found: list[Arc] = [
            (phone, word, round(cost - paid, 4), target) for phone, word, cost, target in self.ends
        ]
        for phone, child in self.children.items():
            state = fst.state(child.arcs(fst, child.least))
            found.append((phone, 0, round(child.least - paid, 4), state))
        return found


class LgBuilder:
    """Composes G with the lexicon: grammar states to states of a phone FST.

    Between two words there is an optional silence phone; which pronunciations follow depends on
    whether it was taken.
    """

    def __init__(
        self,
        fst: PhoneFst,
        pronunciations: Mapping[int, WordPronunciations],
        silence: int,
        flow: Flow,
    ) -> None:
        """``pronunciations`` by word id; ``silence`` is the id of the silence phone."""
        self._fst = fst
        self._pronunciations = pronunciations
        self._silence = silence
        self._flow = flow

    def sentences(self, grammar: Sequence[GrammarState]) -> int:
        """Add the whole ``grammar`` (see ``word_grammar``); returns the start state."""
        states: list[int] = []
        for grammar_state in grammar:
            following = [
                (word, cost, states[target])
                for (word, target), cost in zip(
                    grammar_state.following, grammar_state.costs, strict=True
                )
            ]
            # The last one is the start, where no word has been spoken yet.
            is_start = len(states) == len(grammar) - 1
            states.append(self._between_words(following, grammar_state.final, is_start))
        return states[-1]

    def loop(self, costs: Mapping[int, float], ending: float, emit_words: bool = True) -> int:
        """Add a loop over words (word id → cost in nats); returns its start state.

        ``ending`` is the cost of leaving the loop; a pause without any word may also leave it.
        Unless ``emit_words``, the words are not output.
        """
        fst = self._fst
        hub = fst.reserve()
        following = [(word, cost, hub) for word, cost in costs.items()]
        initial = self._trie(following, after_pause=True, emit_words=emit_words)
        pause = (self._silence, 0, self._flow.pause, fst.state(initial, ending))
        in_flow = self._trie(following, after_pause=False, emit_words=emit_words)
        fst.arcs[hub] = (*self._without_pause(in_flow), pause)
        fst.final[hub] = ending + self._flow.no_pause
        return fst.state([*self._without_pause(initial), pause])

    def bigram(
        self, model: BackoffBigram, ids: Mapping[str, int], scale: float, word: float,
        emit_words: bool = True,
    ) -> int:  # fmt: skip
        """Add a back-off bigram over the words of ``ids``; returns its start state.

        Each history has a state in flow and one after a pause, with epsilon arcs to those without
        history. A word costs ``word`` nats beside ``scale`` times the model's, see ``loop``.
        """
        fst, flow = self._fst, self._flow
        in_flow, after_pause, start = fst.reserve(), fst.reserve(), fst.reserve()
        histories = {name: (fst.reserve(), fst.reserve()) for name in model.bigrams}

        def arcs(row: Mapping[str, float], initial: bool = False) -> list[Arc]:
            following = [
                (ids[name], scale * cost + word, histories.get(name, (in_flow,))[0])
                for name, cost in row.items()
                if name != END
            ]
            return self._trie(following, after_pause=initial, emit_words=emit_words)

        def pause(target: int) -> Arc:
            return self._silence, 0, flow.pause, target

        def set_pair(
            pair: tuple[int, int], arcs: tuple[list[Arc], list[Arc]], ending: float | None
        ) -> None:
            fst.arcs[pair[0]] = (*arcs[0], pause(pair[1]))
            fst.arcs[pair[1]] = tuple(arcs[1])
            if ending is not None:
                fst.final[pair[0]] = round(scale * ending + flow.no_pause, 3)
                fst.final[pair[1]] = round(scale * ending, 3)

        without = self._without_pause(arcs(model.unigrams))
        empty = model.unigrams[END] + EMPTY / scale
        set_pair((in_flow, after_pause), (without, arcs(model.unigrams, initial=True)), empty)
        for name, row in model.bigrams.items():
            words, cost = arcs(row), round(scale * model.backoff[name], 3)
            # After a pause too the words of the history begin as in flow: the states are shared.
            flowing = [*self._without_pause(words), (0, 0, cost, in_flow)]
            set_pair(histories[name], (flowing, [*words, (0, 0, cost, after_pause)]), row.get(END))
        to_any = (0, 0, round(scale * model.start_backoff, 3), after_pause)
        initial = self._without_pause(arcs(model.start, initial=True))
        fst.arcs[start] = (*initial, to_any, pause(after_pause))
        return start

    def _between_words(
        self, following: Sequence[tuple[int, float, int]], final: float | None, is_start: bool
    ) -> int:
        """The state between two words: an optional pause, then the next word or the end."""
        fst, flow = self._fst, self._flow
        initial = self._trie(following, after_pause=True)
        in_flow = initial if is_start else self._trie(following, after_pause=False)
        pause = (self._silence, 0, flow.pause, fst.state(initial, final))
        ending = None if final is None else round(final + flow.no_pause, 4)
        return fst.state([*self._without_pause(in_flow), pause], ending)

    def _trie(
        self,
        following: Sequence[tuple[int, float, int]],
        after_pause: bool,
        emit_words: bool = True,
    ) -> list[Arc]:
        """Arcs into a trie of the words ``following``: word id, its grammar cost, next state."""
        if not following:
            return []
        root = _TrieNode()
        for word, grammar_cost, target in following:
            both = self._pronunciations[word]
            for phones, cost in both.after_pause if after_pause else both.in_flow:
                output = word if emit_words else 0
                root.add(phones, output, cost + grammar_cost + self._flow.word, target)
        root.push()
        return root.arcs(self._fst, 0.0)

    def _without_pause(self, arcs: Sequence[Arc]) -> list[Arc]:
        no_pause = self._flow.no_pause
        return [(p, w, round(cost + no_pause, 4), target) for p, w, cost, target in arcs]
