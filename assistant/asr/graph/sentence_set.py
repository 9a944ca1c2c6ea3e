"""The sentences of a folder of phrases, by listening state, with their costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.core.listening_state import ListeningState
from assistant.nlu.templates import load_phrases

RARE_SENTENCE_COST = 5.0
"""Cost in nats of a sentence that is not among the usual ones of its folder."""


@dataclass(frozen=True)
class SentenceSet:
    """The sentences of a folder of phrases."""

    states: Mapping[ListeningState, tuple[str, ...]]
    """Listening state → its sentences, sorted."""

    costs: Mapping[str, float]
    """Sentence → cost in nats (negative log prior)."""

    places: Mapping[str, str]
    """Sentence → ``file:line`` of its template."""

    text_only: tuple[str, ...] = ()
    """Sentences that are understood but not listed in any graph."""

    @property
    def every(self) -> tuple[str, ...]:
        """The sentences of all listening states, without the fillers of ``barge_in``."""
        return self.states[ListeningState.ALL]


def read_sentences(folder: Path) -> SentenceSet:
    """Load the sentences of a folder of phrases."""
    book = load_phrases(folder)
    states = {
        state: tuple(sorted({phrase.text for phrase in book.for_state(state)}))
        for state in ListeningState
    }
    spoken = (*book.phrases, *book.fillers)
    places = {phrase.text: phrase.source for phrase in spoken}
    costs: dict[str, float] = {}
    for phrase in spoken:
        cost = 0.0 if phrase.usual else RARE_SENTENCE_COST
        costs[phrase.text] = min(cost, costs.get(phrase.text, cost))
    text_only = tuple(sorted({phrase.text for phrase in book.text_only} - places.keys()))
    return SentenceSet(states, costs, places, text_only)
