"""What the second pass finds counts as far as free speech has the same words."""

import pytest

from assistant.asr.confidence import RecognitionResult
from assistant.asr.free_speech import agreement, confirmed
from assistant.nlu.alternatives import Alternative


def alternatives(**shares: float) -> tuple[Alternative, ...]:
    return tuple(Alternative(words.replace("_", " "), share) for words, share in shares.items())


def counts(heard: tuple[Alternative, ...], words: str = "betis kiri saya kram") -> str:
    found = RecognitionResult(words, 0.9, accepted=True)
    result = confirmed(found, heard)
    return "acted on" if result.accepted else "asked" if result.doubtful else "nothing"


def test_agreement_is_the_expected_share_of_the_words() -> None:
    heard = alternatives(kaki_kram=0.5, kaki=0.25, lampu=0.25)
    assert agreement("kaki saya kram", heard) == pytest.approx(0.5 * 2 / 3 + 0.25 / 3)


@pytest.mark.parametrize(
    ("heard", "outcome"),
    [
        (alternatives(betis_kiri_saya_kram=0.6, betis_kiri=0.4), "acted on"),
        (alternatives(betis_saya=0.41, betis=0.15, betis_itu=0.1, sesak=0.34), "asked"),
        (alternatives(betis=0.2, sesak=0.8), "nothing"),
        ((Alternative("", 1.0),), "nothing"),
        ((), "nothing"),
    ],
    ids=["a call", "a snore", "another snore", "a helicopter", "no words at all"],
)
def test_how_much_must_agree(heard: tuple[Alternative, ...], outcome: str) -> None:
    assert counts(heard) == outcome


def test_what_is_only_asked_about_stays_so() -> None:
    doubtful = RecognitionResult("kaki kram", 0.6, doubtful=True)
    assert confirmed(doubtful, alternatives(kaki_kram=1.0)) == doubtful
    assert not confirmed(doubtful, alternatives(ya=1.0)).doubtful
