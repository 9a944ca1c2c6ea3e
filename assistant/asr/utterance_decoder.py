"""Decodes one utterance, with an early flush of the recogniser's look-ahead at pauses."""

from collections.abc import Set

import numpy as np

from assistant.asr.endpointing import FinalPrefix, GrammarStatus
from assistant.asr.recognizer_interface import NO_EXPECTATION, Recognition, Recognizer
from assistant.audio.foreground import FLUSH
from assistant.audio.pcm import Samples
from assistant.core.listening_state import ListeningState

_MAX_FLUSHES = 4
"""Early flushes per utterance at most: a speaker with more pauses than this is in no hurry."""

_PADDING: Samples = np.zeros(FLUSH, dtype=np.int16)
"""0.4 s of silence, int16 at 16 kHz, shape (6400,): pushes all speech through the right context and
the look-ahead of the decoder, whose partial result lags behind."""


class UtteranceDecoder:
    """Feeds a recogniser, and flushes its look-ahead before the end of speech is certain.

    A partial result lags by up to half a second. So at the first pause the recogniser is fed
    silence; if the user then goes on speaking, the utterance is decoded again from its start.
    That costs a few milliseconds now and then; waiting would cost a third of a second each time.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        state: ListeningState,
        sound: Samples,
        early: bool,
        expected: Set[str] = NO_EXPECTATION,
    ) -> None:
        """``sound``: the audio so far (pre-roll included), int16, shape (samples,); ``early``:
        flush the look-ahead at pauses; ``expected``: sentences that answer the question asked."""
        self._recognizer = recognizer
        self._expected = expected
        self._sound = [sound]
        self._early = early
        self._flushes_left = _MAX_FLUSHES
        self.state = state
        """The listening state whose grammar is used."""

        self._result: Recognition | None = None
        self._status = GrammarStatus.NOTHING
        self._flushed = False
        self._words = ""
        self._was_whole = False
        self._start()

    def feed(self, block: Samples, speech: bool) -> None:
        """Decode the next block, int16, any length; ``speech``: whether it contains speech."""
        self._sound.append(block)
        if not self._flushed:
            self._recognizer.feed(block)
        elif speech:
            self._start()

    def change_grammar(self, state: ListeningState) -> None:
        """Switch to the grammar of another state, decoding the utterance again."""
        if state != self.state:
            self.state = state
            self._start()

    def words(self) -> str:
        """The partial result, or the words of the final one."""
        return self._words if self._result is not None else self._recognizer.partial()

    def flush_lookahead(self) -> None:
        """Decode as if the speech had ended, so that the partial result covers all audio."""
        if self._early and self._flushes_left and not self._flushed:
            self._flushes_left -= 1
            self._pad()

    def status(self, is_final: FinalPrefix) -> GrammarStatus:
        """Where in the grammar the words are; a phrase that would be rejected counts as partial."""
        if self._result is None:
            self._status = self._grammar_status(is_final)
        return self._status

    def _grammar_status(self, is_final: FinalPrefix) -> GrammarStatus:
        self._words = words = self._recognizer.partial()
        if not words:
            return GrammarStatus.NOTHING
        complete = self._recognizer.complete()
        if not complete and not self._recognizer.whole():
            return GrammarStatus.PARTIAL
        if self._flushed and not self.finish().accepted:
            return GrammarStatus.PARTIAL
        if complete:
            return GrammarStatus.COMPLETE
        return GrammarStatus.FINAL if is_final(words) else GrammarStatus.WHOLE

    def finish(self) -> Recognition:
        """End the utterance; returns the final result, the same one on every call."""
        if self._result is None:
            if self._early and not self._flushed:
                self._pad()
            self._words = self._recognizer.partial()
            self._was_whole = self._recognizer.whole()
            self._result = self._recognizer.finish()
        return self._result

    @property
    def was_stable(self) -> bool:
        """Whether the last partial result already was the final result.

        Noise becomes a complete phrase only when the recogniser is forced to end in a final state.
        """
        if not self._early:
            return True
        words = self.finish().words
        return words == self._words or (self._was_whole and words in self._expected)

    def _pad(self) -> None:
        self._flushed = True
        self._recognizer.feed(_PADDING)

    def _start(self) -> None:
        self._sound = [np.concatenate(self._sound)]
        self._recognizer.start(self.state, self._expected)
        self._recognizer.feed(self._sound[0])
        self._result = None
        self._status = GrammarStatus.NOTHING
        self._flushed = False
        self._words = ""
