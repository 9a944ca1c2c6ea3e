"""One utterance on its way through the recogniser."""

from collections.abc import Set

import numpy as np

from assistant.asr.endpointing import FinalPrefix, GrammarStatus
from assistant.asr.interfaces import NO_EXPECTATION, Recognition, Recognizer
from assistant.audio.pcm import Samples
from assistant.core.listening_state import ListeningState

_ASKED = 4
"""Times an utterance is asked for early: whoever goes on after so many pauses is not hurried."""

_PADDING: Samples = np.zeros(6400, dtype=np.int16)
"""0.4 s of silence that make the recogniser believe all that it has heard: it waits for the sound
that follows before it does."""


class UtteranceDecoder:
    """Feeds a recogniser, and may have it catch up before it is certain that all was said.

    What a recogniser believes is up to half a second old. So at the first pause it is given
    silence to catch up with, and if the user goes on after all, everything is decoded again:
    that costs a few milliseconds now and then, and waiting would cost a third of a second each
    time.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        state: ListeningState,
        sound: Samples,
        early: bool,
        expected: Set[str] = NO_EXPECTATION,
    ) -> None:
        """``sound`` is what was heard so far; ``early``: whether catching up is worth it;
        ``expected``: the sentences that answer what was asked."""
        self._recognizer = recognizer
        self._expected = expected
        self._sound = [sound]
        self._early = early
        self._left = _ASKED
        self.state = state
        """The listening state in which it is decoded."""

        self._result: Recognition | None = None
        self._reached = GrammarStatus.NOTHING
        self._caught_up = False
        self._words = ""
        self._was_whole = False
        self._start()

    def feed(self, block: Samples, speech: bool) -> None:
        """Take the next block; ``speech``: whether somebody speaks in it."""
        self._sound.append(block)
        if not self._caught_up:
            self._recognizer.feed(block)
        elif speech:
            self._start()

    def change_grammar(self, state: ListeningState) -> None:
        """Decode all of it anew as what may be said in another state."""
        if state != self.state:
            self.state = state
            self._start()

    def words(self) -> str:
        """What is believed so far."""
        return self._words if self._result is not None else self._recognizer.partial()

    def flush_lookahead(self) -> None:
        """Believe all that was heard, as if the speech had ended."""
        if self._early and self._left and not self._caught_up:
            self._left -= 1
            self._pad()

    def status(self, settled: FinalPrefix) -> GrammarStatus:
        """How far the words have come; what would be refused is not believed to be whole."""
        if self._result is None:
            self._reached = self._far(settled)
        return self._reached

    def _far(self, settled: FinalPrefix) -> GrammarStatus:
        self._words = words = self._recognizer.partial()
        if not words:
            return GrammarStatus.NOTHING
        complete = self._recognizer.complete()
        if not complete and not self._recognizer.whole():
            return GrammarStatus.PART
        if self._caught_up and not self.finish().accepted:
            return GrammarStatus.PART
        if complete:
            return GrammarStatus.COMPLETE
        return GrammarStatus.FINAL if settled(words) else GrammarStatus.WHOLE

    def finish(self) -> Recognition:
        """The result."""
        if self._result is None:
            if self._early and not self._caught_up:
                self._pad()
            self._words = self._recognizer.partial()
            self._was_whole = self._recognizer.whole()
            self._result = self._recognizer.finish()
        return self._result

    @property
    def was_stable(self) -> bool:
        """Whether the result was believed before the recogniser had to end a phrase somehow.

        Noise is no whole phrase to it until it has to be one.
        """
        if not self._early:
            return True
        words = self.finish().words
        return words == self._words or (self._was_whole and words in self._expected)

    def _pad(self) -> None:
        self._caught_up = True
        self._recognizer.feed(_PADDING)

    def _start(self) -> None:
        self._sound = [np.concatenate(self._sound)]
        self._recognizer.start(self.state, self._expected)
        self._recognizer.feed(self._sound[0])
        self._result = None
        self._reached = GrammarStatus.NOTHING
        self._caught_up = False
        self._words = ""
