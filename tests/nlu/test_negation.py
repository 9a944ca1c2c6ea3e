"""Negations that may have been misrecognised affirmations."""

import pytest

from assistant.asr.confidence import Hypothesis, score_nbest
from assistant.nlu.negation import doubtful_denial
from tests.support.own_interpreter import KRAM


@pytest.mark.parametrize(
    ("said", "near", "doubtful"),
    [
        ("belum", ["betul"], True),
        ("nggak bengkak", ["iya bengkak"], True),
        ("tidak ada", ["tidak sama sekali", "ada bengkak"], True),
        ("tidak", ["belum", "tunggu"], False),
        ("tidak ada", [], False),
        ("betul", ["belum"], False),
        ("iya bengkak", ["nggak bengkak"], False),
    ],
)
def test_only_a_denial_is_doubted(said: str, near: list[str], doubtful: bool) -> None:
    intent = KRAM.interpret(said, "conversation").intent
    assert intent is not None
    others = [KRAM.interpret(words, "conversation").intent for words in near]
    assert doubtful_denial(intent, others) is doubtful


def test_what_fits_nearly_as_well_is_told() -> None:
    scores = {"belum": 100.0, "betul": 98.0, "bentar": 95.0}
    half = Hypothesis("belum ada", 99.0, whole=False)
    heard = score_nbest([half, *(Hypothesis(*one) for one in scores.items())], 1.0, "conversation")
    assert heard.words == "belum" and heard.details.near == ("betul",)
    # An answer to the question that is asked is reckoned with sooner.
    asked = score_nbest([Hypothesis(*one) for one in scores.items()], 1.0, "conversation",
                  expected={"belum", "bentar"})  # fmt: skip
    assert asked.details.near == ()
