"""The phrasebook: what a folder of templates expands to."""

from dataclasses import dataclass
from pathlib import Path

from hassil.expression import Expression

from assistant.core.listening_state import PHRASE_STATES, ListeningState
from assistant.core.translation import Translatable, _
from assistant.nlu.templates.context import ContextRule
from assistant.nlu.templates.expand import Scope
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.template_matcher import matching_variants
from assistant.nlu.templates.unsupported_keys import UnsupportedKey

FILLER = "#"
"""Prefix of a filler's text: background words to the recogniser, without an intent."""

Slots = tuple[tuple[str, str], ...]
"""(name, value) pairs, sorted by name."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence of the phrasebook."""

    text: str
    """Normalised: lower case, no punctuation, single spaces, numbers as words."""

    intent: str
    """The intent's name; empty for a filler."""

    slots: Slots = ()
    """The intent's slots."""

    states: frozenset[ListeningState] = frozenset(PHRASE_STATES)
    """The listening states in which it is allowed."""

    source: str = ""
    """``file:line`` of its template."""

    usual: bool = False
    """Whether it is among the most frequent sentences (``usual:``)."""

    @property
    def meaning(self) -> tuple[str, Slots]:
        """Intent and slots."""
        return self.intent, self.slots


@dataclass(frozen=True)
class Template:
    """One sentence template as written in the file."""

    text: str
    intent: str
    source: str
    """``file:line``."""

    sentences: int
    """Number of sentences that it expands to, duplicates included."""


@dataclass(frozen=True, eq=False)
class LargeTemplate:
    """A template that makes too many sentences to write them all out; equal to itself only."""

    text: str
    expression: Expression
    scope: Scope
    intent: str
    slots: Slots
    states: frozenset[ListeningState]
    context: ContextRule
    stated: frozenset[str]
    """Keys of the context that any list of the folder states."""

    source: str

    def phrase(self, words: str) -> Phrase | None:
        """The sentence that normalises to ``words``, the first of several; None if none does."""
        for found in matching_variants(self.expression, self.scope, self.source, words):
            given = self.context.slots(found.context, self.stated)
            if given is not None:
                slots = merged_slots(self.slots, given, found.slots)
                return Phrase(words, self.intent, slots, self.states, self.source)
        return None


def merged_slots(*groups: Slots) -> Slots:
    """Slots in one, sorted by name; later groups come before earlier ones."""
    return tuple(sorted(dict(pair for group in groups for pair in group).items()))


@dataclass(frozen=True)
class Conflict:
    """A sentence to which two templates give different meanings in the same state."""

    winner: Phrase
    """The first one, which keeps the sentence."""

    loser: Phrase

    @property
    def description(self) -> str:
        """The conflict in words, with the slots if only those differ."""
        same_intent = self.winner.intent == self.loser.intent
        won, lost = (_meaning(one, same_intent) for one in (self.winner, self.loser))
        return _("means {won} by {source}, not {lost}").format(
            won=won, source=self.winner.source, lost=lost
        )

    def __str__(self) -> str:
        return _("{source}: {text!r} {description}; remove one").format(
            source=self.loser.source, text=self.loser.text, description=self.description
        )


def _meaning(phrase: Phrase, with_slots: bool) -> str:
    slots = ", ".join(f"{name}: {value}" for name, value in phrase.slots)
    return (
        Translatable("{intent} ({slots})").format(
            intent=phrase.intent, slots=slots or _("no slots")
        )
        if with_slots
        else phrase.intent
    )


@dataclass(frozen=True)
class Phrasebook:
    """All sentences, by what may be recognised or read."""

    folder: Path
    """The folder of the YAML files."""

    phrases: tuple[Phrase, ...]
    """Recognisable phrases in file order; no two with the same text share a state."""

    fingerprint: str
    """SHA-256 of the names and contents of the files, hexadecimal."""

    templates: tuple[Template, ...] = ()
    """The templates of the phrases."""

    conflicts: tuple[Conflict, ...] = ()
    """Sentences with conflicting meanings."""

    fillers: tuple[Phrase, ...] = ()
    """Fillers: sounds without an intent that are recognised and ignored during barge-in."""

    text_only: tuple[Phrase, ...] = ()
    """Sentences that are understood as text but not part of the recognition grammar."""

    large: tuple[LargeTemplate, ...] = ()
    """Templates of too many sentences: matched with texts, and heard by an automaton."""

    skip_words: tuple[str, ...] = ()
    """What may be said anywhere without a meaning; normalised words or expressions."""

    names: frozenset[str] = frozenset()
    """Values of the lists, normalised; without the numbers of ranges."""

    signs: tuple[tuple[str, str], ...] = ()
    """Values of the lists with signs that are no plain writing ("Dapur & Teras"), in small letters,
    and normalised."""

    unsupported: tuple[UnsupportedKey, ...] = ()
    """Keys of the files that have no effect."""

    abbreviations: frozenset[str] = frozenset()
    """Normalised words that the files have in capitals, such as "ac"."""

    foreign: bool = False
    """Whether these are somebody's own commands, without a guide: nothing of the project's
    vocabulary applies to them, and only what is said in their words is carried out."""

    def normalise(self, text: str) -> str:
        """``text`` in the spelling of the phrases."""
        return normalise(text, chat=not self.foreign)

    def for_state(self, state: ListeningState) -> tuple[Phrase, ...]:
        """The phrases allowed in ``state``; ``all`` means no restriction.

        In the state ``barge_in`` the fillers are included.
        """
        if state == ListeningState.BARGE_IN:
            return (*(one for one in self.phrases if state in one.states), *self.fillers)
        if state == ListeningState.ALL:
            return self.phrases
        return tuple(phrase for phrase in self.phrases if state in phrase.states)
