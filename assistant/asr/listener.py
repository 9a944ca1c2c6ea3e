"""Audio blocks in, ear events out: detector, endpointing, recogniser and turn-taking together."""

import logging
from collections import deque
from collections.abc import Set
from dataclasses import replace

import numpy as np

from assistant.asr.barge_in import BargeInPolicy, CommandsOnly, OverlapTracker, is_self_echo
from assistant.asr.endpointing import (
    Endpointer,
    EndpointingConfig,
    FinalPrefix,
    GrammarStatus,
    never,
)
from assistant.asr.events import ListenerEvent, PartialTranscript, SpeechStarted, Utterance
from assistant.asr.interfaces import NO_EXPECTATION, Recognizer
from assistant.asr.utterance_decoder import UtteranceDecoder
from assistant.audio.aec.canceller import EchoCanceller, select_canceller
from assistant.audio.aec.double_talk import DoubleTalkDetector
from assistant.audio.interfaces import EchoReference
from assistant.audio.pcm import BLOCK_SECONDS, Samples
from assistant.audio.vad import VoiceActivityDetector

_LOGGER = logging.getLogger(__name__)


_LOOK_IN_SPEECH, _LOOK_IN_SILENCE = 5, 1
"""Blocks from one look at what the recogniser believes to the next: 100 and 20 ms."""

_QUIET = 0.1
"""Seconds of silence after which the end of the utterance is considered."""

_AFTERTHOUGHT = 1.0
"""Seconds after a phrase within which what is not understood belonged to it."""

_SAID = 2
"""Sayings of the guide that are remembered: the present one and the one before."""


class SpeechListener:
    """An ``Ear``. The recogniser works only while somebody speaks.

    Times of its events are seconds of audio since the first block. ``Heard.start`` and ``end``
    are those of the speech itself; sound in which nothing was recognised gives a ``Heard``
    without words, so that every ``SpeechStarted`` is followed by one ``Heard``.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        patience: EndpointingConfig | None = None,
        detector: VoiceActivityDetector | None = None,
        state: str = "all",
        settled: FinalPrefix = never,
    ) -> None:
        """``settled`` tells of which words the meaning is certain, whatever follows."""
        self._recognizer = recognizer
        self._patience = patience or EndpointingConfig()
        self._hurried = self._patience.for_barge_in()
        self._endpointer = Endpointer(self._patience)
        self._detector = detector or VoiceActivityDetector()
        self._state = state
        self._expected = NO_EXPECTATION
        self._settled = settled
        self._obeyed = -_AFTERTHOUGHT
        longest = max(self._patience.pre_roll, self._patience.pre_roll_over)
        self._before: deque[Samples] = deque(maxlen=self._blocks_before(longest))
        self._echo: EchoCanceller | None = None
        self._onset = DoubleTalkDetector()
        self._turns: BargeInPolicy = CommandsOnly()
        self._said: deque[str] = deque(maxlen=_SAID)
        self._utterance = OverlapTracker()
        self._decoding: UtteranceDecoder | None = None
        self._blocks = 0
        self._words = ""

    def set_echo_reference(
        self, reference: EchoReference, duplex: str = "auto", turns: BargeInPolicy | None = None
    ) -> None:
        """Do not take the own voice, as it comes out of the loudspeaker, for the user's.

        ``turns`` says what may interrupt it; ``duplex`` see ``best_echo_handling``.
        """
        self._turns = turns or CommandsOnly()
        self._echo = select_canceller(reference, "half" if self._turns.closed else duplex)

    def set_grammar(self, state: str, expected: Set[str] = NO_EXPECTATION) -> None:
        """Say what may be heard, and what is expected, from the next utterance on."""
        self._state = state
        self._expected = expected

    def on_prompt(self, text: str) -> None:
        """The guide begins to say ``text``."""
        self._said.append(text)

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """Take the next block of the source; returns what became known by it."""
        begin = self._blocks * BLOCK_SECONDS
        self._blocks += 1
        end = self._blocks * BLOCK_SECONDS
        judged = block
        if self._echo is not None:
            judged, block = self._echo.process(block)
        probability = self._detector.feed(judged)
        begins = probability
        if self._echo is not None:
            begins = self._onset.feed(probability, block, self._echo)
        if self._decoding is not None:
            self._endpointer.update(probability, self._detector.has_decayed, end)
            self._decoding.feed(block, speech=self._endpointer.last == end)
            self._utterance.update(self._echo, self._endpointer.last)
            return self._listen(self._decoding, end)
        self._before.append(block)
        if self._echo is not None and not self._echo.is_aligned:
            begins = 0.0
        self._endpointer.patience = self._hurried if self._is_over() else self._patience
        if not self._endpointer.detect_start(begins, self._detector.has_decayed, begin, end):
            return []
        self._begin()
        return [SpeechStarted(self._endpointer.start)]

    def flush(self) -> list[ListenerEvent]:
        """The source has ended: decode what is still open."""
        return [self._finish(self._decoding)] if self._decoding is not None else []

    def _begin(self) -> None:
        over = self._is_over()
        state = self._turns.grammar_for(self._state) if over else self._state
        before = self._patience.pre_roll_over if over else self._patience.pre_roll
        sound = np.concatenate(list(self._before)[-self._blocks_before(before) :])
        self._before.clear()
        self._decoding = UtteranceDecoder(
            self._recognizer, state, sound, early=state != "idle", expected=self._expected
        )
        self._utterance = OverlapTracker(over, self._echo)
        self._words = ""

    def _is_over(self) -> bool:
        """Whether what is heard now is heard over the guide."""
        return self._echo is not None and self._echo.far_end_active

    def _blocks_before(self, seconds: float) -> int:
        return max(1, round((seconds + self._patience.onset) / BLOCK_SECONDS))

    def _listen(self, decoding: UtteranceDecoder, now: float) -> list[ListenerEvent]:
        """Look at the words so far, and end the utterance when it is time."""
        if self._utterance.continues_after_prompt:
            # It may be anything that may be said in silence, and is given the time for it.
            decoding.change_grammar(self._state)
            self._endpointer.patience = self._patience
        silence = now - self._endpointer.last + 1e-6
        quiet = silence > _QUIET
        if self._blocks % (_LOOK_IN_SILENCE if quiet else _LOOK_IN_SPEECH):
            return []
        if silence >= self._endpointer.patience.after_complete:
            decoding.flush_lookahead()
        events: list[ListenerEvent] = []
        words = decoding.words()
        if words != self._words:
            self._words = words
            events.append(PartialTranscript(words, now))
        reached = decoding.status(self._settled) if quiet else GrammarStatus.PART
        if self._endpointer.is_endpoint(now, reached):
            events.append(self._finish(decoding))
        return events

    def _finish(self, decoding: UtteranceDecoder) -> Utterance:
        heard = self._result(decoding)
        if self._utterance.met:
            said = " ".join(self._said)
            scene = self._utterance.overlap(said, self._echo, decoding.was_stable)
            objection = self._turns.reject_reason if self._utterance.over else is_self_echo
            heard = replace(heard, rejection=objection(heard, scene))
        if heard.accepted and not heard.rejection:
            self._obeyed = heard.end
        elif heard.start - self._obeyed < _AFTERTHOUGHT:
            heard = replace(heard, rejection=heard.rejection or "the rest of what was just said")
        self._endpointer.close()
        self._decoding = None
        _LOGGER.info("%s", heard)
        return heard

    def _result(self, decoding: UtteranceDecoder) -> Utterance:
        hypothesis = decoding.finish()
        return Utterance(
            words=hypothesis.words,
            confidence=hypothesis.confidence,
            accepted=hypothesis.accepted,
            doubtful=hypothesis.doubtful,
            start=self._endpointer.start,
            end=self._endpointer.last,
            details=hypothesis.details,
            sound=hypothesis.sound,
        )
