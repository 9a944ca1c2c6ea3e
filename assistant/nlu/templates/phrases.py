"""What a folder of templates comes to."""

from dataclasses import dataclass
from pathlib import Path

from assistant.core.listening_state import PHRASE_STATES, ListeningState

FILLER = "#"
"""What a sound without a meaning begins with: to the recogniser it is background."""

Slots = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence that may be heard."""

    text: str
    """Normalised: lower case, no punctuation, single spaces, numbers as words."""

    intent: str
    """What it means."""

    slots: Slots = ()
    """Details of the meaning."""

    states: frozenset[ListeningState] = frozenset(PHRASE_STATES)
    """The listening states in which it may be heard."""

    source: str = ""
    """``file:line`` of its template."""

    usual: bool = False
    """Whether it is among what people say most often."""

    @property
    def meaning(self) -> tuple[str, Slots]:
        """Intent and slots."""
        return self.intent, self.slots


@dataclass(frozen=True)
class Template:
    """One sentence template as it was written."""

    text: str
    intent: str
    source: str
    """``file:line``."""

    sentences: int
    """How many sentences it can make, repetitions included."""


@dataclass(frozen=True)
class Conflict:
    """A sentence that two templates claim for different meanings in the same state."""

    winner: Phrase
    """The first one, which has it."""

    loser: Phrase

    @property
    def told(self) -> str:
        """Who has it: with the slots where only these differ."""
        alike = self.winner.intent == self.loser.intent
        won, lost = (_meaning(one, alike) for one in (self.winner, self.loser))
        return f"means {won} by {self.winner.source}, not {lost}"

    def __str__(self) -> str:
        return f"{self.loser.source}: {self.loser.text!r} {self.told}; remove one"


def _meaning(phrase: Phrase, with_slots: bool) -> str:
    slots = ", ".join(f"{name}: {value}" for name, value in phrase.slots)
    return f"{phrase.intent} ({slots or 'no slots'})" if with_slots else phrase.intent


@dataclass(frozen=True)
class Phrasebook:
    """Everything that may be heard."""

    folder: Path
    """Where the YAML files were found."""

    phrases: tuple[Phrase, ...]
    """In the order of the files; no two with the same text share a state."""

    fingerprint: str
    """SHA-256, hexadecimal, of the names and the whole content of the files."""

    templates: tuple[Template, ...] = ()
    """The templates that the phrases were made from."""

    conflicts: tuple[Conflict, ...] = ()
    """Sentences that two templates claim."""

    fillers: tuple[Phrase, ...] = ()
    """Sounds without a meaning that are heard, and passed over, while the guide speaks."""

    wordings: tuple[Phrase, ...] = ()
    """Sentences that are understood from text but not listened for."""

    def for_state(self, state: ListeningState) -> tuple[Phrase, ...]:
        """The phrases that may be heard in ``state``; ``all`` means no restriction.

        While the guide speaks the fillers are among them.
        """
        if state == ListeningState.BARGE_IN:
            return (*(one for one in self.phrases if state in one.states), *self.fillers)
        if state == ListeningState.ALL:
            return self.phrases
        return tuple(phrase for phrase in self.phrases if state in phrase.states)
