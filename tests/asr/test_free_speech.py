"""What is heard of other people's sentences, dangers and the own phrases: a guard (synthetic).

Counts of the model as shipped are given with each margin. The voice took no part in training.
"""

from collections import Counter
from pathlib import Path

import pytest

from assistant.core.paths import OWN_PHRASES
from bench.asr.spoken import measure
from bench.asr.synthetic import usual_phrases
from bench.common.situations import Verdict, Wording, read_wordings

pytestmark = pytest.mark.decodes_sound

VOICES = ("id+f2",)
STRANGERS = read_wordings(Path(__file__).parent / "strangers.tsv")
OTHERS = [one for one in STRANGERS if not one.is_sign][5::19]
SIGNS = [one for one in STRANGERS if one.is_sign][3::8]


def verdicts(wordings: list[Wording]) -> Counter[Verdict]:
    return Counter(row.verdict for row in measure(wordings, VOICES))


def test_sentences_of_others() -> None:
    assert len(OTHERS) >= 20
    found = verdicts(OTHERS)
    assert found[Verdict.RIGHT] + found[Verdict.ASKED] >= 6
    assert found[Verdict.WRONG] + found[Verdict.FALSE_SIGN] <= 2


def test_danger_signs_of_others() -> None:
    assert len(SIGNS) >= 10
    found = verdicts(SIGNS)
    assert found[Verdict.RIGHT] + found[Verdict.ASKED] >= 11
    assert found[Verdict.DANGEROUS] == 0


def test_own_phrases() -> None:
    phrases = usual_phrases(OWN_PHRASES)[::3]
    assert len(phrases) >= 55
    rows = list(measure([Wording("own", phrase) for phrase in phrases], VOICES))
    assert sum(row.heard == row.said for row in rows) >= 53
