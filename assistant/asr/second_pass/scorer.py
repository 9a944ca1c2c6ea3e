"""A second look at an utterance: was the phrase really said that fits it best?

The decoder finds a phrase in anything. Here the whole utterance is gone through again, exactly:
with the i-vector of the whole of it, through the phrases, through a loop of ordinary words (the
background) and through a loop of phones; and each word of the phrase has to answer for itself.
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

_LEAST_ROWS = 5
"""Less sound (of 30 ms each) is no phrase."""


_RIVAL_BEAM = 20.0
"""Beam of the search through the background, whose ways are many and alike."""


@dataclass(frozen=True)
class SecondPassFeatures:
    """What speaks for the best phrase. Natural logarithms; a row is 30 ms of sound.

    "Fit" is the log-likelihood of the phrase's sounds less that of any sounds whatever; the
    posterior is the network's own probability of the sound that the phrase wants.
    """

    lead: float
    """Score of the phrase less that of the best ordinary words."""

    lead_rate: float
    """The same for each row of speech."""

    fit: float
    """Fit for each row of speech."""

    fit_sum: float

    weakest_fit: float
    """Fit for each row of the word that fits worst."""

    weakest_fit_sum: float
    """Fit of the word that lacks most, in all its rows: a long wrong word tells more."""

    posterior: float
    """For each row of speech."""

    weakest_posterior: float
    """For each row of the word that is least likely."""

    weakest_posterior_sum: float
    """The same in all rows of the word that lacks most."""

    hurried: float
    """Share of its phones that have one row only."""

    pace: float
    """Logarithm of the rows for each phone."""

    longest: float
    """Logarithm of the rows of its longest phone."""

    letters: float
    """Logarithm of a tenth of its letters."""

    look = "second"

    def features(self) -> dict[str, float]:
        """What the calibration weighs, by name."""
        return asdict(self)


@dataclass(frozen=True)
class SecondPassResult:
    """What the second look saw."""

    words: str
    """The best phrase."""

    measure: SecondPassFeatures


class SecondPassScorer:
    """Looks at utterances with the graph of one model folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is a Vosk model folder whose ``second`` holds what the builder wrote."""
        lines = (folder / WORDS).read_text(encoding="utf-8").splitlines()
        words = tuple(line.split()[0] for line in lines[1:])
        room = folder / SECOND_PASS
        self._network = TdnnF(room)
        self._speaker = IvectorExtractor(room)
        self._phones = PhoneLoop(room / PHONES)
        self._phrases = DecodingGraph(room / PHRASE_GRAPH, words)
        self._background = DecodingGraph(room / BACKGROUND_GRAPH)

    def score(self, samples: Samples) -> SecondPassResult | None:
        """Judge one utterance, int16, mono, 16 kHz; None when no phrase fits it at all."""
        if len(samples) < _LEAST_ROWS * SUBSAMPLING * SHIFT:
            return None
        features = mfcc(samples)
        chain, xent = self._network.hidden(features, self._speaker.extract(features))
        likelihoods = self._network.likelihoods(chain)
        way = self._phrases.best(likelihoods)
        if way is None:
            return None
        posteriors = self._network.posteriors(xent, way.states)
        own = likelihoods[np.arange(len(likelihoods)), way.states]
        fits = own - self._phones.best(likelihoods)
        lead = way.score - self._background.score(likelihoods, _RIVAL_BEAM)
        return _measured(way, lead, fits, posteriors)


def _measured(
    way: BestPath, lead: float, fits: Floats, posteriors: Floats
) -> SecondPassResult | None:
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    lengths: list[int] = []
    begin: int | None = None
    for stretch in way.segments:
        if stretch.silent:
            continue
        lengths.append(stretch.end - stretch.begin)
        begin = stretch.begin if begin is None else begin
        if stretch.word:
            words.append(stretch.word)
            spans.append((begin, stretch.end))
            begin = None
    if not words:
        return None
    rows = sum(lengths)
    fit_of = [float(fits[a:b].sum()) for a, b in spans]
    posterior_of = [float(posteriors[a:b].sum()) for a, b in spans]
    letters = sum(map(len, words))
    measure = SecondPassFeatures(
        lead=lead,
        lead_rate=lead / rows,
        fit=sum(fit_of) / rows,
        fit_sum=sum(fit_of),
        weakest_fit=min(fit / (b - a) for fit, (a, b) in zip(fit_of, spans, strict=True)),
        weakest_fit_sum=min(fit_of),
        posterior=sum(posterior_of) / rows,
        weakest_posterior=min(
            one / (b - a) for one, (a, b) in zip(posterior_of, spans, strict=True)
        ),
        weakest_posterior_sum=min(posterior_of),
        hurried=lengths.count(1) / len(lengths),
        pace=math.log(rows / len(lengths)),
        longest=math.log(max(lengths)),
        letters=math.log(letters / 10),
    )
    return SecondPassResult(" ".join(words), measure)
