"""Audio blocks in, ear events out: detector, endpointing and recogniser put together."""

import logging
from collections import deque

import numpy as np

from assistant.hearing.echo import EchoHandling, Reference, best_echo_handling
from assistant.hearing.endpoint import Endpointer, Patience, Reached
from assistant.hearing.heard import EarEvent, Heard, Partial, SpeechStarted
from assistant.hearing.protocols import BLOCK, RATE, Recognizer, Samples
from assistant.hearing.vad import SpeechDetector

_LOGGER = logging.getLogger(__name__)

_BLOCK_SECONDS = BLOCK / RATE

_LOOK_IN_SPEECH, _LOOK_IN_SILENCE = 5, 2
"""Blocks from one look at what the recogniser believes to the next: 100 and 40 ms."""

_QUIET = 0.1
"""Seconds of silence after which the end of the utterance is considered."""


class StreamingEar:
    """An ``Ear``. The recogniser works only while somebody speaks.

    Times of its events are seconds of audio since the first block. ``Heard.start`` and ``end``
    are those of the speech itself; sound in which nothing was recognised gives a ``Heard``
    without words, so that every ``SpeechStarted`` is followed by one ``Heard``.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        patience: Patience | None = None,
        detector: SpeechDetector | None = None,
        state: str = "all",
    ) -> None:
        self._recognizer = recognizer
        patience = patience or Patience()
        self._endpointer = Endpointer(patience)
        self._detector = detector or SpeechDetector()
        self._state = state
        before = round((patience.pre_roll + patience.onset) / _BLOCK_SECONDS)
        self._before: deque[Samples] = deque(maxlen=max(1, before))
        self._echo: EchoHandling | None = None
        self._blocks = 0
        self._words = ""

    def hear_past(self, reference: Reference) -> None:
        """Do not take the own voice, as it comes out of the loudspeaker, for the user's."""
        self._echo = best_echo_handling(reference)

    def listen_for(self, state: str) -> None:
        """Say what may be heard from the next utterance on."""
        self._state = state

    def feed(self, block: Samples) -> list[EarEvent]:
        """Take the next block of the source; returns what became known by it."""
        begin = self._blocks * _BLOCK_SECONDS
        self._blocks += 1
        end = self._blocks * _BLOCK_SECONDS
        judged = block
        if self._echo is not None:
            judged, block = self._echo.split(block)
        probability = self._detector.feed(judged)
        if self._endpointer.open:
            self._recognizer.feed(block)
            self._endpointer.goes_on(probability, self._detector.faded, end)
            return self._listen(end)
        self._before.append(block)
        if not self._endpointer.begins(probability, begin, end):
            return []
        self._recognizer.start(self._state)
        self._recognizer.feed(np.concatenate(list(self._before)))
        self._before.clear()
        self._words = ""
        return [SpeechStarted(self._endpointer.start)]

    def flush(self) -> list[EarEvent]:
        """The source has ended: decode what is still open."""
        return [self._finish()] if self._endpointer.open else []

    def _listen(self, now: float) -> list[EarEvent]:
        """Look at the words so far, and end the utterance when it is time."""
        quiet = now - self._endpointer.last > _QUIET
        if self._blocks % (_LOOK_IN_SILENCE if quiet else _LOOK_IN_SPEECH):
            return []
        events: list[EarEvent] = []
        words = self._recognizer.partial()
        if words != self._words:
            self._words = words
            events.append(Partial(words, now))
        if self._endpointer.is_over(now, self._reached() if quiet else Reached.PART):
            events.append(self._finish())
        return events

    def _reached(self) -> Reached:
        if not self._words:
            return Reached.NOTHING
        if self._recognizer.complete():
            return Reached.COMPLETE
        return Reached.WHOLE if self._recognizer.whole() else Reached.PART

    def _finish(self) -> Heard:
        hypothesis = self._recognizer.finish()
        start, end = self._endpointer.start, self._endpointer.last
        self._endpointer.close()
        heard = Heard(
            words=hypothesis.words,
            confidence=hypothesis.confidence,
            accepted=hypothesis.accepted,
            doubtful=hypothesis.doubtful,
            start=start,
            end=end,
            evidence=hypothesis.evidence,
        )
        _LOGGER.info("%s", heard)
        return heard
