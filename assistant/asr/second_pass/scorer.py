"""Second-pass scoring of an utterance: was the phrase that fits best really said?

The first pass finds a phrase in anything. The second pass scores the whole recording again, with
its own i-vector: Viterbi through the phrases, through the background (a filler model of frequent
words) and through a free phone loop. The log-likelihood ratios, of the phrase and of each of its
words, become features of the confidence.
"""

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.asr.model_format import (
    BACKGROUND_GRAPH,
    PHONES,
    PHRASE_GRAPH,
    SECOND_PASS,
    WORDS,
)
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import SHIFT, Floats, mfcc
from assistant.asr.second_pass.tdnn import SUBSAMPLING, TdnnF
from assistant.asr.second_pass.viterbi import BestPath, DecodingGraph, PhoneLoop
from assistant.audio.pcm import Samples

_MIN_FRAMES = 5
"""Output frames (30 ms) below which a recording is too short for any phrase."""

_BACKGROUND_BEAM = 20.0
"""Beam in nats for the background, which has many similar paths."""


@dataclass(frozen=True)
class SecondPassFeatures:
    """Evidence for the best phrase, in nats; a frame is an output frame of 30 ms.

    "Fit" is the log-likelihood ratio of the phrase's phones against the free phone loop, as in
    the goodness of pronunciation of Witt and Young (2000). "Posterior" is the log posterior of
    the aligned pdfs, from the network's cross-entropy head. "Speech" leaves silence phones out.
    """

    lead: float
    """Log-likelihood ratio of the phrase against the background (Viterbi scores)."""

    lead_rate: float
    """The same per frame of speech."""

    fit: float
    """Fit per frame of speech."""

    fit_sum: float
    """Fit summed over all frames of speech."""

    weakest_fit: float
    """Lowest fit per frame of any word."""

    weakest_fit_sum: float
    """Lowest sum of fit over a word; a long wrong word stands out more than in the mean."""

    posterior: float
    """Log posterior per frame of speech."""

    weakest_posterior: float
    """Lowest log posterior per frame of any word."""

    weakest_posterior_sum: float
    """Lowest sum of the log posterior over a word."""

    hurried: float
    """Share of the phones that last one frame only, 0 to 1."""

    pace: float
    """Log of the mean frames per phone."""

    longest: float
    """Log of the frames of the longest phone."""

    letters: float
    """Log of a tenth of the letters in the phrase."""

    scoring_pass = "second"

    def as_dict(self) -> dict[str, float]:
        """The inputs of the calibration, by name."""
        return asdict(self)


@dataclass(frozen=True)
class SecondPassResult:
    """The best phrase and the evidence for it."""

    words: str
    features: SecondPassFeatures


class SecondPassScorer:
    """Scores utterances with the graphs of one model folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is a Vosk model folder; its subfolder ``second`` holds the exported arrays."""
        lines = (folder / WORDS).read_text(encoding="utf-8").splitlines()
        words = tuple(line.split()[0] for line in lines[1:])
        arrays = folder / SECOND_PASS
        self._network = TdnnF(arrays)
        self._ivectors = IvectorExtractor(arrays)
        self._phone_loop = PhoneLoop(arrays / PHONES)
        self._phrases = DecodingGraph(arrays / PHRASE_GRAPH, words)
        self._background = DecodingGraph(arrays / BACKGROUND_GRAPH)

    def score(self, samples: Samples) -> SecondPassResult | None:
        """Score one utterance, int16, mono, 16 kHz; None when no phrase fits it at all."""
        if len(samples) < _MIN_FRAMES * SUBSAMPLING * SHIFT:
            return None
        mfccs = mfcc(samples)
        chain, xent = self._network.prefinal(mfccs, self._ivectors.extract(mfccs))
        log_likelihoods = self._network.log_likelihoods(chain)
        path = self._phrases.best_path(log_likelihoods)
        if path is None:
            return None
        posteriors = self._network.log_posteriors(xent, path.pdf_ids)
        aligned = log_likelihoods[np.arange(len(log_likelihoods)), path.pdf_ids]
        fits = aligned - self._phone_loop.frame_log_likelihoods(log_likelihoods)
        lead = path.score - self._background.score(log_likelihoods, _BACKGROUND_BEAM)
        return _result(path, lead, fits, posteriors)


def _result(
    path: BestPath, lead: float, fits: Floats, posteriors: Floats
) -> SecondPassResult | None:
    """Compute the features; None when the path holds no word.

    ``lead`` in nats; ``fits`` and ``posteriors``: nats per frame, float32, shape (output frames,).
    """
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    durations: list[int] = []
    begin: int | None = None
    for segment in path.segments:
        if segment.silent:
            continue
        durations.append(segment.end - segment.begin)
        begin = segment.begin if begin is None else begin
        if segment.word:
            words.append(segment.word)
            spans.append((begin, segment.end))
            begin = None
    if not words:
        return None
    frames = sum(durations)
    word_fits = [float(fits[a:b].sum()) for a, b in spans]
    word_posteriors = [float(posteriors[a:b].sum()) for a, b in spans]
    letters = sum(map(len, words))
    features = SecondPassFeatures(
        lead=lead,
        lead_rate=lead / frames,
        fit=sum(word_fits) / frames,
        fit_sum=sum(word_fits),
        weakest_fit=min(fit / (b - a) for fit, (a, b) in zip(word_fits, spans, strict=True)),
        weakest_fit_sum=min(word_fits),
        posterior=sum(word_posteriors) / frames,
        weakest_posterior=min(
            one / (b - a) for one, (a, b) in zip(word_posteriors, spans, strict=True)
        ),
        weakest_posterior_sum=min(word_posteriors),
        hurried=durations.count(1) / len(durations),
        pace=math.log(frames / len(durations)),
        longest=math.log(max(durations)),
        letters=math.log(letters / 10),
    )
    return SecondPassResult(" ".join(words), features)
