"""Danger signs in whole conversations: a fixed part of `bench triage`, and what it found before."""

import json
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.core.listening_state import ListeningState
from tests.support.dialogue_driver import Talk
from tests.support.own_interpreter import KRAM

SCENARIOS = 150


def understood(text: str, state: ListeningState = ListeningState.CONVERSATION) -> tuple[str, str]:
    """Name and sign of what ``text`` means, or of what is asked about."""
    intent = KRAM.interpret(text, state).intent
    return (intent.name, intent.slots.get("sign", "")) if intent else ("", "")


def test_no_sign_is_taken_lightly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "triage.json"
    code = main.main(["bench", "triage", "--count", str(SCENARIOS), "--output", str(output)])
    told = json.loads(output.read_text(encoding="utf-8"))
    assert told["hazards"] == [] and told["twins_hazardous"] == []
    assert told["count"] == SCENARIOS and told["twins"] > SCENARIOS / 2
    assert code == 0 and "hazardous: 0 of 150" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "kata istri saya tidak apa apa",
        "menurut anak saya tidak apa apa",
        "suami saya bilang nggak apa apa",
        "jare bojoku ora opo opo",
    ],
)
def test_an_opinion_is_no_all_clear(text: str) -> None:
    assert understood(text) in (("", ""), ("plays_down", ""))


def test_what_the_patient_says_counts() -> None:
    assert understood("dia bilang nggak apa apa") == ("false_alarm", "")
    assert understood("katanya sudah reda") == ("better", "")


def test_a_relative_s_denial_is_asked_about() -> None:
    found = KRAM.interpret("kata suami saya nggak bengkak", ListeningState.CONVERSATION)
    assert found.intent and found.intent.slots["negated"] == "unsure" and not found.accepted


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tadinya nggak sekarang dia susah napas", ("emergency", "breath")),
        ("mau ora saiki dadi susah ambegan aku", ("emergency", "breath")),
        ("tadi tidak nak sekarang kaki saya kebas", ("numb", "numb")),
        ("tadi tidak bengkak, sekarang tidak juga", ("no", "")),
    ],
)
def test_what_was_not_there_before_is_there_now(text: str, meant: tuple[str, str]) -> None:
    assert understood(text) == meant


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("kaki saya mati rasa", "numb"),
        ("kaki saya tertusuk paku berkarat", "nail"),
        ("aduh bitisku kram dan ora iso jinjit blas", "no_tiptoe"),
    ],
)
def test_in_idle_a_sign_is_asked_about_by_its_own_name(text: str, sign: str) -> None:
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.intent and found.intent.slots["sign"] == sign and not found.accepted


@pytest.mark.parametrize(
    ("sign", "reminder"),
    [
        ("swollen", "hari ini juga periksakan"),
        ("wound", "hari ini juga periksakan"),
        ("numb", "dokter perlu memeriksa"),
    ],
)
@pytest.mark.parametrize("farewell", ["stop", "thanks"])
def test_whoever_leaves_hears_what_is_left_to_do(sign: str, reminder: str, farewell: str) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("swollen", sign=sign)
    talk.wait(1)
    talk.hear("stop")
    talk.wait(0.5)
    talk.hear(farewell)
    talk.to_end()
    assert any(reminder in text for text in talk.texts[-2:]), talk.texts


def test_a_doubted_sign_is_named_to_whoever_leaves() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.doubt("emergency", sign="stroke")
    talk.hear("thanks")
    talk.hear("stop")
    talk.to_end()
    assert talk.said("Kalau tanda itu benar, telepon nomor satu satu, lalu sembilan")


def test_a_doubted_sign_comes_before_advice() -> None:
    talk = Talk()
    talk.doubt("emergency", sign="breath")
    talk.hear("ask", topic="treat_warmth")
    assert talk.saying == "Bilang: ya, atau tidak."
    talk.hear("next")
    talk.wait_for("Napasnya sesak?")
    talk.hear("yes")
    assert "Telepon nomor satu satu, lalu sembilan" in talk.saying


def test_a_cramp_that_lasts_too_long_is_heard_while_walking() -> None:
    talk = Talk()
    for intent, text in (("cramp_now", "Sudah reda"), ("better", "Mau bangun")):
        talk.hear(intent)
        talk.wait_for(text)
    talk.hear("yes")
    talk.wait_for("Jalan beberapa langkah")
    talk.hear("x_duration")
    assert talk.saying.startswith("Kita hentikan gerakannya")
    for _ in range(4):
        talk.hear("next")  # whoever skips the questions still hears the advice
    talk.to_end()
    assert talk.said("dokter hari ini juga") or talk.said("hari ini juga hubungi dokter")
    holds = len(talk.holds)
    talk.hear("still_hurts")
    talk.to_end()
    assert len(talk.holds) == holds, "no more stretching for the same cramp"


def test_dizzy_after_the_good_night() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda")
    talk.hear("better")
    talk.to_end()
    talk.hear("situation", situation="dizzy")
    assert "Jangan berjalan dulu" in talk.saying
    talk.hear("thanks")
    talk.to_end()
    assert talk.texts[-1].endswith("Jangan berjalan dulu.")
    before = len(talk.texts)
    talk.hear("still_hurts")
    talk.wait_for("Sudah reda")
    talk.hear("better")
    talk.to_end()
    assert not any("Berdiri" in text or "Jalan" in text for text in talk.texts[before:])


def test_no_cramp_guide_for_who_is_pregnant_with_a_sign() -> None:
    talk = Talk()
    talk.hear("other_sign", sign="headache", situation="pregnant")
    talk.to_end()
    talk.hear("cramp_now")
    talk.to_end()
    assert talk.texts[-1].startswith("Sekarang juga, pergi ke bidan")
    assert not talk.holds


def test_no_massage_of_a_numb_leg() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("numb", sign="numb")
    talk.to_end()
    assert not talk.said("pijat betis")
