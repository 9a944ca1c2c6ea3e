"""Matches a sentence with a template that makes too many sentences to write them all out."""

import itertools
from collections.abc import Iterator, Sequence

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

from assistant.nlu.templates.expand import (
    Scope,
    Variant,
    concatenated,
    filled,
    find_rule,
    find_values,
)
from assistant.nlu.templates.normalise import normalise


def matching_variants(
    expression: Expression, scope: Scope, place: str, words: str
) -> Iterator[Variant]:
    """The sentences of a template that normalise to ``words``; the same that ``expand`` makes.

    Only beginnings that ``words`` begins with are followed, so the time depends on the length of
    the sentence and not on how many sentences there are.
    """
    for variant in _Walk(scope, place, words).follow(expression, Variant("")):
        if normalise(variant.text, chat=False) == words:
            yield variant


class _Walk:
    def __init__(self, scope: Scope, place: str, words: str) -> None:
        self._scope = scope
        self._place = place
        self._words = words

    def follow(self, expression: Expression, before: Variant) -> Iterator[Variant]:
        """The ways to go on after ``before`` with ``expression``, as whole sentences so far."""
        if isinstance(expression, TextChunk):
            after = concatenated((before, Variant(expression.original_text)))
            if self._words.startswith(normalise(after.text, chat=False)):
                yield after
        elif isinstance(expression, RuleReference):
            yield from self.follow(find_rule(expression, self._scope, self._place), before)
        elif isinstance(expression, ListReference):
            for value in find_values(expression, self._scope, self._place):
                for said in self.follow(value.said, before):
                    yield filled(expression, value, said, before.text)
        elif isinstance(expression, Alternative):
            for item in expression.items:
                yield from self.follow(item, before)
        elif isinstance(expression, Permutation):
            for order in itertools.permutations(expression.items):
                yield from self._sequence(order, before)
        else:
            assert isinstance(expression, Group)
            yield from self._sequence(expression.items, before)

    def _sequence(self, items: Sequence[Expression], before: Variant) -> Iterator[Variant]:
        if not items:
            yield before
            return
        for after in self.follow(items[0], before):
            yield from self._sequence(items[1:], after)
