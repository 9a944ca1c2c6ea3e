"""Deaf on request: begun by a word, ended by time or a key; never in an alarm."""

import pytest

from assistant.dialogue import policy
from assistant.dialogue.events import HearAgain, Tick
from assistant.dialogue.handlers.deafness import is_deaf
from assistant.dialogue.state_json import from_json, to_json
from tests.support.dialogue_driver import SCRIPT, Talk


def deaf(**slots: str) -> Talk:
    talk = Talk()
    talk.hear("deafen", **slots)
    talk.hear("yes")
    return talk


def test_out_of_nothing_it_is_asked_first() -> None:
    talk = Talk()
    talk.hear("deafen", minutes="30")
    assert talk.saying == "Saya berhenti mendengarkan selama setengah jam? Bilang ya, atau tidak."
    assert not is_deaf(talk.state)
    talk.to_end()  # nobody answers: it may have been a television
    assert not is_deaf(talk.state) and talk.state.name == "idle"
    talk.hear("deafen")
    talk.hear("no")
    assert not is_deaf(talk.state) and talk.saying == "Baik, saya tetap mendengarkan."


def test_a_tone_and_a_word() -> None:
    talk = deaf()
    assert talk.cues[-1] == "deaf" and "selama satu jam" in talk.saying
    assert is_deaf(talk.state)
    talk.to_end()
    assert talk.said("tekan tombol Enter") and talk.state.name == "deaf"


@pytest.mark.parametrize(("minutes", "seconds"), [("30", 1800), ("60", 3600), ("120", 7200)])
def test_it_ends_by_time(minutes: str, seconds: int) -> None:
    talk = deaf(minutes=minutes)
    began = talk.now
    talk.to_end()
    talk.now = began + seconds - 1
    talk.send(Tick(talk.now))
    talk.hear("cramp_now")
    talk.hear("emergency", sign="chest")
    assert is_deaf(talk.state) and talk.state.name == "deaf" and not talk.state.tasks
    talk.now = began + seconds
    talk.send(Tick(talk.now))
    assert not is_deaf(talk.state) and talk.state.name == "idle" and talk.cues[-1] == "ready"
    assert not talk.said("Saya mendengar lagi.")  # the house may be asleep
    talk.hear("cramp_now")
    assert talk.saying.startswith("Saya di sini")


def test_it_ends_by_a_key() -> None:
    talk = deaf()
    talk.to_end()
    talk.send(HearAgain(talk.now))
    assert not is_deaf(talk.state) and talk.saying == "Saya mendengar lagi."
    talk.to_end()
    before = len(talk.acts)
    talk.send(HearAgain(talk.now))  # a key that was pressed for nothing
    assert len(talk.acts) == before


def test_it_ends_by_a_restart() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("deafen")
    assert is_deaf(talk.state)
    state = from_json(to_json(talk.state))
    assert is_deaf(state)
    after, _ = policy.resume(state, 5.0, SCRIPT)
    assert not is_deaf(after)


def test_a_guide_ends_as_by_stop_and_keeps_its_warning() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("swollen", sign="swollen")
    talk.hear("deafen")
    assert is_deaf(talk.state) and not talk.state.name.startswith("acute")
    talk.to_end()
    assert talk.said("hari ini juga periksakan kakinya ke dokter")


def test_never_in_an_alarm() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    talk.hear("deafen")
    assert not is_deaf(talk.state) and talk.state.name.startswith("emergency")


def test_a_question_of_danger_comes_first() -> None:
    talk = Talk()
    talk.hear("tolong")
    talk.hear("deafen")
    assert not is_deaf(talk.state) and talk.said("jawab dulu")
    talk.wait_for("Butuh bantuan?")
    talk.hear("yes")
    assert talk.state.name.startswith("emergency")
