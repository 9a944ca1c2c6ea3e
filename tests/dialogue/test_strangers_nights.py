"""Turns of conversations that a stranger wrote, and that went wrong."""

import pytest

from assistant.core.listening_state import ListeningState
from assistant.dialogue.events import Doubtful, NotUnderstood, Understood
from tests.support.dialogue_driver import Talk
from tests.support.own_interpreter import KRAM


def say(talk: Talk, text: str) -> None:
    """What the guide hears of ``text``, typed, in the state that it listens in."""
    found = KRAM.interpret(text, ListeningState(talk.state.listening))
    if found.intent is None:
        talk.send(NotUnderstood(talk.now))
    else:
        talk.send((Understood if found.accepted else Doubtful)(talk.now, found.intent))


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
