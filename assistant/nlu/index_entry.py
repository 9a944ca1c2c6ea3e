"""Entries of the phrase index: phrases with the same concepts and the same meaning."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.core.listening_state import ListeningState
from assistant.nlu.concept import DONT, NOT
from assistant.nlu.concepts import ConceptExtractor
from assistant.nlu.templates.phrases import Phrase


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Phrases with the same concepts and the same meaning."""

    concepts: frozenset[str]
    phrase: Phrase
    states: frozenset[ListeningState]

    @property
    def negated(self) -> bool:
        """Whether the phrase says that a sign is *not* present."""
        return ("negated", "yes") in self.phrase.slots


def merged_entries(
    phrases: Iterable[Phrase], extractor: ConceptExtractor
) -> tuple[IndexEntry, ...]:
    """One entry for all phrases with the same concepts and meaning."""
    merged: dict[tuple[frozenset[str], str, object], IndexEntry] = {}
    for phrase in phrases:
        concepts = frozenset(concept.name for concept in extractor.extract(phrase.text))
        key = (concepts, phrase.intent, phrase.slots)
        known = merged.get(key)
        if known is None:
            merged[key] = IndexEntry(concepts, phrase, phrase.states)
        elif not phrase.states <= known.states:
            merged[key] = IndexEntry(concepts, known.phrase, known.states | phrase.states)
    return tuple(merged.values())


def denies(concepts: Iterable[str]) -> bool:
    """Whether a concept is negated or prohibited."""
    return any(name.startswith((NOT, DONT)) for name in concepts)
