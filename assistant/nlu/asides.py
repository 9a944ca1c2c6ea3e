"""Remarks within a sentence about something else: "umur saya tujuh puluh, kaki saya kram"."""

from collections.abc import Iterable, Set

from assistant.nlu.concept import GENERIC_CONCEPTS
from assistant.nlu.index_entry import IndexEntry
from assistant.nlu.intent import add_slot, is_aside
from assistant.nlu.similarity import Match


class Asides:
    """The phrases that may be such a remark, each with the concepts that identify it."""

    def __init__(self, entries: Iterable[IndexEntry], recognised: Set[str]) -> None:
        """``recognised``: the phrases that can be heard; one that is only read needs several
        concepts.
        """
        self._asides = [
            (entry, aside)
            for entry in entries
            if (aside := entry.concepts - GENERIC_CONCEPTS)
            and is_aside(entry)
            and (len(aside) > 1 or entry.phrase.text in recognised)
        ]

    def concepts_in(self, names: Set[str]) -> frozenset[str]:
        """All concepts of the remarks that ``names`` contain."""
        return frozenset().union(*(aside for _, aside in self._asides if aside <= names))

    def slots_of(self, best: Match, names: Set[str]) -> dict[str, str]:
        """The slots of the phrase, and of the remarks in what it leaves of ``names``."""
        slots = dict(best.entry.phrase.slots)
        remaining = names - best.entry.concepts
        for entry, aside in self._asides:
            if aside <= remaining:
                for name, value in entry.phrase.slots:
                    add_slot(slots, name, value)
        return slots
