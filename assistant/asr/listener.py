"""Audio blocks in, listener events out: AEC, VAD, endpointing, decoding and barge-in together."""

import logging
from collections import deque
from collections.abc import Set
from dataclasses import replace

import numpy as np

from assistant.asr.barge_in import (
    BargeInPolicy,
    CommandsOnly,
    OverlapTracker,
    PromptHistory,
    is_too_fast,
    self_echo_reason,
)
from assistant.asr.endpointing import (
    Endpointer,
    EndpointingConfig,
    FinalPrefix,
    GrammarStatus,
    never,
)
from assistant.asr.listener_events import ListenerEvent, PartialTranscript, SpeechStarted, Utterance
from assistant.asr.recognizer_interface import NO_EXPECTATION, Recognizer
from assistant.asr.rejection import RejectionReason
from assistant.asr.utterance_decoder import UtteranceDecoder
from assistant.audio.aec.canceller import EchoCanceller, select_canceller
from assistant.audio.aec.double_talk import DoubleTalkDetector
from assistant.audio.interfaces import EchoReference
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples
from assistant.audio.talk_stream import TalkStream
from assistant.audio.vad import VoiceActivityDetector
from assistant.core.listening_state import ListeningState

_LOGGER = logging.getLogger(__name__)


_POLL_IN_SPEECH, _POLL_IN_SILENCE = 5, 1
"""Blocks between two polls of the partial result: 100 and 20 ms."""

_QUIET = 0.1
"""Seconds of trailing silence after which the partial result is checked for an endpoint."""

_DIMMED = 0.1
"""Factor on others' talk before and after what stands out from it (-20 dB)."""

_CONSONANT = 0.2
"""Seconds before a louder voice was noticed that are its own already."""

_NOTICED = 0.8
"""Seconds within which a nearer voice is noticed; what was before is the talk of others."""

_AFTERTHOUGHT = 1.0
"""Seconds after an accepted phrase within which a rejected utterance counts as its remainder."""


class SpeechListener:
    """The ``Listener`` for audio. The recogniser runs only while the VAD detects speech.

    Event times are seconds of audio since the first block. ``Utterance.start`` and ``end`` are
    those of the speech itself. Audio without a recognised phrase gives an ``Utterance`` without
    words, so that every ``SpeechStarted`` is followed by exactly one ``Utterance``.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        endpointing: EndpointingConfig | None = None,
        detector: VoiceActivityDetector | None = None,
        state: ListeningState = ListeningState.ALL,
        is_final: FinalPrefix = never,
    ) -> None:
        """``is_final`` tells which words have a meaning that no continuation changes."""
        self._recognizer = recognizer
        self._config = endpointing or EndpointingConfig()
        self._barge_in_config = self._config.for_barge_in()
        self._endpointer = Endpointer(self._config)
        self._detector = detector or VoiceActivityDetector()
        self._state = state
        self._expected = NO_EXPECTATION
        self._is_final = is_final
        self._accepted_end = -_AFTERTHOUGHT
        longest = max(self._config.pre_roll, self._config.pre_roll_over)
        self._pre_roll: deque[Samples] = deque(maxlen=self._pre_roll_blocks(longest))
        self._talk = TalkStream()
        self._recent: deque[Samples] = deque(maxlen=self._pre_roll_blocks(_CONSONANT + _NOTICED))
        """The last blocks, undimmed."""

        self._echo: EchoCanceller | None = None
        self._double_talk = DoubleTalkDetector()
        self._policy: BargeInPolicy = CommandsOnly()
        self._prompts = PromptHistory()
        self._overlap = OverlapTracker()
        self._decoding: UtteranceDecoder | None = None
        self._blocks = 0
        self._sound_start = 0.0
        self._words = ""

    def set_echo_reference(
        self, reference: EchoReference, duplex: str = "auto", turns: BargeInPolicy | None = None
    ) -> None:
        """Cancel the echo of the guide's own voice, and accept barge-in by the policy ``turns``.

        ``duplex``: see ``select_canceller``.
        """
        self._policy = turns or CommandsOnly()
        self._echo = select_canceller(reference, "half" if self._policy.closed else duplex)

    def set_grammar(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Set the listening state and the expected answers from the next utterance on."""
        self._state = state
        self._expected = expected

    def on_prompt(self, text: str) -> None:
        """The guide starts to speak ``text``."""
        self._prompts.start(text, self._blocks * BLOCK_SECONDS)

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """Process the next block, int16, mono, 16 kHz; returns the events that it causes."""
        begin = self._blocks * BLOCK_SECONDS
        self._blocks += 1
        end = self._blocks * BLOCK_SECONDS
        vad_input = block
        if self._echo is not None:
            vad_input, block = self._echo.process(block)
            self._prompts.update(self._echo.far_end_active, end)
        probability = self._detector.feed(vad_input)
        prompt = self._is_over_prompt()
        probability = self._talk.feed(probability, self._detector.level, end, prompt)
        self._recent.append(block)
        if self._talk.is_shut_out:
            block = (block * _DIMMED).astype(np.int16)
        onset_probability = probability
        if self._echo is not None:
            onset_probability = self._double_talk.feed(probability, block, self._echo)
        if self._decoding is not None:
            since = self._talk.nearer_began
            if since is not None and self._endpointer.start < since - _CONSONANT:
                return self._change_speaker(self._decoding, max(since, end - _NOTICED), end)
            self._endpointer.update(probability, self._detector.has_decayed, end)
            self._decoding.feed(block, speech=self._endpointer.last == end)
            self._overlap.update(self._echo, self._endpointer.last)
            return self._poll(self._decoding, end)
        self._pre_roll.append(block)
        if self._echo is not None and not self._echo.is_aligned:
            onset_probability = 0.0
        self._endpointer.config = self._barge_in_config if prompt else self._config
        decayed = self._detector.has_decayed
        if not self._endpointer.detect_start(onset_probability, decayed, begin, end):
            return []
        self._begin()
        return [SpeechStarted(self._endpointer.start)]

    def addressed(self, heard: Utterance) -> None:
        """``heard`` was understood and acted on: it is no part of others' talk."""
        self._talk.addressed(heard.start, heard.end)

    def flush(self) -> list[ListenerEvent]:
        """End of the source: finish the utterance in progress, if any."""
        return [self._finish(self._decoding)] if self._decoding is not None else []

    def _begin(self) -> None:
        over = self._is_over_prompt()
        seconds = self._config.pre_roll_over if over else self._config.pre_roll
        sound = np.concatenate(list(self._pre_roll)[-self._pre_roll_blocks(seconds) :])
        if self._talk.is_unbroken:
            # its first consonant was not loud enough to open the gate
            own = np.concatenate(list(self._recent)[-self._pre_roll_blocks(_CONSONANT) :])
            own = own[-len(sound) :]
            sound[len(sound) - len(own) :] = own
        self._decode(sound, over)

    def _change_speaker(
        self, decoding: UtteranceDecoder, since: float, now: float
    ) -> list[ListenerEvent]:
        """A nearer speaker began at ``since``: end the utterance in progress, begin another."""
        ended = replace(self._finish(decoding), end=since, cut_off=True)
        own = round((now - since + _CONSONANT) / BLOCK_SECONDS) * BLOCK
        sound = np.concatenate(self._recent)
        sound[:-own] = (sound[:-own] * _DIMMED).astype(np.int16)
        self._endpointer.config = self._config
        self._endpointer.restart(since, now)
        self._decode(sound, over=False)
        return [ended, SpeechStarted(since)]

    def _decode(self, sound: Samples, over: bool) -> None:
        """Begin to decode an utterance whose sound so far is ``sound``."""
        state = self._policy.grammar_for(self._state) if over else self._state
        self._pre_roll.clear()
        self._sound_start = self._blocks * BLOCK_SECONDS - len(sound) / RATE
        self._decoding = UtteranceDecoder(
            self._recognizer,
            state,
            sound,
            early=state != ListeningState.IDLE,
            expected=self._expected,
        )
        self._overlap = OverlapTracker(over, self._echo)
        self._words = ""

    def _is_over_prompt(self) -> bool:
        """Whether the guide is audible at the microphone now."""
        return self._echo is not None and self._echo.far_end_active

    def _pre_roll_blocks(self, seconds: float) -> int:
        return max(1, round((seconds + self._config.onset) / BLOCK_SECONDS))

    def _poll(self, decoding: UtteranceDecoder, now: float) -> list[ListenerEvent]:
        """Check the partial result, and end the utterance at an endpoint."""
        if self._overlap.continues_after_prompt:
            # No barge-in any more: use the full grammar and its longer timeouts.
            decoding.change_grammar(self._state)
            self._endpointer.config = self._config
        silence = now - self._endpointer.last + 1e-6
        quiet = silence > _QUIET
        if self._blocks % (_POLL_IN_SILENCE if quiet else _POLL_IN_SPEECH):
            return []
        if silence >= self._endpointer.config.after_complete:
            decoding.flush_lookahead()
        events: list[ListenerEvent] = []
        words = decoding.words()
        if words != self._words:
            self._words = words
            events.append(PartialTranscript(words, now))
        status = decoding.status(self._is_final) if quiet else GrammarStatus.PARTIAL
        if self._endpointer.is_endpoint(now, status):
            events.append(self._finish(decoding))
            self._talk.end_nearer()
        return events

    def _finish(self, decoding: UtteranceDecoder) -> Utterance:
        heard = self._result(decoding)
        if self._overlap.overlapped:
            prompt = self._prompts.audible_since(self._sound_start)
            overlap = self._overlap.overlap(prompt, self._echo, decoding.was_stable)
            during = self._overlap.began_during
            reject = self._policy.reject_reason if during else self_echo_reason
            over = during and overlap.during_prompt
            heard = replace(heard, rejection=reject(heard, overlap), over_prompt=over)
        if heard.crowded and is_too_fast(heard):
            # a loud syllable of somebody else's, and what was around it
            heard = replace(heard, rejection=heard.rejection or RejectionReason.TOO_SHORT)
        if heard.accepted and not heard.rejection:
            self._accepted_end = heard.end
        elif heard.start - self._accepted_end < _AFTERTHOUGHT:
            heard = replace(heard, rejection=heard.rejection or RejectionReason.TRAILING_WORDS)
        self._endpointer.close()
        self._decoding = None
        _LOGGER.info("%s", heard)
        return heard

    def _result(self, decoding: UtteranceDecoder) -> Utterance:
        hypothesis = decoding.finish()
        words, confidence = hypothesis.words, hypothesis.confidence
        alternatives = hypothesis.alternatives
        if hypothesis.with_talk and not self._talk.is_known(self._endpointer.start):
            # nobody else has talked: the softer words are the same speaker's
            alternatives = hypothesis.with_talk
            words, confidence = alternatives[0].words, alternatives[0].probability
        return Utterance(
            words=words,
            confidence=confidence,
            accepted=hypothesis.accepted,
            doubtful=hypothesis.doubtful,
            start=self._endpointer.start,
            end=self._endpointer.last,
            details=hypothesis.details,
            alternatives=alternatives,
            sound=hypothesis.sound,
            crowded=self._talk.crowds(self._endpointer.start, self._endpointer.last),
            level=self._talk.level(self._endpointer.start, self._endpointer.last),
        )
