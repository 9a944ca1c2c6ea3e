"""Where an utterance begins and ends: quick when the phrase is whole, patient when it is not."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from assistant.nlu.templates.phrases import Phrase


class GrammarStatus(Enum):
    """How far the words of an utterance have come."""

    NOTHING = "no word was found"
    PART = "words that are no whole phrase yet"
    WHOLE = "a whole phrase that a longer one may continue"
    FINAL = "a whole phrase; whatever may continue it means the same"
    COMPLETE = "a whole phrase that nothing can continue"


@dataclass(frozen=True)
class EndpointingConfig:
    """How long to wait for whom. Seconds, except the two probabilities."""

    speech: float = 0.5
    """Probability of speech from which a block counts as speech."""

    quiet: float = 0.3
    """Probability below which a block within an utterance counts as silence."""

    onset: float = 0.06
    """Speech needed before an utterance begins."""

    pre_roll: float = 0.4
    """Sound from before the onset that is decoded too, so that no first consonant is lost."""

    pre_roll_over: float = 0.9
    """The same for what begins while the guide speaks: the echo canceller notices it later."""

    after_complete: float = 0.2
    """Silence that ends a phrase which nothing can continue."""

    after_final: float = 0.24
    """Silence that ends a whole phrase whose continuations mean the same."""

    after_whole: float = 0.4
    """Silence that ends a whole phrase which a longer one may continue."""

    after_partial: float = 1.1
    """Silence that ends anything else: slow speakers breathe and search for words."""

    after_nothing: float = 0.6
    """Silence that ends sound in which no word was found: a cough, a door."""

    longest: float = 15.0
    """An utterance is ended here at the latest."""

    def scaled(self, factor: float) -> "EndpointingConfig":
        """For somebody who speaks slower (above 1) or quicker: all silences that end a phrase."""
        return replace(
            self,
            after_complete=self.after_complete * factor,
            after_final=self.after_final * factor,
            after_whole=self.after_whole * factor,
            after_partial=self.after_partial * factor,
        )

    def for_barge_in(self) -> "EndpointingConfig":
        """For what is said over the guide: commands, which are short and cannot wait.

        Two blocks are enough for the guide to speak more softly: two judges have to agree on
        them (``Onset``), or there is no echo and 0.3 is speech.
        """
        return replace(
            self,
            speech=min(self.speech, 0.3),
            onset=min(self.onset, 0.04),
            after_complete=min(self.after_complete, 0.12),
            after_final=min(self.after_final, 0.16),
            after_whole=min(self.after_whole, 0.2),
            after_partial=min(self.after_partial, 0.6),
        )


class Endpointer:
    """Follows the probability of speech, block by block, and says when an utterance is over.

    Times are seconds of audio time, handed in by the caller.
    """

    def __init__(self, patience: EndpointingConfig) -> None:
        self.patience = patience
        """May be changed from utterance to utterance."""

        self._since: float | None = None
        self._first = 0.0
        self._last = 0.0
        self._open = False
        self._now = 0.0
        self._dying = False

    @property
    def open(self) -> bool:
        """Whether an utterance is going on."""
        return self._open

    @property
    def start(self) -> float:
        """When the speech of this utterance began."""
        return self._first

    @property
    def last(self) -> float:
        """When speech was last heard."""
        return self._last

    def detect_start(self, probability: float, faded: bool, begin: float, end: float) -> bool:
        """Take a block from ``begin`` to ``end`` outside an utterance; whether one begins.

        Right after an utterance that ended in silence, what is all but silent (``faded``) begins
        none: its probability is only dying away.
        """
        if probability < self.patience.speech:
            self._since = None
            self._dying = False
            return False
        if self._dying and faded:
            return False
        if self._since is None:
            self._since = begin
        if end - self._since < self.patience.onset - 1e-6:
            return False
        self._first, self._last, self._since, self._open = self._since, end, None, True
        return True

    def update(self, probability: float, faded: bool, end: float) -> None:
        """Take a block that ends at ``end`` within an utterance; ``faded``: all but silent."""
        self._now = end
        if probability >= self.patience.quiet and not faded:
            self._last = end

    def is_endpoint(self, now: float, reached: GrammarStatus) -> bool:
        """Whether the utterance has ended by ``now``, given what was decoded so far."""
        patience = self.patience
        needed = {
            GrammarStatus.NOTHING: patience.after_nothing,
            GrammarStatus.PART: patience.after_partial,
            GrammarStatus.WHOLE: patience.after_whole,
            GrammarStatus.FINAL: patience.after_final,
            GrammarStatus.COMPLETE: patience.after_complete,
        }[reached]
        silence = now - self._last + 1e-6
        return silence >= needed or now - self._first >= patience.longest

    def close(self) -> None:
        """The utterance is over."""
        self._open = False
        self._since = None
        self._dying = self._now > self._last


FinalPrefix = Callable[[str], bool]
"""Whether the meaning of these words is settled."""


def never(words: str) -> bool:
    """Nothing is known of meanings."""
    return False


def final_prefixes(phrases: Sequence[Phrase]) -> FinalPrefix:
    """Whether every longer phrase that begins with a phrase means the same as it does."""
    meanings: dict[str, set[object]] = {}
    for phrase in phrases:
        meanings.setdefault(phrase.text, set()).add((phrase.intent, phrase.slots))
    texts = sorted(meanings)

    def settled(words: str) -> bool:
        meaning = meanings.get(words)
        if meaning is None or len(meaning) != 1:
            return False
        place = bisect_left(texts, words + " ")
        while place < len(texts) and texts[place].startswith(words + " "):
            if meanings[texts[place]] != meaning:
                return False
            place += 1
        return True

    return settled
