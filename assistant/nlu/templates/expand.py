"""Template expansion: every sentence that a hassil template generates."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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
from assistant.core.translation import _
from assistant.nlu.templates.number_words import spoken_numbers

MOST_PER_TEMPLATE = 20_000
"""Largest number of sentences of one template."""

_LONGEST_TEMPLATE = 20_000
_LONGEST_SENTENCE = 1_000

Pairs = tuple[tuple[str, str], ...]
"""Names and values."""

FRACTIONS: Mapping[str, tuple[float, ...]] = {
    "halves": (0.5,),
    "tenths": tuple(tenth / 10 for tenth in range(1, 10)),
}
"""What hassil's ``fractions`` add to each whole number of a range. hassil does so to the last one,
too: "30,5" of a range to 30. That is beyond the range, and left out here."""


class Variant(NamedTuple):
    """A sentence, not yet normalised."""

    text: str
    slots: Pairs = ()
    """The slots that its lists filled."""

    context: Pairs = ()
    """What the values of its lists add to the context, such as the domain of a device."""


@dataclass(frozen=True)
class Value:
    """One value of a list: what is said, and the slot value."""

    said: Expression
    meaning: str | None
    """None: what was said, as with hassil where a template has no ``out``."""

    context: Pairs = ()


@dataclass(frozen=True)
class Scope:
    """The expansion rules and lists that a template may refer to."""

    rules: Mapping[str, Expression] = field(default_factory=dict)
    lists: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    wildcards: Mapping[str, str] = field(default_factory=dict)
    """Lists of any words, which no sentence can be made of: name → ``path:line``."""

    def within(self, local: "Scope") -> "Scope":
        """This scope with the rules and lists of a block or file, which come first."""
        return Scope(
            {**self.rules, **local.rules},
            {**self.lists, **local.lists},
            {**self.wildcards, **local.wildcards},
        )


@dataclass(frozen=True)
class NumberRange:
    """hassil's ``range``: which numbers may be said, and what they are multiplied by."""

    start: int
    stop: int
    step: int = 1
    fractions: str = ""
    """One of ``FRACTIONS``, or empty."""

    multiplier: float = 1.0

    def values(self) -> tuple[Value, ...]:
        """The numbers in Indonesian words; the slot value is "25" or "20.5"."""
        offsets = (0.0, *FRACTIONS.get(self.fractions, ()))
        numbers = range(self.start, self.stop + 1, self.step)
        every = (whole + offset for whole in numbers for offset in offsets)
        found = dict.fromkeys(number for number in every if number <= self.stop)
        return tuple(
            Value(TextChunk(words), f"{round(number * self.multiplier, 6):.12g}")
            for number in found
            for words in spoken_numbers(number)
        )


@dataclass(frozen=True)
class _Size:
    """Number of sentences, and length of the longest one in characters."""

    count: int
    length: int


def parse(text: str, place: str) -> Expression:
    """Parse a template with hassil. Raises ``InputError``, with ``place`` in the message."""
    if len(text) > _LONGEST_TEMPLATE:
        problem = _("longer than {most:,} characters").format(most=_LONGEST_TEMPLATE)
        raise InputError.at(place, problem, _("split it"))
    try:
        return parse_sentence(text).expression
    except (ParseError, ValueError, AssertionError, IndexError, RecursionError) as error:
        problem = _("not a hassil template: {text!r}").format(text=text[:60])
        raise InputError.at(place, problem, _("check its brackets")) from error


def expand(expression: Expression, scope: Scope, place: str) -> list[Variant]:
    """Expand a template to all its sentences.

    Raises ``InputError`` for an unknown rule or list, a recursive rule, and a template of more
    than ``MOST_PER_TEMPLATE`` sentences.
    """
    if is_too_large(expression, scope, place):
        problem = _("this template makes more than {most:,} sentences")
        advice = _("split it, take out optional parts, or give a range of numbers a step: 10")
        raise InputError.at(place, problem.format(most=MOST_PER_TEMPLATE), advice)
    return _variants(expression, scope, place)


def is_too_large(expression: Expression, scope: Scope, place: str) -> bool:
    """Whether a template makes more than ``MOST_PER_TEMPLATE`` sentences.

    Raises ``InputError`` as ``expand`` does, and for a sentence that is too long.
    """
    size = _SizeEstimator(scope, place).size(expression)
    if size.count <= MOST_PER_TEMPLATE and size.length > _LONGEST_SENTENCE:
        raise InputError.at(
            place,
            _("this template makes a sentence of more than {most:,} characters").format(
                most=_LONGEST_SENTENCE
            ),
            _("shorten it"),
        )
    return size.count > MOST_PER_TEMPLATE


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
                f"<{expression.rule_name}>", [find_rule(expression, self._scope, self._place)]
            )
        if isinstance(expression, ListReference):
            values = find_values(expression, self._scope, self._place)
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
            raise InputError.at(
                self._place, _("{name} contains itself").format(name=name), _("break the circle")
            )
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


def find_rule(reference: RuleReference, scope: Scope, place: str) -> Expression:
    """The rule that a template refers to; raises ``InputError``."""
    rule = scope.rules.get(reference.rule_name)
    if rule is None:
        problem = _("unknown rule <{name}>").format(name=reference.rule_name)
        raise InputError.at(place, problem, _("define it under expansion_rules"))
    return rule


def find_values(reference: ListReference, scope: Scope, place: str) -> tuple[Value, ...]:
    """The values of the list that a template refers to; raises ``InputError``."""
    inline = reference.get_inline_range()
    if inline is not None:
        start, stop, step = inline
        if not 0 < step <= stop - start + 1 <= MOST_PER_TEMPLATE:
            problem = _("bad range {{{name}}}").format(name=reference.list_name)
            raise InputError.at(place, problem, _("write {1..10:name}"))
        return NumberRange(start, stop, step).values()
    if reference.list_name in scope.wildcards:
        raise InputError.at(
            scope.wildcards[reference.list_name],
            _("list {{{name}}} is a wildcard, and free words cannot be heard").format(
                name=reference.list_name
            ),
            _("write its values out"),
        )
    values = scope.lists.get(reference.list_name)
    if values is None:
        problem = _("unknown list {{{name}}}").format(name=reference.list_name)
        raise InputError.at(place, problem, _("define it under lists"))
    return values


def filled(reference: ListReference, value: Value, said: Variant, before: str = "") -> Variant:
    """``said``, which ends in one way to say ``value``, with the slot that it fills.

    ``before`` is the text that it begins with. A capture (``{list:@name}``) fills no slot: as
    with hassil, it is only for the response.
    """
    meaning = value.meaning
    if meaning is None:
        meaning = " ".join(said.text[len(before) :].split())
    slot = () if reference.is_capture else ((reference.slot_name, meaning),)
    return Variant(said.text, (*said.slots, *slot), (*said.context, *value.context))


def _variants(expression: Expression, scope: Scope, place: str) -> list[Variant]:
    if isinstance(expression, TextChunk):
        return [Variant(expression.original_text)]
    if isinstance(expression, RuleReference):
        return _variants(find_rule(expression, scope, place), scope, place)
    if isinstance(expression, ListReference):
        return [
            filled(expression, value, said)
            for value in find_values(expression, scope, place)
            for said in _variants(value.said, scope, place)
        ]
    assert isinstance(expression, Group)
    parts = [_variants(item, scope, place) for item in expression.items]
    if isinstance(expression, Alternative):
        return list(itertools.chain.from_iterable(parts))
    orders = itertools.permutations(parts) if isinstance(expression, Permutation) else [parts]
    return [concatenated(choice) for order in orders for choice in itertools.product(*order)]


def concatenated(parts: tuple[Variant, ...]) -> Variant:
    """Parts of a sentence in the order in which they are said."""
    return Variant(
        "".join(part.text for part in parts),
        tuple(itertools.chain.from_iterable(part.slots for part in parts)),
        tuple(itertools.chain.from_iterable(part.context for part in parts)),
    )
