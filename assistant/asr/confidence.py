"""Confidence of a recognised phrase, and its acceptance threshold by listening state.

Logistic regression over scores. In a conversation the features come from the decoder's n-best
list: the log-likelihood ratio against the background (a filler model over the same audio), the
length of the phrase and its speaking rate. In the idle state they come from second-pass scoring
(``second_pass/scorer.py``), which knows more. ``calibration.json`` holds the weights and
thresholds; ``python3 run.py bench calibrate`` fits the weights of the second pass.
"""

import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from assistant.asr.listener_events import ScoreDetails
from assistant.asr.recognizer_interface import NO_EXPECTATION
from assistant.asr.second_pass.scorer import SecondPassFeatures, SecondPassResult
from assistant.audio.pcm import Samples
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Alternative

HOME, HOME_AGREED = "home", "home_agreed"
"""Entries of the calibration for somebody's own commands; the latter if both passes agree."""

CALIBRATION = Path(__file__).with_name("calibration.json")

ENOUGH_LETTERS = 10
"""In idle, a phrase of fewer letters is never accepted directly, only asked about."""

SHORT_DOUBT = 0.6
"""Factor on the ``doubt`` threshold for such short phrases: most of them are calls for help."""

WINDOW = 12.0
"""Cap on the log-likelihood ratio in nats; beyond the lattice beam it means nothing."""

NEARLY = 3.0
"""Nats by which a phrase may be behind a longer one of which it is a prefix."""

EXPECTED = 5.0
"""Bonus in nats, when ranking, for an answer to the question being asked: "nggak" sounds much like
"berat", but nobody answers "berat" to "Bengkak?"."""

NEAR = 2.5
"""Nats by which a phrase may be behind the best one and still be listed as a near alternative."""

UNHURRIED = 0.06
"""Seconds per letter above which the speaking rate does not lower the confidence."""


@dataclass(frozen=True)
class Hypothesis:
    """An entry of the decoder's n-best list: its words and its raw log-score in nats."""

    words: str
    score: float
    background: bool = False
    """True for the background (filler) path, which stands for everything that is not a phrase."""

    whole: bool = True
    """Whether the words are a complete phrase, not only a prefix of one."""


@dataclass(frozen=True)
class FirstPassFeatures:
    """First-pass evidence for the best phrase, from the decoder's n-best list."""

    lead: float
    """Log-likelihood ratio in nats of the phrase against the background over the same audio,
    clipped to plus or minus ``WINDOW``."""

    letters: int
    """Length of the phrase without spaces."""

    haste: float
    """Hundredths of a second per letter below ``UNHURRIED``; 0 for slower speech."""

    scoring_pass = "first"

    def as_dict(self) -> dict[str, float]:
        """The inputs of the calibration, by name."""
        return {
            "lead": self.lead,
            "length": math.log(max(1, self.letters) / 10),
            "haste": self.haste,
            "clear": float(self.lead >= WINDOW),
        }


@dataclass(frozen=True)
class Calibration:
    """Weights of the logistic regressions, and the confidence thresholds."""

    weights: Mapping[str, Mapping[str, float]]
    """For the ``first`` and the ``second`` pass, and for the second over a home's commands:
    feature → weight; ``bias`` is the constant."""

    accept: Mapping[str, float]
    """Acceptance threshold, 0 to 1, by listening state, and for a home."""

    doubt: Mapping[str, float]
    """Threshold, 0 to 1, above which the guide asks for confirmation, likewise."""

    def confidence(
        self, features: FirstPassFeatures | SecondPassFeatures, weights_of: str = ""
    ) -> float:
        """Return the probability, 0 to 1, that the phrase was said (logistic regression).

        ``weights_of``: the entry of ``weights``; that of the pass by default.
        """
        weights = self.weights[weights_of or features.scoring_pass]
        logit = weights["bias"]
        logit += sum(weights.get(name, 0.0) * value for name, value in features.as_dict().items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@dataclass(frozen=True)
class RecognitionResult:
    """The final result for one utterance."""

    words: str = ""
    """The best phrase, even if it was rejected."""

    confidence: float = 0.0
    accepted: bool = False
    doubtful: bool = False
    details: ScoreDetails = ScoreDetails()
    features: FirstPassFeatures | SecondPassFeatures | None = None
    alternatives: tuple[Alternative, ...] = ()
    """What else may have been said, for a graph with a language model; else empty."""

    with_talk: tuple[Alternative, ...] = ()
    """The alternatives with softer talk before and after; empty if there is none."""

    sound: Samples | None = field(default=None, repr=False, compare=False)
    """The recording of a doubtful result in idle, for the verifier: int16, mono, 16 kHz."""


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
    """Score the best phrase of the n-best list ``candidates``.

    ``speech`` is the duration of the speech in seconds. A partial phrase is returned but never
    accepted. ``expected`` are sentences that answer the question being asked: they get a bonus
    against other phrases, but not against the background.
    """
    calibration = calibration or shipped_calibration()
    threshold = calibration.accept[state]

    def biased_score(one: Hypothesis) -> float:
        return one.score + (EXPECTED if one.words in expected else 0.0)

    ranked = sorted(candidates, key=biased_score, reverse=True)
    best = next((one for one in ranked if one.words and not one.background), None)
    if best is None:
        return RecognitionResult(details=ScoreDetails(threshold=threshold))
    features = first_pass_features(best, ranked, speech)
    shorter = _best_prefix_phrase(best, ranked)
    if shorter is not None and calibration.confidence(features) < threshold:
        # "tidak ada" in the time that "tidak" takes: it was the shorter one that was said.
        other = first_pass_features(shorter, ranked, speech)
        if calibration.confidence(other) > calibration.confidence(features):
            best, features = shorter, other
    others = [one for one in ranked if one is not best]
    rival = next((one for one in others if not one.background), None)
    near = tuple(
        one.words
        for one in others
        if one.words and one.whole and biased_score(best) - biased_score(one) <= NEAR
    )
    details = ScoreDetails(best.words, features.lead, threshold, rival.words if rival else "", near)
    if not best.whole:
        return RecognitionResult(best.words, 0.0, details=details, features=features)
    confidence = calibration.confidence(features)
    accepted = confidence >= threshold
    doubtful = not accepted and confidence >= calibration.doubt[state]
    return RecognitionResult(best.words, confidence, accepted, doubtful, details, features)


def _best_prefix_phrase(best: Hypothesis, ranked: Sequence[Hypothesis]) -> Hypothesis | None:
    """The best complete phrase that is a prefix of ``best`` and scores nearly as well."""
    fitting = (
        one
        for one in ranked
        if one.whole and one.words and not one.background
        and best.words.startswith(one.words + " ") and best.score - one.score <= NEARLY
    )  # fmt: skip
    return next(fitting, None)


def score_second_pass(
    result: SecondPassResult | None,
    candidates: Sequence[Hypothesis],
    state: ListeningState,
    calibration: Calibration | None = None,
) -> RecognitionResult:
    """Score by the second pass; ``candidates``, the n-best list, only gives the runner-up."""
    calibration = calibration or shipped_calibration()
    threshold = calibration.accept[state]
    if result is None:
        return RecognitionResult(details=ScoreDetails(threshold=threshold))
    rival = _runner_up(result, candidates)
    confidence = calibration.confidence(result.features)
    # Half of all talk contains something like "tolong": a phrase that short is only asked about.
    short = len(result.words.replace(" ", "")) < ENOUGH_LETTERS
    accepted = confidence >= threshold and not short
    doubt = calibration.doubt[state] * (SHORT_DOUBT if short else 1.0)
    doubtful = not accepted and confidence >= doubt
    details = ScoreDetails(result.words, result.features.lead, threshold, rival)
    return RecognitionResult(result.words, confidence, accepted, doubtful, details, result.features)


def score_home(
    result: SecondPassResult | None,
    first: RecognitionResult,
    candidates: Sequence[Hypothesis],
    calibration: Calibration | None = None,
) -> RecognitionResult:
    """Score one of somebody's own commands by the second pass; ``first`` is the first pass's.

    Commands are alike, so each word must fit: weights of their own, and a lower threshold for
    what both passes accept than for what only the second does.
    """
    calibration = calibration or shipped_calibration()
    if result is None:
        return RecognitionResult(details=ScoreDetails(threshold=calibration.accept[HOME]))
    confidence = calibration.confidence(result.features, HOME)
    agreed = first.accepted and first.words == result.words
    threshold = calibration.accept[HOME_AGREED if agreed else HOME]
    rival = _runner_up(result, candidates)
    details = ScoreDetails(result.words, result.features.lead, threshold, rival)
    accepted = confidence >= threshold
    return RecognitionResult(
        result.words, confidence, accepted, details=details, features=result.features
    )


def _runner_up(result: SecondPassResult, candidates: Sequence[Hypothesis]) -> str:
    """The best of the n-best list that differs from ``result``."""
    ranked = sorted(candidates, key=lambda one: -one.score)
    return next((one.words for one in ranked if one.words not in ("", result.words)), "")


def first_pass_features(
    best: Hypothesis, candidates: Sequence[Hypothesis], speech: float
) -> FirstPassFeatures:
    """Features of the phrase ``best`` against the background among ``candidates``.

    ``speech`` is the duration of the speech in seconds.
    """
    background = next((one.score for one in candidates if one.background), -math.inf)
    lead = max(-WINDOW, min(WINDOW, best.score - background))
    letters = len(best.words.replace(" ", ""))
    haste = max(0.0, 100 * (UNHURRIED - speech / letters))
    return FirstPassFeatures(lead, letters, haste)
