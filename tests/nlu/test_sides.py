"""Of two legs the one that hurts is stretched; a pain that is denied is no complaint."""

import pytest

from assistant.core.listening_state import ListeningState
from assistant.nlu.sides import side_in_trouble
from tests.support.own_interpreter import KRAM

TALK = ListeningState.CONVERSATION
NEGATIONS = frozenset({"tidak", "bukan", "belum"})

LEFT = [
    "kaki kanan tidak sakit kaki kiri sakit", "yang kanan nggak apa-apa, yang kiri kram",
    "kanan tidak, kiri yang kram", "bukan kanan, kiri", "bukan yang kanan tapi yang kiri",
    "kiri, bukan kanan", "kaki kiri saya kram, yang kanan tidak", "kanan sehat kiri kejang",
    "betis kanan aman betis kiri kejang", "kaki saya kram yang kiri bukan yang kanan",
    "bukan kaki kanan yang kram kaki kiri", "tidak kanan tapi kiri", "kaki kanan baik kiri kram",
    "yang kanan tidak yang kiri kram", "kaki kanan saya tidak kaki kiri saya kram",
    "yang kiri kram tapi yang kanan lumayan", "kaki kanan oke kaki kiri kram",
    "kaki kanan tidak lagi cuma yang kiri tidak mau lepas",
    "yang kanan, eh bukan, yang kiri", "yang kanan eh bukan yang kiri", "kanan, bukan, kiri",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_the_leg_that_is_not_said_to_be_well_is_the_one(text: str) -> None:
    for said, side in ((text, "left"), (_swapped(text), "right")):
        intent = KRAM.interpret(said, TALK).intent
        assert intent is not None
        assert intent.slots.get("leg") == side, said


def _swapped(text: str) -> str:
    return text.replace("kanan", "?").replace("kiri", "kanan").replace("?", "kiri")


@pytest.mark.parametrize(
    "names",
    [
        "kram kiri",
        "tidak kiri",  # of one leg alone nothing is left over
        "kiri kram kanan kram",
        "kiri tidak kanan tidak",
        "kanan belum kiri belum",
        "kiri tidak reda kanan tidak reda",
    ],
)
def test_no_side_is_left_over(names: str) -> None:
    assert side_in_trouble(names.split(), NEGATIONS) == ""


@pytest.mark.parametrize(
    "text", ["sekarang tidak sakit", "betis saya tidak sakit", "nggak sakit, nggak kaku"]
)
def test_a_pain_that_is_denied_is_relief(text: str) -> None:
    found = KRAM.interpret(text, TALK)
    assert found.accepted
    assert found.intent is not None
    assert found.intent.name == "better"


@pytest.mark.parametrize(
    "text",
    [
        *("tidak sakit", "nggak sakit", "gak nyeri kok", "ora lara", "aduh nggak sakit banget"),
        *("nak tidak sakit", "ya nggak sakit", "betis saya tidak sakit sekali", "nggak kram"),
        *("tidak nak kram", "tidak bu kram"),
    ],
)
def test_a_denial_alone_is_asked_about_for_a_pause_is_not_heard(text: str) -> None:
    found = KRAM.interpret(text, TALK)
    assert not found.accepted
    assert found.intent is not None
    assert found.intent.name == "better"


@pytest.mark.parametrize(
    "text",
    [
        "tidak, sakit",
        "tidak, masih sakit",
        "belum, sakit",
        "tidak sakit tapi kaku",
        "tidak sakit cuma pegal",
        "sakit sekali",
        *("gimana nggak sakit", "siapa bilang tidak sakit", "bukan tidak sakit"),
        *("tidak mungkin tidak sakit", "semoga tidak sakit", "ini bukan sakit biasa"),
        *("nanti nggak sakit kan", "tadi nggak sakit", "kiri kanan nggak ada yang nggak sakit"),
    ],
)
def test_what_still_hurts_still_hurts(text: str) -> None:
    found = KRAM.interpret(text, TALK)
    assert found.intent is not None
    assert found.intent.name == "still_hurts"


@pytest.mark.parametrize(
    "text",
    [
        *("betis tidak sakit dada sakit", "kaki sudah tidak sakit dada saya sakit"),
        *("tidak dada saya sakit", "tidak, dada saya sakit", "nggak bu dada saya nyeri"),
    ],
)
def test_a_danger_after_a_denial_is_asked_about(text: str) -> None:
    found = KRAM.interpret(text, TALK)
    assert not found.accepted
    assert found.intent is not None
    assert found.intent.slots["sign"] == "chest"
    assert found.intent.slots["negated"] == "unsure"


@pytest.mark.parametrize(
    "text",
    [
        *("tidak bengkak", "tidak ada bengkak di betis kiri", "tidak sakit dada"),
        *("dada saya tidak sakit sama sekali", "betis tidak bengkak cuma sakit"),
    ],
)
def test_a_plain_denial_is_one(text: str) -> None:
    found = KRAM.interpret(text, TALK)
    assert found.accepted
    assert found.intent is not None
    assert found.intent.slots["negated"] == "yes"
