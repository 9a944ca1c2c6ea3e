"""How sure the recogniser is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.hearing.heard import Evidence

THRESHOLDS = {"idle": 0.6, "conversation": 0.5, "all": 0.5}
"""Confidence from which a phrase is accepted, by listening state."""

DOUBT = 0.35
"""Confidence from which asking back is better than silence."""

_SCALE = 3.0
"""Score difference (natural logarithm) that makes a phrase e times likelier than the next."""


@dataclass(frozen=True)
class Candidate:
    """A path through the graph: its words and its raw log-score."""

    words: str
    score: float
    background: bool = False
    """Whether the words are those of the background, not of a phrase."""


@dataclass(frozen=True)
class Result:
    """The final result for one utterance."""

    words: str = ""
    confidence: float = 0.0
    accepted: bool = False
    doubtful: bool = False
    evidence: Evidence = Evidence()


def judge(candidates: Sequence[Candidate], seconds: float, state: str) -> Result:
    """Judge the best phrase among ``candidates`` against the next best explanation.

    ``seconds`` is the length of the audio that was decoded.
    """
    ranked = sorted(candidates, key=lambda one: -one.score)
    threshold = THRESHOLDS[state]
    best = next((one for one in ranked if one.words and not one.background), None)
    if best is None:
        heard = ranked[0].words if ranked else ""
        return Result(evidence=Evidence(threshold=threshold, runner_up=heard))
    rivals = [one for one in ranked if one.words != best.words or one.background]
    weights = [math.exp(min(50.0, (one.score - best.score) / _SCALE)) for one in rivals]
    confidence = 1 / (1 + sum(weights))
    accepted = confidence >= threshold or not any(one.background for one in rivals)
    lead = best.score - rivals[0].score if rivals else math.inf
    evidence = Evidence(
        best=best.words,
        score=min(lead, 1000.0) / max(seconds, 0.1),
        threshold=threshold,
        runner_up=rivals[0].words if rivals else "",
    )
    doubtful = not accepted and confidence >= DOUBT
    return Result(best.words, confidence, accepted, doubtful, evidence)
