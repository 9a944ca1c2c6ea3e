"""Collects the phrases that templates make, and the sentences with two meanings."""

import itertools
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from hassil.expression import Expression

from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.core.yaml_reader import Node
from assistant.nlu.templates.expand import Scope, expand, is_too_large, parse
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.number_words import (
    DECIMAL_MARK,
    HALF,
    NEGATIVE_WORDS,
    number_vocabulary,
)
from assistant.nlu.templates.phrases import (
    Conflict,
    LargeTemplate,
    Phrase,
    Slots,
    Template,
    merged_slots,
)
from assistant.nlu.templates.plain_writing import plain_writing
from assistant.nlu.templates.schema import Block
from assistant.nlu.templates.unsupported_keys import UnsupportedKey

MOST_SENTENCES = 100_000
"""Largest number of sentences of a whole folder."""


class PhraseCollector:
    """Expands templates; one text has one meaning per state."""

    def __init__(self, scope: Scope, foreign: bool) -> None:
        """``scope``: rules and lists of all files; for the others see ``load_phrases``."""
        self._scope = scope
        self._total = 0
        self._positions: dict[str, list[int]] = {}
        values = (value for values in scope.lists.values() for value in values)
        self._stated = frozenset(key for value in values for key, _ in value.context)
        self.foreign = foreign
        self.names: set[str] = set()
        self.signs: dict[str, str] = {}
        self.phrases: list[Phrase] = []
        self.large: list[LargeTemplate] = []
        self.templates: list[Template] = []
        self.unsupported: list[UnsupportedKey] = []
        self.conflicts: list[Conflict] = []

    def with_text(self, text: str) -> list[Phrase]:
        """The collected phrases with this text."""
        return [self.phrases[place] for place in self._positions.get(text, ())]

    def add_blocks(self, blocks: Iterable[Block], local: Scope | None = None) -> None:
        """Expand the templates of ``blocks``; ``local``: rules and lists of their file only."""
        scope = self._scope if local is None else self._scope.within(local)
        self._add_names(self._scope if local is None else local)
        for block in blocks:
            inner = scope.within(block.scope)
            self._add_names(block.scope)
            for key, effect in block.context.unknown(self._stated).items():
                self.unsupported.append(UnsupportedKey(key, block.sentences[0].place, effect))
            for node in block.sentences:
                self._add_template(block, node, inner)

    def _add_names(self, scope: Scope) -> None:
        """Add what fills one slot, so that nothing else is said between its words."""
        if not self.foreign:
            return
        numbers = {*number_vocabulary(), *NEGATIVE_WORDS, DECIMAL_MARK, HALF}
        whole = self._scope.within(scope)
        for value in itertools.chain.from_iterable(scope.lists.values()):
            with suppress(InputError):  # reported where a template uses it
                for said in expand(value.said, whole, ""):
                    words = normalise(said.text, chat=False)
                    if not numbers.issuperset(words.split()):
                        self.names.add(words)
                        if plain_writing(said.text) is None:
                            self.signs[said.text.lower()] = words

    def _add_template(self, block: Block, node: Node, scope: Scope) -> None:
        text = node.text(_("a sentence"))
        template = parse(text, node.where)
        if self.foreign and is_too_large(template, scope, node.where):
            self._keep(block, node, template, scope)
            return
        variants = expand(template, scope, node.where)
        if self.foreign and self._total + len(variants) > MOST_SENTENCES:
            self._keep(block, node, template, scope)
            return
        self._total += len(variants)
        if self._total > MOST_SENTENCES:
            raise InputError.at(
                node.where,
                _("the templates up to here make more than {most_sentences:,} sentences").format(
                    most_sentences=MOST_SENTENCES
                ),
                _("take out optional parts"),
            )
        allowed = [
            (normalise(said, chat=not self.foreign), merged_slots(block.slots, given, found))
            for said, found, context in variants
            if (given := block.context.slots(context, self._stated)) is not None
        ]
        if not allowed:
            return
        self.templates.append(Template(text, block.intent, node.place, len(allowed)))
        meanings: dict[Slots, Slots] = {}  # one shared object per meaning, to save memory
        for words, slots in allowed:
            if words:
                slots = meanings.setdefault(slots, slots)
                self._add(Phrase(words, block.intent, slots, block.states, node.place))

    def _keep(self, block: Block, node: Node, template: Expression, scope: Scope) -> None:
        """Keep a template that makes too many sentences to list them."""
        kept = LargeTemplate(
            text=node.text(_("a sentence")),
            expression=template,
            scope=scope,
            intent=block.intent,
            slots=block.slots,
            states=block.states,
            context=block.context,
            stated=self._stated,
            source=node.place,
        )
        self.large.append(kept)

    def _add(self, phrase: Phrase) -> None:
        """Add a phrase, or merge its states into the one with the same text and meaning."""
        states = phrase.states
        for place in self._positions.get(phrase.text, ()):
            known = self.phrases[place]
            if known.meaning == phrase.meaning:
                merged = known.states | states
                self.phrases[place] = replace(known, states=merged)
                return
            if known.states & states:
                self.conflicts.append(Conflict(known, phrase))
                states -= known.states
        if states:
            added = replace(phrase, states=states)
            self._positions.setdefault(phrase.text, []).append(len(self.phrases))
            self.phrases.append(added)
