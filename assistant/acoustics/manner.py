"""All words of the phrases and of the background, as a phone table says them."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.acoustics.background import Background
from assistant.acoustics.contexts import ContextTable
from assistant.acoustics.graph import GraphPlan
from assistant.acoustics.lexicon import Lexicon, Spoken
from assistant.acoustics.phones import PhoneTable

Said = dict[str, Spoken]


@dataclass(frozen=True)
class Manner:
    """The words as a phone table says them."""

    table: PhoneTable
    said: Said

    def plan(
        self, costs: Mapping[str, float], contexts: ContextTable, background: Background
    ) -> GraphPlan:
        """Plan a graph of these sentences (with their costs) beside the background."""
        table = self.table
        return GraphPlan(
            costs, self.said.__getitem__, table.silence, contexts, background,
            table.flow, table.stays(),
        )  # fmt: skip

    def content(self) -> list[object]:
        """Everything about it that makes a difference to a graph."""
        said, table = self.said, self.table
        ways = [(word, said[word].rested, said[word].flowing) for word in sorted(said)]
        return [ways, table.silence, repr(table.flow), sorted(table.stays().items())]


def say_all(places: Mapping[str, str], background: Background, lexicon: Lexicon) -> Said:
    """Say all words of the sentences, given with the places of their templates."""
    said = {word: lexicon.say(word) for word in background.words}
    for sentence, place in sorted(places.items()):
        for word in sentence.split():
            if word not in said:
                said[word] = lexicon.say(word, place)
    return said
