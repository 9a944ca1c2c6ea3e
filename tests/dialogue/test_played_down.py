"""A relative who plays a sign down changes nothing of the advice: the same told with and without.

The wordings were written without a look at the phrases.
"""

import re
from itertools import product

import pytest

from tests.support.night import NightTalk, say

SIGNS = {
    "breath": "napas saya sesak",
    "chest": "dada saya sakit sekali",
    "faint": "bapak saya pingsan",
    "stroke": "mulut saya mencong",
    "cold_pale": "kaki saya pucat dan dingin",
    "swollen": "betis kiri saya bengkak",
    "pop": "tadi ada bunyi krek di betis",
    "numb": "kaki saya kebas",
    "nail": "saya menginjak paku",
    "dark_urine": "air kencing saya seperti teh",
    "low_sugar": "gula darah saya rendah",
    "belly": "saya hamil dan kepala saya sakit",
}
REMARKS = (
    "kata anak saya cuma masuk angin",
    "suami saya bilang jangan lebay",
    "kata istri saya nggak usah ke dokter segala",
    "menurut mertua saya itu kecapekan",
    "jare anakku paling kesel",
    "kata tetangga kerokan saja nanti sembuh",
    "anak saya bilang ibu terlalu khawatir",
    "kata menantu saya itu faktor umur",
    "kata ipar saya tidur saja besok juga hilang",
    "kata adik saya itu cuma kurang minum",
    "sanjange putra kula mboten nopo nopo",
    "kata suami saya nggak usah panik, cuma pegal",
    "kata kakak saya nanti juga hilang sendiri",
    "kata cucu saya sudah biasa orang tua begini",
)
ADVICE = re.compile(r"satu satu|dokter|IGD|bidan|periksa|jangan|duduk|manis|darurat", re.IGNORECASE)
KIND = re.compile(r"^Semoga begitu\. ")


def lived(*turns: str, opening: str = "kaki saya kram") -> NightTalk:
    """The guide runs; each of ``turns`` is said some seconds after the one before."""
    talk = NightTalk()
    say(talk, opening)
    talk.wait(6)
    for text in turns:
        say(talk, text)
        talk.wait(3)
    talk.wait(240)
    return talk


def advice(talk: NightTalk) -> set[str]:
    """What was told that a sign asks for; "Semoga begitu …" is the answer to the relative."""
    return {text for text in talk.texts if ADVICE.search(text) and not KIND.search(text)}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_relative_changes_nothing_of_the_advice(sign: str) -> None:
    told = SIGNS[sign]
    alone = advice(lived(told))
    assert alone, told
    for remark in REMARKS:
        after = lived(told, remark)
        assert advice(after) == alone, (told, remark, "after")
        twice = lived(told, remark, REMARKS[0])
        assert advice(twice) == alone, (told, remark, "twice")


@pytest.mark.parametrize(("sign", "remark"), list(product(SIGNS, REMARKS)))
def test_nor_in_the_same_breath_or_before(sign: str, remark: str) -> None:
    told = SIGNS[sign]
    due = advice(lived(told))
    for turns in ((f"{told} tapi {remark}",), (remark, told)):
        missing = due - advice(lived(*turns))
        # a sign in one breath with an opinion may be asked about first, and silence then is a yes
        assert not missing, (turns, missing)


@pytest.mark.parametrize("remark", REMARKS)
def test_it_says_kindly_why(remark: str) -> None:
    talk = lived(SIGNS["swollen"], remark)
    assert any(KIND.search(text) and "diperiksa" in text for text in talk.texts), talk.texts
    alarm = lived(SIGNS["chest"], remark)
    assert any(KIND.search(text) and "119" not in text for text in alarm.texts), alarm.texts
