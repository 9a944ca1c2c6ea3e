"""Template expansion: every sentence that a hassil template generates."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from assistant.core.errors import InputError
from assistant.nlu.templates.normalise import number_words

MOST_PER_TEMPLATE = 20_000
"""Largest number of sentences of one template."""

_LONGEST_TEMPLATE = 20_000
_LONGEST_SENTENCE = 1_000

Variant = tuple[str, tuple[tuple[str, str], ...]]
"""A sentence, not yet normalised, and the slots that its lists filled as (name, value)."""


@dataclass(frozen=True)
class Value:
    """One value of a list: what is said, and the slot value."""

    said: Expression
    meaning: str


@dataclass(frozen=True)
class Scope:
    """The expansion rules and lists that a template may refer to."""

    rules: Mapping[str, Expression] = field(default_factory=dict)
    lists: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Size:
    """Number of sentences, and length of the longest one in characters."""

    count: int
    length: int


def parse(text: str, place: str) -> Expression:
    """Parse a template with hassil. Raises ``InputError``, with ``place`` in the message."""
    if len(text) > _LONGEST_TEMPLATE:
        raise InputError(f"{place}: longer than {_LONGEST_TEMPLATE:,} characters", "split it")
    try:
        return parse_sentence(text).expression
    except (ParseError, ValueError, AssertionError, IndexError, RecursionError) as error:
        raise InputError(
            f"{place}: not a hassil template: {text[:60]!r}", "check its brackets"
        ) from error


def number_range(start: int, stop: int, step: int) -> tuple[Value, ...]:
    """The values of a number range, said in Indonesian words; the slot value is "25"."""
    return tuple(
        Value(TextChunk(number_words(number)), str(number))
        for number in range(start, stop + 1, step)
    )


def expand(expression: Expression, scope: Scope, place: str) -> list[Variant]:
    """Expand a template to all its sentences.

    Raises ``InputError`` for an unknown rule or list, a recursive rule, and a template of more
    than ``MOST_PER_TEMPLATE`` sentences.
    """
    size = _SizeEstimator(scope, place).size(expression)
    if size.count > MOST_PER_TEMPLATE:
        raise InputError(
            f"{place}: this template makes more than {MOST_PER_TEMPLATE:,} sentences",
            "split it, take out optional parts, or give a range of numbers a step: 10",
        )
    if size.length > _LONGEST_SENTENCE:
        raise InputError(
            f"{place}: this template makes a sentence of more than {_LONGEST_SENTENCE:,} "
            "characters",
            "shorten it",
        )
    return _variants(expression, scope, place)


class _SizeEstimator:
    """Counts sentences without expanding them, so that an exponential template is cheap."""

    def __init__(self, scope: Scope, place: str) -> None:
        self._scope = scope
        self._place = place
        self._cache: dict[str, _Size] = {}
        self._stack: list[str] = []

    def size(self, expression: Expression) -> _Size:
        """Size of an expression, saturated just above the limits."""
        if isinstance(expression, TextChunk):
            return _Size(1, len(expression.original_text))
        if isinstance(expression, RuleReference):
            return self._named(
                f"<{expression.rule_name}>", [_rule(expression, self._scope, self._place)]
            )
        if isinstance(expression, ListReference):
            values = _values(expression, self._scope, self._place)
            return self._named(f"{{{expression.list_name}}}", [value.said for value in values])
        if isinstance(expression, Alternative):
            return self._alternatives([self.size(item) for item in expression.items])
        assert isinstance(expression, Group)
        sizes = [self.size(item) for item in expression.items]
        count = math.prod(size.count for size in sizes)
        if isinstance(expression, Permutation):
            count *= math.factorial(min(len(sizes), 20))
        return self._saturated(count, sum(size.length for size in sizes))

    def _named(self, name: str, expressions: list[Expression]) -> _Size:
        if name in self._stack:
            raise InputError(f"{self._place}: {name} contains itself", "break the circle")
        if name not in self._cache:
            self._stack.append(name)
            self._cache[name] = self._alternatives([self.size(one) for one in expressions])
            self._stack.pop()
        return self._cache[name]

    def _alternatives(self, sizes: list[_Size]) -> _Size:
        return self._saturated(
            sum(size.count for size in sizes), max((size.length for size in sizes), default=0)
        )

    @staticmethod
    def _saturated(count: int, length: int) -> _Size:
        return _Size(min(count, MOST_PER_TEMPLATE + 1), min(length, _LONGEST_SENTENCE + 1))


def _rule(reference: RuleReference, scope: Scope, place: str) -> Expression:
    rule = scope.rules.get(reference.rule_name)
    if rule is None:
        raise InputError(
            f"{place}: unknown rule <{reference.rule_name}>", "define it under expansion_rules"
        )
    return rule


def _values(reference: ListReference, scope: Scope, place: str) -> tuple[Value, ...]:
    inline = reference.get_inline_range()
    if inline is not None:
        start, stop, step = inline
        if not 0 < step <= stop - start + 1 <= MOST_PER_TEMPLATE:
            raise InputError(f"{place}: bad range {{{reference.list_name}}}", "write {1..10:name}")
        return number_range(start, stop, step)
    values = scope.lists.get(reference.list_name)
    if values is None:
        raise InputError(
            f"{place}: unknown list {{{reference.list_name}}}", "define it under lists"
        )
    return values


def _variants(expression: Expression, scope: Scope, place: str) -> list[Variant]:
    if isinstance(expression, TextChunk):
        return [(expression.original_text, ())]
    if isinstance(expression, RuleReference):
        return _variants(_rule(expression, scope, place), scope, place)
    if isinstance(expression, ListReference):
        return [
            (text, (*slots, (expression.slot_name, value.meaning)))
            for value in _values(expression, scope, place)
            for text, slots in _variants(value.said, scope, place)
        ]
    assert isinstance(expression, Group)
    parts = [_variants(item, scope, place) for item in expression.items]
    if isinstance(expression, Alternative):
        return list(itertools.chain.from_iterable(parts))
    orders = itertools.permutations(parts) if isinstance(expression, Permutation) else [parts]
    return [_concatenated(choice) for order in orders for choice in itertools.product(*order)]


def _concatenated(parts: tuple[Variant, ...]) -> Variant:
    text = "".join(part[0] for part in parts)
    return text, tuple(itertools.chain.from_iterable(part[1] for part in parts))
