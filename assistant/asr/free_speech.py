"""From the n-best list of a graph with a language model to alternatives with probabilities."""

import math
from collections.abc import Sequence, Set
from dataclasses import replace

from assistant.asr.confidence import (
    EXPECTED,
    Hypothesis,
    RecognitionResult,
    shipped_calibration,
)
from assistant.asr.listener_events import ScoreDetails
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Alternative

TEMPERATURE = 2.0
"""Divisor of the decoder's scores before the softmax. The costs of the language model are doubled
in the graph (``language_model.SCALE``); this undoes it."""

NEAR = 0.02
"""Probability from which an alternative is listed as near the best: a "no" to a danger is asked
about while one of them is a "yes". "Iya ada" sounds like "tidak ada"."""


AGREED, CLEARLY_AGREED = 0.1, 0.3
"""Agreement from which a sentence of the second pass is believed, and from which it may be acted on
without a question. The second pass knows sentences only: to it a helicopter, a rooster or a snore
is one at up to 0.97, while free speech has other words or none. Of 588 calls in three synthetic
voices, in quiet and in noise, 3 are below the first (all of them only asked about otherwise), and
of 464 that were acted on 15 below the second."""


def posterior_alternatives(
    hypotheses: Sequence[Hypothesis], expected: Set[str]
) -> tuple[Alternative, ...]:
    """The distinct word sequences of an n-best list, most probable first; probabilities sum to 1.

    A listed sentence and the same words as free speech are one alternative. ``expected``
    sentences, answers to the question asked, get the bonus ``EXPECTED`` in nats.
    """
    scores: dict[str, float] = {}
    listed = {one.words for one in hypotheses if one.whole and one.words and not one.background}
    for one in hypotheses:
        if one.words and not one.whole and not one.background:
            continue  # the beginning of a sentence, cut off
        score = one.score + (EXPECTED if one.words in expected else 0.0)
        scores[one.words] = max(scores.get(one.words, -math.inf), score)
    if not scores:
        return ()
    best = max(scores.values())
    weights = {words: math.exp((score - best) / TEMPERATURE) for words, score in scores.items()}
    total = sum(weights.values())
    return tuple(
        Alternative(words, weight / total, words in listed)
        for words, weight in sorted(weights.items(), key=lambda pair: -pair[1])
    )


def agreement(words: str, alternatives: Sequence[Alternative]) -> float:
    """Expected share, 0 to 1, of the ``words`` that free speech has too, over its alternatives."""
    wanted = words.split()
    shares = (
        one.probability * sum(word in one.words.split() for word in wanted) for one in alternatives
    )
    return sum(shares) / len(wanted)


def confirmed(result: RecognitionResult, alternatives: Sequence[Alternative]) -> RecognitionResult:
    """``result`` of the second pass as far as the ``alternatives`` of free speech agree with it."""
    agreed = agreement(result.words, alternatives)
    if agreed < AGREED:
        return replace(result, accepted=False, doubtful=False)
    if agreed < CLEARLY_AGREED and result.accepted:
        return replace(result, accepted=False, doubtful=True)
    return result


def free_speech_result(
    alternatives: Sequence[Alternative], state: ListeningState
) -> RecognitionResult:
    """The most probable words; what they mean, and whether it counts, is for the interpreter."""
    threshold = shipped_calibration().accept[state]
    if not alternatives or not alternatives[0].words:
        return RecognitionResult(
            details=ScoreDetails(threshold=threshold), alternatives=tuple(alternatives)
        )
    best = alternatives[0]
    others = [one for one in alternatives[1:] if one.words]
    near = tuple(one.words for one in others if one.probability >= NEAR)
    runner_up = others[0].words if others else ""
    details = ScoreDetails(best.words, 0.0, threshold, runner_up, near)
    return RecognitionResult(
        best.words, best.probability, True, False, details, alternatives=tuple(alternatives)
    )
