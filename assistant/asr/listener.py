"""Streaming listener: voice activity detection, endpointing, decoding and barge-in together."""

import logging
from collections import deque
from collections.abc import Set
from dataclasses import replace

import numpy as np

from assistant.asr.barge_in import BargeInPolicy, CommandsOnly, OverlapTracker, self_echo_reason
from assistant.asr.endpointing import (
    Endpointer,
    EndpointingConfig,
    FinalPrefix,
    GrammarStatus,
    never,
)
from assistant.asr.events import ListenerEvent, PartialTranscript, SpeechStarted, Utterance
from assistant.asr.interfaces import NO_EXPECTATION, Recognizer
from assistant.asr.rejection import RejectionReason
from assistant.asr.utterance_decoder import UtteranceDecoder
from assistant.audio.aec.canceller import EchoCanceller, select_canceller
from assistant.audio.aec.double_talk import DoubleTalkDetector
from assistant.audio.interfaces import EchoReference
from assistant.audio.pcm import BLOCK, RATE, Samples
from assistant.audio.vad import VoiceActivityDetector
from assistant.core.listening_state import ListeningState

_LOGGER = logging.getLogger(__name__)

_BLOCK_SECONDS = BLOCK / RATE

_POLL_IN_SPEECH, _POLL_IN_SILENCE = 5, 1
"""Blocks between two queries of the partial result: 100 and 20 ms."""

_QUIET = 0.1
"""Seconds of silence after which the endpoint rules are evaluated."""

_TRAILING = 1.0
"""Seconds after an accepted phrase within which unrecognised speech counts as the end of it."""

_PROMPTS = 2
"""Prompts that are compared with self-echo: the present one and the one before."""


class SpeechListener:
    """A ``Listener`` that decodes only while somebody speaks.

    Times of its events are seconds of audio since the first block. ``Utterance.start`` and ``end``
    are those of the speech itself. Sound in which nothing was recognised gives an ``Utterance``
    without words, so that every ``SpeechStarted`` is followed by one ``Utterance``.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        patience: EndpointingConfig | None = None,
        detector: VoiceActivityDetector | None = None,
        state: ListeningState = ListeningState.ALL,
        settled: FinalPrefix = never,
    ) -> None:
        """``settled`` returns whether a prefix has a final meaning, whatever words follow."""
        self._recognizer = recognizer
        self._patience = patience or EndpointingConfig()
        self._barge_in_patience = self._patience.for_barge_in()
        self._endpointer = Endpointer(self._patience)
        self._detector = detector or VoiceActivityDetector()
        self._state = state
        self._expected = NO_EXPECTATION
        self._settled = settled
        self._accepted_at = -_TRAILING
        longest = max(self._patience.pre_roll, self._patience.pre_roll_over)
        self._before: deque[Samples] = deque(maxlen=self._blocks_before(longest))
        self._echo: EchoCanceller | None = None
        self._onset = DoubleTalkDetector()
        self._policy: BargeInPolicy = CommandsOnly()
        self._prompts: deque[str] = deque(maxlen=_PROMPTS)
        self._utterance = OverlapTracker()
        self._decoding: UtteranceDecoder | None = None
        self._blocks = 0
        self._words = ""

    def set_echo_reference(
        self, reference: EchoReference, duplex: str = "auto", turns: BargeInPolicy | None = None
    ) -> None:
        """Cancel the echo of the guide's own voice, given what the loudspeaker plays.

        ``turns`` is the barge-in policy; for ``duplex`` see ``select_canceller``.
        """
        self._policy = turns or CommandsOnly()
        self._echo = select_canceller(reference, "half" if self._policy.closed else duplex)

    def set_grammar(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Set the grammar, and the expected sentences, from the next utterance on."""
        self._state = state
        self._expected = expected

    def on_prompt(self, text: str) -> None:
        """The guide starts a prompt with this text."""
        self._prompts.append(text)

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """Take the next block of the source; return the events it caused, oldest first."""
        begin = self._blocks * _BLOCK_SECONDS
        self._blocks += 1
        end = self._blocks * _BLOCK_SECONDS
        for_detector = block
        if self._echo is not None:
            for_detector, block = self._echo.process(block)
        probability = self._detector.feed(for_detector)
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
        self._endpointer.patience = (
            self._barge_in_patience if self._prompt_is_audible() else self._patience
        )
        if not self._endpointer.detect_start(begins, self._detector.has_decayed, begin, end):
            return []
        self._begin()
        return [SpeechStarted(self._endpointer.start)]

    def flush(self) -> list[ListenerEvent]:
        """The source has ended: finish the open utterance, if any."""
        return [self._finish(self._decoding)] if self._decoding is not None else []

    def _begin(self) -> None:
        during = self._prompt_is_audible()
        state = self._policy.grammar_for(self._state) if during else self._state
        before = self._patience.pre_roll_over if during else self._patience.pre_roll
        sound = np.concatenate(list(self._before)[-self._blocks_before(before) :])
        self._before.clear()
        self._decoding = UtteranceDecoder(
            self._recognizer,
            state,
            sound,
            early=state != ListeningState.IDLE,
            expected=self._expected,
        )
        self._utterance = OverlapTracker(during, self._echo)
        self._words = ""

    def _prompt_is_audible(self) -> bool:
        """Whether the guide is audible now."""
        return self._echo is not None and self._echo.far_end_active

    def _blocks_before(self, seconds: float) -> int:
        return max(1, round((seconds + self._patience.onset) / _BLOCK_SECONDS))

    def _listen(self, decoding: UtteranceDecoder, now: float) -> list[ListenerEvent]:
        """Query the partial result, and end the utterance at an endpoint."""
        if self._utterance.continues_after_prompt:
            # Any phrase may follow now, so it gets the full grammar and the usual timeouts.
            decoding.change_grammar(self._state)
            self._endpointer.patience = self._patience
        silence = now - self._endpointer.last + 1e-6
        quiet = silence > _QUIET
        if self._blocks % (_POLL_IN_SILENCE if quiet else _POLL_IN_SPEECH):
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
        if self._utterance.overlapped:
            prompt = " ".join(self._prompts)
            overlap = self._utterance.overlap(prompt, self._echo, decoding.was_stable)
            during = self._utterance.began_during
            reject = self._policy.reject_reason if during else self_echo_reason
            heard = replace(heard, rejection=reject(heard, overlap))
        if heard.accepted and not heard.rejection:
            self._accepted_at = heard.end
        elif heard.start - self._accepted_at < _TRAILING:
            heard = replace(heard, rejection=heard.rejection or RejectionReason.TRAILING_WORDS)
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
