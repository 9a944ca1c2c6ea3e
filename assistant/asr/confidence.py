"""How sure the recogniser is that a phrase was really said.

In a conversation three things speak for a phrase: how far it is ahead of the background that
heard the same sound, how much there is of it, and that there was time enough to say it. While
nobody is expected to speak a second look is taken (``second.py``), which knows more.
``calibration.json`` holds what all that weighs; ``python3 run.py bench calibrate`` makes the
weights of the second look anew.
"""

import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from assistant.asr.events import ScoreDetails
from assistant.asr.interfaces import NO_EXPECTATION
from assistant.asr.second_pass.scorer import SecondPassFeatures, SecondPassResult
from assistant.audio.pcm import Samples
from assistant.core.listening_state import ListeningState

CALIBRATION = Path(__file__).with_name("calibration.json")

ENOUGH_LETTERS = 10
"""A phrase of fewer letters is never acted upon at once when nobody is expected to speak."""

SHORT_DOUBT = 0.6
"""Share of the usual confidence from which it is asked about: most of them call for help."""

WINDOW = 12.0
"""Leads beyond this (natural logarithm) say no more; the decoder's lattice ends near it."""

NEARLY = 3.0
"""Natural logarithm by which a phrase may be behind a longer one that it begins."""

EXPECTED = 5.0
"""Natural logarithm by which an answer to the question that is being asked may be behind a phrase
that is none: "nggak" sounds much like "berat", but nobody answers "berat" to "Bengkak?"."""

NEAR = 2.5
"""Natural logarithm by which a phrase may be behind the best one and still be worth a thought."""

UNHURRIED = 0.06
"""Seconds a letter takes; speech slower than this is no argument against a phrase."""


@dataclass(frozen=True)
class Hypothesis:
    """A path through the graph: its words and its raw log-score."""

    words: str
    score: float
    background: bool = False
    """Whether it is the background, not a phrase."""

    whole: bool = True
    """Whether the words are a whole phrase, not only the beginning of one."""


@dataclass(frozen=True)
class FirstPassFeatures:
    """What the decoder's own list tells of the best phrase: the first look."""

    lead: float
    """Log-likelihood ratio (natural) of the phrase against the background over the same sound,
    within plus or minus ``WINDOW``."""

    letters: int
    """Length of the phrase."""

    haste: float
    """Hundredths of a second by which a letter took less than ``UNHURRIED``; 0 when slower."""

    look = "first"

    def features(self) -> dict[str, float]:
        """What the calibration weighs, by name."""
        return {
            "lead": self.lead,
            "length": math.log(max(1, self.letters) / 10),
            "haste": self.haste,
            "clear": float(self.lead >= WINDOW),
        }


@dataclass(frozen=True)
class Calibration:
    """Weights of logistic regressions, and from which confidence on a phrase counts."""

    weights: Mapping[str, Mapping[str, float]]
    """For the ``first`` and the ``second`` look: feature → weight; ``bias`` is the constant."""

    accept: Mapping[str, float]
    """Confidence from which a phrase is accepted, by listening state."""

    doubt: Mapping[str, float]
    """Confidence from which asking back is better than silence, by listening state."""

    def confidence(self, measure: FirstPassFeatures | SecondPassFeatures) -> float:
        """Return the probability, 0 to 1, that the phrase was said."""
        weights = self.weights[measure.look]
        sum_ = weights["bias"]
        sum_ += sum(weights.get(name, 0.0) * value for name, value in measure.features().items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, sum_))))


@dataclass(frozen=True)
class RecognitionResult:
    """The final result for one utterance."""

    words: str = ""
    """The best phrase, even if it was refused."""

    confidence: float = 0.0
    accepted: bool = False
    doubtful: bool = False
    details: ScoreDetails = ScoreDetails()
    measure: FirstPassFeatures | SecondPassFeatures | None = None
    sound: Samples | None = field(default=None, repr=False, compare=False)
    """Of a doubtful result in idle, for a second opinion: int16, mono, 16 kHz."""


@cache
def shipped_calibration() -> Calibration:
    """Load the calibration that belongs to this version."""
    return read_calibration(CALIBRATION)


def read_calibration(path: Path) -> Calibration:
    """Read a calibration as ``bench calibrate`` writes it."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(tree["weights"], accept=tree["accept"], doubt=tree["doubt"])


def score_nbest(
    candidates: Sequence[Hypothesis],
    speech: float,
    state: ListeningState,
    calibration: Calibration | None = None,
    expected: Set[str] = NO_EXPECTATION,
) -> RecognitionResult:
    """Judge the best phrase among ``candidates``.

    ``speech`` is how many seconds somebody spoke. Half a phrase is returned, never accepted.
    ``expected`` are sentences that answer a question: they may be a little behind another
    phrase, but have to be as far ahead of the background as any.
    """
    calibration = calibration or shipped_calibration()
    threshold = calibration.accept[state]

    def likely(one: Hypothesis) -> float:
        return one.score + (EXPECTED if one.words in expected else 0.0)

    ranked = sorted(candidates, key=likely, reverse=True)
    best = next((one for one in ranked if one.words and not one.background), None)
    if best is None:
        return RecognitionResult(details=ScoreDetails(threshold=threshold))
    measure = first_pass_features(best, ranked, speech)
    shorter = _beginning_of(best, ranked)
    if shorter is not None and calibration.confidence(measure) < threshold:
        # "tidak ada" in the time of a "tidak": the one that was said is its beginning
        other = first_pass_features(shorter, ranked, speech)
        if calibration.confidence(other) > calibration.confidence(measure):
            best, measure = shorter, other
    rival = next((one for one in ranked if one is not best and not one.background), None)
    near = tuple(
        one.words
        for one in ranked
        if one is not best and one.words and one.whole and likely(best) - likely(one) <= NEAR
    )
    evidence = ScoreDetails(best.words, measure.lead, threshold, rival.words if rival else "", near)
    if not best.whole:
        return RecognitionResult(best.words, 0.0, details=evidence, measure=measure)
    confidence = calibration.confidence(measure)
    accepted = confidence >= threshold
    doubtful = not accepted and confidence >= calibration.doubt[state]
    return RecognitionResult(best.words, confidence, accepted, doubtful, evidence, measure)


def _beginning_of(best: Hypothesis, ranked: Sequence[Hypothesis]) -> Hypothesis | None:
    """The best whole phrase that ``best`` begins with and that is nearly as good."""
    fitting = (
        one
        for one in ranked
        if one.whole and one.words and not one.background
        and best.words.startswith(one.words + " ") and best.score - one.score <= NEARLY
    )  # fmt: skip
    return next(fitting, None)


def score_second_pass(
    look: SecondPassResult | None,
    candidates: Sequence[Hypothesis],
    state: ListeningState,
    calibration: Calibration | None = None,
) -> RecognitionResult:
    """Judge by the second look; of ``candidates`` only the runner-up is told."""
    calibration = calibration or shipped_calibration()
    threshold = calibration.accept[state]
    if look is None:
        return RecognitionResult(details=ScoreDetails(threshold=threshold))
    ranked = sorted(candidates, key=lambda one: -one.score)
    rival = next((one.words for one in ranked if one.words not in ("", look.words)), "")
    confidence = calibration.confidence(look.measure)
    # Half of all talk has something like "tolong" in it: so little is only asked about.
    short = len(look.words.replace(" ", "")) < ENOUGH_LETTERS
    accepted = confidence >= threshold and not short
    doubt = calibration.doubt[state] * (SHORT_DOUBT if short else 1.0)
    doubtful = not accepted and confidence >= doubt
    evidence = ScoreDetails(look.words, look.measure.lead, threshold, rival)
    return RecognitionResult(look.words, confidence, accepted, doubtful, evidence, look.measure)


def first_pass_features(
    best: Hypothesis, candidates: Sequence[Hypothesis], speech: float
) -> FirstPassFeatures:
    """Measure the phrase ``best`` against the background among ``candidates``."""
    background = next((one.score for one in candidates if one.background), -math.inf)
    lead = max(-WINDOW, min(WINDOW, best.score - background))
    letters = len(best.words.replace(" ", ""))
    haste = max(0.0, 100 * (UNHURRIED - speech / letters))
    return FirstPassFeatures(lead, letters, haste)
