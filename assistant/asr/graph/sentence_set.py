"""The sentences of a folder of phrases, by listening state, with their costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.asr.graph.abbreviations import abbreviations
from assistant.asr.graph.spoken_courtesies import WORDS
from assistant.asr.graph.word_grammar import SentenceCosts
from assistant.core.listening_state import ListeningState
from assistant.nlu.templates import Phrase, Phrasebook, load_phrases
from assistant.nlu.templates.phrases import LargeTemplate, Slots
from assistant.nlu.templates.word_automaton import WordAutomaton

RARE_SENTENCE_COST = 5.0
"""Cost in nats of a sentence that is not among the usual ones of its folder."""

IDLE_RARE_SENTENCE_COST = 8.0
"""The same in the idle state, where other people's talk is mistaken for the many rare sentences."""

RIVAL_SHARE = 0.5
"""Share of ``RARE_SENTENCE_COST`` that a rival pays: it may not be far behind a command."""


@dataclass(frozen=True)
class StateSentences:
    """The sentences of a listening state."""

    listed: tuple[str, ...]
    """Sorted."""

    templates: tuple[LargeTemplate, ...] = ()
    """Templates whose sentences are not listed."""

    def __bool__(self) -> bool:
        return bool(self.listed or self.templates)


@dataclass(frozen=True)
class SentenceSet:
    """The sentences of a folder of phrases."""

    states: Mapping[ListeningState, StateSentences]

    costs: Mapping[str, float]
    """Sentence → cost in nats (negative log prior)."""

    places: Mapping[str, str]
    """Sentence → ``file:line`` of its template."""

    text_only: tuple[str, ...] = ()
    """Sentences that are understood but not listed in any graph."""

    template_words: Mapping[str, str] = field(default_factory=dict)
    """Word of a template that is not listed → ``file:line`` of the template; courtesies, too."""

    abbreviations: frozenset[str] = frozenset()
    """Words of somebody's own commands that are read letter by letter."""

    foreign: bool = False
    """Whether these are somebody's own commands, without a guide."""

    templates: str = ""
    """Fingerprint of the files, if they have such templates."""

    rivals: Mapping[str, float] = field(default_factory=dict)
    """Sentence of a conversation that may not interrupt the guide → cost in nats, text-only ones
    included: what else may be said over the guide's voice."""

    @property
    def spoken(self) -> tuple[str, ...]:
        """The sentences of all listening states, and the words of those that are not listed."""
        return (*self.every.listed, *self.template_words)

    @property
    def every(self) -> StateSentences:
        """The sentences of all listening states, without the fillers of ``barge_in``."""
        return self.states[ListeningState.ALL]

    def weighed(
        self, sentences: StateSentences, rare_in_idle: bool
    ) -> tuple[SentenceCosts, Mapping[str, float]]:
        """``sentences``, those of a listening state, with their costs, and their rivals.

        ``rare_in_idle``: rare ones cost what idle demands.
        """
        rare = IDLE_RARE_SENTENCE_COST if rare_in_idle else RARE_SENTENCE_COST
        listed = {one: rare if self.costs[one] else 0.0 for one in sentences.listed}
        templates = WordAutomaton(sentences.templates) if sentences.templates else None
        interrupts = sentences == self.states[ListeningState.BARGE_IN]
        return SentenceCosts(listed, templates, rare), self.rivals if interrupts else {}


def read_sentences(folder: Path) -> SentenceSet:
    """Load the sentences of a folder of phrases."""
    book = load_phrases(folder)
    states = {state: _of_state(book, state) for state in ListeningState}
    spoken = (*book.phrases, *book.fillers)
    places = {phrase.text: phrase.source for phrase in spoken}
    costs: dict[str, float] = {}
    for phrase in spoken:
        cost = 0.0 if phrase.usual else RARE_SENTENCE_COST
        costs[phrase.text] = min(cost, costs.get(phrase.text, cost))
    text_only = tuple(sorted({phrase.text for phrase in book.text_only} - places.keys()))
    return SentenceSet(
        states, costs, places, text_only,
        template_words={
            **dict.fromkeys(WORDS if book.foreign else (), ""),
            **WordAutomaton(book.large).sources(),
        },
        templates=book.fingerprint if book.large else "",
        rivals=_rivals(book),
        abbreviations=abbreviations(book),
        foreign=book.foreign,
    )  # fmt: skip


def _of_state(book: Phrasebook, state: ListeningState) -> StateSentences:
    listed = tuple(sorted({phrase.text for phrase in book.for_state(state)}))
    every = state == ListeningState.ALL
    return StateSentences(listed, tuple(one for one in book.large if every or state in one.states))


def _rivals(book: Phrasebook) -> dict[str, float]:
    """What may be said over the guide besides the phrases that may interrupt it.

    Sentences of the same meaning as one that interrupts call for the same: they are no rivals.
    """
    interrupting = [one for one in book.for_state(ListeningState.BARGE_IN) if one.intent]
    if not interrupting:
        return {}
    meanings = {_meaning(one) for one in interrupting}
    texts = {one.text for one in interrupting}
    found: dict[str, float] = {}
    for one in (*book.for_state(ListeningState.CONVERSATION), *book.text_only):
        allowed = ListeningState.CONVERSATION in one.states and one.text not in texts
        if allowed and _meaning(one) not in meanings:
            cost = 0.0 if one.usual else RIVAL_SHARE * RARE_SENTENCE_COST
            found[one.text] = min(cost, found.get(one.text, cost))
    return found


def _meaning(phrase: Phrase) -> tuple[str, Slots]:
    """Intent and slots; that a sign is uncertain makes no difference."""
    return phrase.intent, tuple(slot for slot in phrase.slots if slot != ("negated", "unsure"))
