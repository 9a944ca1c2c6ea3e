"""The sentences of templates as an automaton over words, without writing them all out.

A template becomes a nondeterministic automaton over pieces of text, as large as the template;
rules, lists and ranges are parts of it. Pieces make words only where white space or the end of the
sentence follows: "nyala(kan|in)", "{brightness}%". So a configuration of the subset construction
holds the text since the last space beside the state, and the words that it was found to be.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.nlu.templates.expand import Pairs, find_rule, find_values
from assistant.nlu.templates.normalise import ends_in_sign, normalise, plain
from assistant.nlu.templates.phrases import LargeTemplate

MOST_STATES = 200_000
"""Largest number of states of the automaton of a folder's templates."""

_PIECES = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class _Configuration:
    """One way to have come so far."""

    state: int
    words: tuple[str, ...] = ()
    """What is to be said before anything else."""

    pending: str = ""
    """Text since the last white space: the beginning of a word."""

    context: Pairs = ()
    """What the values of lists have stated, as far as the template asks for it."""


@dataclass(frozen=True)
class Position:
    """A state of the deterministic automaton."""

    ways: frozenset[_Configuration]
    """Configurations whose next word is known."""

    ends: bool
    """Whether a sentence may end here."""


class WordAutomaton:
    """Accepts the sentences of templates, normalised; deterministic, made while it is walked."""

    def __init__(self, templates: Iterable[LargeTemplate]) -> None:
        """Raises ``InputError`` for an unknown or recursive rule, and for too large a template."""
        self._net = _Net()
        self._ends: dict[int, LargeTemplate] = {}
        self._settled: dict[_Configuration, tuple[frozenset[_Configuration], bool]] = {}
        self._owners: list[LargeTemplate] = []
        starts = []
        for template in templates:
            start = self._net.state()
            end = self._net.add(template.expression, start, template)
            self._ends[end] = template
            self._owners += [template] * (len(self._net.arcs) - len(self._owners))
            starts.append(_Configuration(start))
        self.start = Position(self._joined(starts).ways, ends=False)
        """Where every sentence begins. The empty one is none."""

    def following(self, position: Position) -> dict[str, Position]:
        """The words that may come next, each with the position after it."""
        after: dict[str, list[_Configuration]] = {}
        for one in position.ways:
            rest = _Configuration(one.state, one.words[1:], one.pending, one.context)
            after.setdefault(one.words[0], []).append(rest)
        return {word: self._joined(rests) for word, rests in after.items()}

    def sources(self) -> dict[str, str]:
        """Every word → ``file:line`` of a template that has it."""
        found: dict[str, str] = {}
        seen, stack = {self.start}, [self.start]
        while stack:
            position = stack.pop()
            for one in position.ways:
                found.setdefault(one.words[0], self._owners[one.state].source)
            fresh = set(self.following(position).values()) - seen
            seen |= fresh
            stack += fresh
        return found

    def _joined(self, configurations: Iterable[_Configuration]) -> Position:
        ways: set[_Configuration] = set()
        ends = False
        for one in configurations:
            found, last = self._settle(one)
            ways |= found
            ends |= last
        return Position(frozenset(ways), ends)

    def _settle(self, one: _Configuration) -> tuple[frozenset[_Configuration], bool]:
        """What may be said next after ``one``, and whether its sentence may end without a word."""
        if one.words:
            return frozenset((one,)), False
        known = self._settled.get(one)
        if known is not None:
            return known
        if len(self._settled) > MOST_STATES:
            raise too_large(self._owners[one.state].source)
        ways: set[_Configuration] = set()
        ends = False
        for next_one in self._steps(one):
            if next_one is None:
                ends = True
            else:
                found, last = self._settle(next_one)
                ways |= found
                ends |= last
        self._settled[one] = frozenset(ways), ends
        return self._settled[one]

    def _steps(self, one: _Configuration) -> Iterator[_Configuration | None]:
        """The configurations one piece of text further; None for the end of the sentence."""
        template = self._ends.get(one.state)
        if template is not None:
            if template.context.slots(one.context, template.stated) is None:
                return
            words = _words(one.pending)
            yield _Configuration(one.state, words, "", one.context) if words else None
            return
        asked = self._owners[one.state].context.keys
        for text, context, goal in self._net.arcs[one.state]:
            stated = tuple(pair for pair in context if pair[0] in asked)
            context = tuple(sorted(dict((*one.context, *stated)).items()))
            if not text.isspace() or ends_in_sign(one.pending):
                yield _Configuration(goal, (), one.pending + text, context)
            else:
                yield _Configuration(goal, _words(one.pending), "", context)


def too_large(place: str) -> InputError:
    """The error for a template whose automaton has too many states."""
    return InputError.at(
        place,
        _("the templates up to here make an automaton of more than {count:,} states").format(
            count=MOST_STATES
        ),
        _("split this one, or give its ranges of numbers a step"),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(normalise(text, chat=False).split())


class _Net:
    """A nondeterministic automaton over pieces of text: white space, or none in them."""

    def __init__(self) -> None:
        self.arcs: list[list[tuple[str, Pairs, int]]] = []
        """State → text (empty for epsilon), stated context and next state of each arc."""

    def state(self) -> int:
        self.arcs.append([])
        return len(self.arcs) - 1

    def add(self, expression: Expression, start: int, template: LargeTemplate) -> int:
        """Add ``expression`` after the state ``start``; returns the state at its end."""
        if len(self.arcs) > MOST_STATES:
            raise too_large(template.source)
        if isinstance(expression, TextChunk):
            return self._text(expression.original_text, start)
        if isinstance(expression, RuleReference):
            rule = find_rule(expression, template.scope, template.source)
            return self.add(rule, start, template)
        if isinstance(expression, ListReference):
            end = self.state()
            for value in find_values(expression, template.scope, template.source):
                said = self.add(value.said, start, template)
                self.arcs[said].append(("", value.context, end))
            return end
        if isinstance(expression, Alternative):
            return self._joined([self.add(one, start, template) for one in expression.items])
        assert isinstance(expression, Group)
        if isinstance(expression, Permutation):
            return self._permutation(expression.items, start, template)
        for one in expression.items:
            start = self.add(one, start, template)
        return start

    def _text(self, text: str, start: int) -> int:
        for piece in _PIECES.findall(plain(text)):
            goal = self.state()
            self.arcs[start].append((piece, (), goal))
            start = goal
        return start

    def _permutation(self, items: Sequence[Expression], start: int, template: LargeTemplate) -> int:
        """The items in any order: a state for each set of those that were said."""
        reached = {frozenset[int](): start}
        places = range(len(items))
        for count in range(1, len(items) + 1):
            reached |= {
                said: self._joined([
                    self.add(items[last], reached[said - {last}], template) for last in said
                ])
                for said in map(frozenset, itertools.combinations(places, count))
            }  # fmt: skip
        return reached[frozenset(places)]

    def _joined(self, ends: Sequence[int]) -> int:
        end = self.state()
        for one in ends:
            self.arcs[one].append(("", (), end))
        return end
