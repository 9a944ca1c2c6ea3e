"""Turns of conversations that a stranger wrote, and that went wrong."""

import pytest

from tests.support.dialogue_driver import Talk
from tests.support.night import say


def begun(*texts: str) -> Talk:
    talk = Talk()
    say(talk, "kaki saya kram")
    talk.wait(10)
    for text in texts:
        say(talk, text)
        talk.wait(8)
    return talk


@pytest.mark.parametrize(
    "text",
    ["bobo ya nak, sudah malam", "tidur", "turu wae", "dia udah sadar sekarang", "sudah bangun"],
)
def test_no_word_about_sleep_ends_an_alarm(text: str) -> None:
    talk = begun("bapak pingsan")
    say(talk, text)
    talk.wait(60)
    assert not talk.said("Syukurlah")
    assert talk.said("Di sini perlu bantuan")


@pytest.mark.parametrize("text", ["kayaknya nggak", "setahu saya nggak", "nggak tahu"])
def test_whoever_does_not_know_is_not_massaged(text: str) -> None:
    talk = begun()
    talk.wait_for("apakah satu kaki")
    talk.wait(8)
    say(talk, text)
    talk.wait(45)
    assert not talk.said("pijat betis")


@pytest.mark.parametrize("text", ["saya berdiri aja ya", "boleh saya berdiri di tembok?"])
def test_who_is_dizzy_is_told_not_to_stand(text: str) -> None:
    talk = begun("saya pusing")
    say(talk, text)
    talk.wait(8)
    assert talk.said("jangan berdiri dulu")


def test_after_an_operation_the_calf_is_not_massaged() -> None:
    talk = begun("gue dua minggu lalu abis operasi lutut sih")
    assert talk.said("betisnya jangan dipijat dulu")
    say(talk, "tidak ada")
    talk.wait(120)
    assert not talk.said("pijat betis pelan-pelan")
    say(talk, "boleh dipijat nggak")
    talk.wait(8)
    assert not talk.said("Betis boleh dipijat")


@pytest.mark.parametrize("text", ["tapi masih bisa jalan kok", "ya udah besok aja ke dokternya"])
def test_a_clot_that_is_played_down_is_still_to_be_examined(text: str) -> None:
    talk = begun("betis saya bengkak dan panas")
    talk.wait(20)
    say(talk, text)
    talk.wait(8)
    assert talk.said("tanda ini tetap harus diperiksa")


def test_nothing_is_to_be_put_into_a_mouth() -> None:
    talk = begun("bapak kejang")
    say(talk, "ya")
    talk.wait(10)
    say(talk, "saya masukin sendok ke mulutnya ya")
    talk.wait(6)
    assert talk.said("Jangan dulu")


@pytest.mark.parametrize(
    "text",
    ["ini nggak apa-apa kan?", "gapapa nggak sih ini", "nggak apa-apa katanya istri saya"],
)
def test_an_anxious_question_ends_no_alarm(text: str) -> None:
    talk = begun("saya sesak napas")
    say(talk, text)
    talk.wait(60)
    assert not talk.said("Syukurlah")
    assert talk.said("Di sini perlu bantuan")


@pytest.mark.parametrize("text", ["sama aja", "podo wae mas", "nggak ada bedanya"])
def test_legs_that_are_alike_are_a_no(text: str) -> None:
    talk = begun()
    talk.wait_for("apakah satu kaki")
    talk.wait(8)
    say(talk, text)
    talk.wait(4)
    assert talk.said("pijat betis")


def test_of_two_doubted_emergencies_both_are_asked_about() -> None:
    talk = Talk()
    say(talk, "kaki kena ubur-ubur tadi di pantai, sekarang susah napas")
    assert "Napasnya sesak?" in talk.saying
    talk.wait(2)
    say(talk, "tidak")
    talk.wait(4)
    assert talk.said("disengat binatang?")


def test_no_guide_begins_before_every_sign_is_answered() -> None:
    talk = Talk()
    say(talk, "betis saya kram, terus kena pecahan kaca darahnya ngocor nggak mau mampet")
    assert "Darahnya keluar banyak?" in talk.saying


@pytest.mark.parametrize("text", ["udah nih", "oke udah"])
def test_who_comes_back_from_a_pause_goes_on(text: str) -> None:
    talk = begun("tunggu")
    say(talk, text)
    talk.wait(4)
    assert not talk.said("Syukurlah")
    assert talk.said("kita lanjutkan")


def test_how_long_it_has_lasted_answers_whether_it_is_a_cramp() -> None:
    talk = Talk()
    talk.doubt("cramp_now")
    assert "Ada yang kakinya kram?" in talk.saying
    say(talk, "krame bapak wis setengah jam")
    talk.to_end()
    assert any("dokter" in text or "IGD" in text for text in talk.texts)


def test_a_sign_that_is_denied_twice_is_not_asked_about_a_third_time() -> None:
    talk = begun()
    for _ in range(2):
        talk.doubt("numb", sign="numb")
        assert "Kakinya kebas?" in talk.saying
        talk.hear("no")
        talk.wait(3)
    talk.doubt("numb", sign="numb")
    talk.wait(1)
    assert "Kakinya kebas?" not in talk.saying
    talk.hear("numb", sign="numb")  # but it is believed as soon as it is clear
    talk.wait(3)
    assert talk.said("perlu diperiksa dokter")


def test_an_emergency_is_asked_about_however_often_it_was_denied() -> None:
    talk = begun()
    for _ in range(3):
        talk.doubt("emergency", sign="chest")
        assert "Dadanya sakit?" in talk.saying
        talk.hear("no")
        talk.wait(3)
