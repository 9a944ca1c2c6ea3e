"""Vosk behind the ``Recognizer`` protocol: n-best decoding, then scoring or a second pass."""

import json
from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.asr.confidence import (
    Hypothesis,
    RecognitionResult,
    score_home,
    score_nbest,
    score_second_pass,
)
from assistant.asr.free_speech import (
    confirmed,
    free_speech_result,
    posterior_alternatives,
)
from assistant.asr.recognizer_interface import NO_EXPECTATION
from assistant.asr.second_pass.scorer import SecondPassScorer
from assistant.asr.vosk_graphs import VoskGraph, VoskGraphs
from assistant.asr.vosk_import import KaldiRecognizer, SetLogLevel
from assistant.audio.dither import add_dither
from assistant.audio.foreground import foreground
from assistant.audio.noise_reduction import NoiseReduction, without_noise
from assistant.audio.pcm import RATE, Samples
from assistant.audio.speech_duration import SpeechTimer
from assistant.audio.utterance_gain import UtteranceGain
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import LISTED, Alternative

_N_BEST = 8
_N_BEST_FREE = 24
"""Free speech has more alternatives, many of the same meaning."""

_BACKGROUND = "#"

_LONGEST_SENTENCE = 12 * RATE
"""Samples (12 s) of an utterance above which it is no sentence of the phrases, and the second pass
would find none. Free speech may go on for longer: somebody may call "tolong" without a pause."""

_SETTLED = RATE // 5
"""Samples (0.2 s) after a change of the gain until the utterance is decoded again: at its onset the
gain changes several times. Partial results lag by more than that anyway."""


class VoskRecognizer:
    """Decodes utterances with the graph of the listening state."""

    def __init__(
        self,
        model: Path,
        states: tuple[ListeningState, ...] = (),
        frames_per_chunk: int | None = None,
    ) -> None:
        """Open the model folder; the graphs of ``states`` are loaded now, others on first use.

        ``frames_per_chunk``: see ``network_chunks``; None for Vosk's own. Raises ``MissingError``
        when the folder is no model built by this project, or is damaged.
        """
        SetLogLevel(-1)
        self._graphs = VoskGraphs(model, frames_per_chunk)
        self._graph: VoskGraph | None = None
        self._decoder: KaldiRecognizer | None = None
        self._state = ListeningState.ALL
        self._expected = NO_EXPECTATION
        self._timer = SpeechTimer()
        self._samples = 0
        self._partial_at = 0
        self._partial = ""
        self._second_pass: SecondPassScorer | None = None
        self._gain = UtteranceGain()
        self._reduction: NoiseReduction | None = None
        self._changed_at: int | None = None
        self._audio: list[Samples] = []
        for state in states:
            self._graphs.graph(state)
            self._graphs.second_pass(state)

    def start(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Begin a new utterance with the graph of ``state``.

        ``expected``: the sentences that answer the question asked, see ``score_nbest``.
        """
        self._expected = expected
        if state == ListeningState.BARGE_IN:
            self._state = ListeningState.CONVERSATION
            if not self._graphs.has(state):
                # this folder of phrases has no barge-in grammar of its own
                state = ListeningState.CONVERSATION
        else:
            self._state = state
        self._timer = SpeechTimer()
        self._samples = self._partial_at = 0
        self._partial = ""
        self._audio = []
        self._gain = UtteranceGain()
        self._reduction = None
        self._changed_at = None
        self._graph = self._graphs.graph(state)
        self._second_pass = self._graphs.second_pass(state)
        self._decoder = self._open_decoder()

    def feed(self, samples: Samples) -> None:
        """Decode some more audio, int16, mono, 16 kHz, any length."""
        self._timer.feed(samples)
        if self._decoder is not None and len(samples):
            self._audio.append(samples)
            if self._gain.feed(samples):
                self._changed_at = self._samples
            if self._changed_at is None:
                self._decode(samples, self._samples)
            elif self._samples + len(samples) - self._changed_at >= _SETTLED:
                self._decode_again()
        self._samples += len(samples)

    def _decode_again(self) -> None:
        """Decode the utterance from its start, as its level and its noise are known now."""
        self._decoder = self._open_decoder()
        self._changed_at = None
        self._audio = [np.concatenate(self._audio)]
        self._reduction = NoiseReduction(self._audio[0]) if self._gain.is_noisy else None
        self._decode(self._audio[0], 0)

    def _open_decoder(self) -> KaldiRecognizer | None:
        if self._graph is None:
            return None
        decoder = KaldiRecognizer(self._graph.model, RATE)
        decoder.SetMaxAlternatives(_N_BEST_FREE if self._graph.free else _N_BEST)
        return decoder

    def _decode(self, samples: Samples, offset: int) -> None:
        """Decode ``samples``, of which the first is number ``offset`` of the utterance."""
        if self._decoder is not None:
            # The return value is Vosk's own endpoint; the listener does its own endpointing.
            if self._reduction is not None:
                samples = self._reduction.apply(samples)
            if not len(samples):
                return  # less than the reduction of noise takes at a time
            self._decoder.AcceptWaveform(self._amplified(samples, offset).tobytes())

    def _amplified(self, samples: Samples, offset: int) -> Samples:
        """What is decoded: the dither comes last, so it has the same level under soft speech."""
        return add_dither(self._gain.apply(samples), offset)

    def _heard(self, sound: Samples) -> Samples:
        """The same of a whole utterance, or of a part of it."""
        return self._amplified(without_noise(sound) if self._gain.is_noisy else sound, 0)

    def partial(self) -> str:
        """The partial result; empty when there is none or it is the background."""
        if self._decoder is None or not self._samples:
            return ""
        if self._partial_at != self._samples and self._changed_at is None:
            self._partial_at = self._samples
            words = str(json.loads(self._decoder.PartialResult()).get("partial", "")).strip()
            free = self._graph is not None and self._graph.free
            if words.startswith(_BACKGROUND):
                words = words[1:].strip() if free else ""
            self._partial = words
        return self._partial

    def complete(self) -> bool:
        """Whether the partial result is a phrase that no longer phrase continues."""
        words = self.partial()
        return bool(words) and self._graph is not None and self._graph.sentences.complete(words)

    def whole(self) -> bool:
        """Whether the partial result is a phrase, though a longer one may continue it."""
        words = self.partial()
        return bool(words) and self._graph is not None and self._graph.sentences.whole(words)

    def finish(self) -> RecognitionResult:
        """End the utterance and return the scored result."""
        if self._changed_at is not None:
            self._decode_again()
        decoder, self._decoder = self._decoder, None
        graph = self._graph
        if decoder is None or graph is None or not self._samples:
            return score_nbest((), 0.0, self._state)
        hypotheses = _hypotheses(decoder, graph)
        alternatives = posterior_alternatives(hypotheses, self._expected) if graph.free else ()
        if self._second_pass is None and graph.free:
            return self._free_speech(graph, alternatives)
        first = score_nbest(hypotheses, self._timer.seconds, self._state, expected=self._expected)
        if self._second_pass is None:
            return first
        sound, self._audio = self._heard(np.concatenate(self._audio)), []
        too_long = graph.free and self._samples > _LONGEST_SENTENCE
        scored = None if too_long else self._second_pass.score(sound)
        if graph.home:
            return score_home(scored, first, hypotheses)
        result = score_second_pass(scored, hypotheses, self._state)
        if scored and graph.free:
            result = confirmed(result, alternatives)
        result = replace(result, alternatives=alternatives)
        return replace(result, sound=sound) if result.doubtful else result

    def _free_speech(
        self, graph: VoskGraph, alternatives: tuple[Alternative, ...]
    ) -> RecognitionResult:
        """The result for the speaker alone, where softer talk goes on before and after.

        If a sentence of the phrases was heard word for word, no such talk was written down.
        """
        sound, self._audio = np.concatenate(self._audio), []
        best = next(iter(alternatives), None)
        is_clear = best is not None and best.listed and best.probability >= LISTED.accept
        own = None if is_clear else foreground(sound)
        if own is None or (decoder := self._open_decoder()) is None:
            return free_speech_result(alternatives, self._state)
        decoder.AcceptWaveform(self._heard(own).tobytes())
        alone = posterior_alternatives(_hypotheses(decoder, graph), self._expected)
        return replace(free_speech_result(alone, self._state), with_talk=alternatives)


def _hypotheses(decoder: KaldiRecognizer, graph: VoskGraph) -> Sequence[Hypothesis]:
    """End the decoding; the n-best list, best first."""
    final = json.loads(decoder.FinalResult())
    return [_hypothesis(one, graph) for one in final.get("alternatives", ())]


def _hypothesis(alternative: dict[str, object], graph: VoskGraph) -> Hypothesis:
    """An entry of Vosk's n-best list; its "confidence" is a log-score in nats."""
    words = str(alternative.get("text", "")).strip()
    score = float(str(alternative.get("confidence", 0.0)))
    if words.startswith(_BACKGROUND):
        return Hypothesis(words[1:].strip(), score, background=True)
    return Hypothesis(words, score, whole=graph.sentences.whole(words))
