"""Endpointing: speech onset, and trailing silence timeouts that depend on the decoded words."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from assistant.nlu.templates.phrases import Phrase


class GrammarStatus(Enum):
    """Where in the grammar the partial result is."""

    NOTHING = "no word was found"
    PARTIAL = "a prefix of a phrase"
    WHOLE = "a phrase that a longer one may continue"
    FINAL = "a phrase whose continuations all mean the same"
    COMPLETE = "a phrase that no longer one continues"


@dataclass(frozen=True)
class EndpointingConfig:
    """Thresholds and timeouts; seconds, except the two probabilities."""

    speech: float = 0.5
    """VAD probability from which a block counts as speech at the onset."""

    quiet: float = 0.3
    """VAD probability below which a block within an utterance counts as silence (hysteresis)."""

    onset: float = 0.06
    """Continuous speech that starts an utterance."""

    pre_roll: float = 0.4
    """Audio before the onset that is decoded too, so that an initial consonant is not lost."""

    pre_roll_over: float = 0.9
    """The same for barge-in: during a prompt the onset is detected later."""

    after_complete: float = 0.2
    """Trailing silence after a phrase that no longer phrase continues."""

    after_final: float = 0.24
    """Trailing silence after a phrase whose continuations all mean the same."""

    after_whole: float = 0.4
    """Trailing silence after a phrase that a longer one may continue."""

    after_partial: float = 1.1
    """Trailing silence after a partial phrase: slow speakers breathe and search for words."""

    after_nothing: float = 0.6
    """Trailing silence after audio without any word: a cough, a door."""

    longest: float = 15.0
    """Maximum length of an utterance."""

    def scaled(self, factor: float) -> "EndpointingConfig":
        """Scale the timeouts that end a phrase to the user's pace; above 1 for slow speakers."""
        return replace(
            self,
            after_complete=self.after_complete * factor,
            after_final=self.after_final * factor,
            after_whole=self.after_whole * factor,
            after_partial=self.after_partial * factor,
        )

    def for_barge_in(self) -> "EndpointingConfig":
        """The settings for barge-in: commands, which are short and urgent.

        Two blocks of speech are enough to duck the prompt, because ``DoubleTalkDetector`` has to
        agree on them; without echo, 0.3 is speech.
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
    """Detects the start and the end of utterances from the VAD probability of each block.

    Times are seconds of audio time, passed in by the caller.
    """

    def __init__(self, config: EndpointingConfig) -> None:
        self.config = config
        """The current settings; may be replaced between blocks."""

        self._since: float | None = None
        self._first = 0.0
        self._last = 0.0
        self._open = False
        self._now = 0.0
        self._decaying = False

    @property
    def open(self) -> bool:
        """Whether an utterance is in progress."""
        return self._open

    @property
    def start(self) -> float:
        """When the speech of this utterance began, in seconds."""
        return self._first

    @property
    def last(self) -> float:
        """End of the last block of speech, in seconds."""
        return self._last

    def detect_start(self, probability: float, has_decayed: bool, begin: float, end: float) -> bool:
        """Process a block from ``begin`` to ``end`` outside an utterance; True if one starts.

        Right after an utterance that ended in silence, blocks whose level ``has_decayed`` start
        none: the VAD probability is only falling off.
        """
        if probability < self.config.speech:
            self._since = None
            self._decaying = False
            return False
        if self._decaying and has_decayed:
            return False
        if self._since is None:
            self._since = begin
        if end - self._since < self.config.onset - 1e-6:
            return False
        self._first, self._last, self._since, self._open = self._since, end, None, True
        return True

    def restart(self, start: float, end: float) -> None:
        """Another utterance, of a nearer speaker, is in progress since ``start``."""
        self._first, self._last, self._since, self._open = start, end, None, True

    def update(self, probability: float, has_decayed: bool, end: float) -> None:
        """Process a block within an utterance; ``has_decayed``: its level is close to silence."""
        self._now = end
        if probability >= self.config.quiet and not has_decayed:
            self._last = end

    def is_endpoint(self, now: float, status: GrammarStatus) -> bool:
        """Whether the utterance has ended by ``now``, given the state of the partial result."""
        config = self.config
        timeout = {
            GrammarStatus.NOTHING: config.after_nothing,
            GrammarStatus.PARTIAL: config.after_partial,
            GrammarStatus.WHOLE: config.after_whole,
            GrammarStatus.FINAL: config.after_final,
            GrammarStatus.COMPLETE: config.after_complete,
        }[status]
        silence = now - self._last + 1e-6
        return silence >= timeout or now - self._first >= config.longest

    def close(self) -> None:
        """End the utterance."""
        self._open = False
        self._since = None
        self._decaying = self._now > self._last


FinalPrefix = Callable[[str], bool]
"""Whether the meaning of these words is final: no continuation changes it."""


def never(words: str) -> bool:
    """A ``FinalPrefix`` without any knowledge of meanings."""
    return False


def final_prefixes(phrases: Sequence[Phrase]) -> FinalPrefix:
    """Predicate: is this a phrase, and does every phrase with this prefix mean the same?"""
    meanings: dict[str, set[object]] = {}
    for phrase in phrases:
        meanings.setdefault(phrase.text, set()).add((phrase.intent, phrase.slots))
    texts = sorted(meanings)

    def is_final(words: str) -> bool:
        meaning = meanings.get(words)
        if meaning is None or len(meaning) != 1:
            return False
        place = bisect_left(texts, words + " ")
        while place < len(texts) and texts[place].startswith(words + " "):
            if meanings[texts[place]] != meaning:
                return False
            place += 1
        return True

    return is_final
