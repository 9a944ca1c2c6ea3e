"""Scores a take: is it the requested phrase, and with which pronunciation was it spoken?"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.asr.model_format import ALL_SENTENCES_GRAPH, LABELS, PHONES, sentence_graph
from assistant.asr.second_pass.forward_backward import ForwardBackward
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import SHIFT, Floats, mfcc
from assistant.asr.second_pass.tdnn import SUBSAMPLING, TdnnF
from assistant.asr.second_pass.viterbi import DecodingGraph, PhoneLoop
from assistant.audio.dither import add_dither
from assistant.audio.pcm import Samples
from assistant.audio.utterance_gain import amplify
from assistant.core.errors import MissingError
from assistant.core.translation import _

BEHIND = 8.0
"""Nats by which another phrase may fit better: that is the error which the speaker's own
pronunciation costs should fix. 1 in 20 takes of a different phrase passes; see docs/enrol.md."""

LEAST_FIT = -1.5
"""Smallest log-likelihood ratio per speech row, phrase against a free phone loop: below it is a
cough or another sentence."""

_LEAST_ROWS = 5


@dataclass(frozen=True)
class Take:
    """One attempt at a phrase."""

    plausible: bool
    behind: float = np.inf
    """Nats by which the best of all phrases fits better; 0 if this is the best one."""

    fit: float = -np.inf
    counts: Mapping[str, float] = field(default_factory=dict)
    """Alternative in a rule of the phone table → expected count (sum of posteriors)."""


class TakeScorer:
    """Aligns takes with the phrases, over all pronunciations of their words."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds the alignment graphs; raises ``MissingError`` if it is damaged."""
        try:
            record = json.loads((folder / LABELS).read_text(encoding="utf-8"))
            self.table = str(record["table"])
            self.texts = tuple(map(str, record["texts"]))
            self._choices = [tuple(one["choices"]) for one in record["labels"]]
            arrays = Path(record["arrays"])
            self._network = TdnnF(arrays)
            self._speaker = IvectorExtractor(arrays)
            self._phones = PhoneLoop(arrays / PHONES)
            names = tuple(str(one["text"]) for one in record["labels"])
            self._together = DecodingGraph(folder / ALL_SENTENCES_GRAPH, names)
            self._alone = [
                (DecodingGraph(path, names), ForwardBackward(path))
                for path in (folder / sentence_graph(n) for n in range(len(self.texts)))
            ]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MissingError(
                _("{folder} is damaged ({error})").format(folder=folder, error=error),
                _("run this again"),
            ) from error

    def take(self, samples: Samples, wanted: int) -> Take:
        """Score an utterance (int16, mono, 16 kHz) against the phrase with index ``wanted``."""
        if len(samples) < _LEAST_ROWS * SUBSAMPLING * SHIFT:
            return Take(False)
        likelihoods = self.likelihoods(samples)
        graph, ways = self._alone[wanted]
        way = graph.best_path(likelihoods)
        if way is None:
            return Take(False)
        behind = max(0.0, self._together.score(likelihoods) - way.score)
        own = likelihoods[np.arange(len(likelihoods)), way.pdf_ids]
        excess = own - self._phones.frame_log_likelihoods(likelihoods)
        spoken = np.concatenate(
            [excess[one.begin : one.end] for one in way.segments if not one.silent]
        )
        fit = float(spoken.mean())
        plausible = behind <= BEHIND and fit >= LEAST_FIT
        return Take(plausible, behind, fit, self._counted(ways.posteriors(likelihoods)))

    def likelihoods(self, samples: Samples) -> Floats:
        """Acoustic log-likelihoods of int16 samples; float, shape (rows, pdfs)."""
        features = mfcc(add_dither(amplify(samples)))
        chain, _ = self._network.prefinal(features, self._speaker.extract(features))
        return self._network.log_likelihoods(chain)

    def _counted(self, shares: Mapping[int, float]) -> dict[str, float]:
        counts: defaultdict[str, float] = defaultdict(float)
        for label, share in shares.items():
            for choice in self._choices[label - 1]:
                counts[choice] += share
        return dict(counts)


def combine_takes(takes: Iterable[Take]) -> dict[str, float]:
    """The summed counts of several takes."""
    counts: defaultdict[str, float] = defaultdict(float)
    for take in takes:
        for name, count in take.counts.items():
            counts[name] += count
    return {name: round(count, 2) for name, count in sorted(counts.items()) if count >= 0.01}
