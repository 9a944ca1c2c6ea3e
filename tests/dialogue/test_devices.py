"""A microphone or loudspeaker that is lost and comes back; regressions found by the stories."""

import pytest

from assistant.dialogue import policy
from assistant.dialogue.acts import Hold, Say
from assistant.dialogue.events import Finished
from assistant.dialogue.notes import DiaryAdd, EpisodeStarted
from tests.support.dialogue_driver import SCRIPT, Talk


def test_a_microphone_that_was_away_is_spoken_of_and_the_hold_goes_on() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tahan. Napas")
    talk.wait(4)
    assert isinstance(talk.running, Hold)
    begun = talk.now
    talk.wait(12)
    talk.lose("microphone")
    assert "tidak mendengar Anda" in talk.saying
    talk.wait(1)
    talk.now += 20
    talk.find("microphone")
    assert talk.saying == "Mikrofon sempat terputus. Sekarang saya mendengar lagi."
    talk.wait_for("Tarik lagi ujung kaki")
    talk.wait(6)
    assert isinstance(talk.running, Hold)
    assert talk.running.seconds <= 30 - 12
    assert begun > 0


def test_what_is_no_longer_true_is_not_said_again() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Luruskan lutut")
    talk.lose("microphone")
    talk.now += 1
    assert "tidak mendengar Anda" in talk.saying
    saved = talk.state
    told = len(talk.texts)
    talk.find("microphone")
    talk.wait_for("Jangan disentak")
    assert not any("tidak mendengar Anda" in text for text in talk.texts[told:])
    # the same where the program had to begin anew
    state, acts = policy.resume(saved, 0.0, SCRIPT)
    said = []
    for second in range(5, 60, 5):
        said += [act.text for act in acts if isinstance(act, Say)]
        state, acts = policy.step(state, Finished(float(second)), SCRIPT)
    assert said[:3] == [
        "Mikrofon sempat terputus. Sekarang saya mendengar lagi.",
        "Kita lanjutkan dari peregangan.",
        "Luruskan lutut kaki yang kram.",
    ]
    assert not [fact for fact in state.facts if fact[0] == "away"]


def test_a_question_is_asked_again_when_the_microphone_is_back() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    question = talk.wait_for("Sudah reda?")
    talk.lose("microphone")
    talk.now += 5
    talk.find("microphone")
    talk.wait_for(question, limit=20)
    talk.hear("yes")
    assert "Syukurlah" in talk.saying


def test_what_was_said_while_the_loudspeaker_was_away_is_said_again() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    text = talk.wait_for("Luruskan lutut")
    talk.lose("loudspeaker")
    assert talk.saying == text, "without a loudspeaker nothing new is said"
    talk.now += 1
    talk.find("loudspeaker")
    assert "Suara saya sempat terputus" in talk.saying
    talk.wait_for(text, limit=20)


@pytest.mark.parametrize("device", ["microphone", "loudspeaker"])
def test_nobody_is_woken_when_nothing_is_guided(device: str) -> None:
    talk = Talk()
    talk.lose(device)
    talk.find(device)
    assert talk.texts == []


@pytest.mark.parametrize("device", ["microphone", "loudspeaker"])
def test_an_emergency_says_nothing_else(device: str) -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    text = talk.saying
    talk.wait(1)
    talk.lose(device)
    talk.find(device)
    assert talk.saying == text, "the emergency words begin anew"
    assert not talk.said("hilang")


def test_a_loose_plug_is_not_talked_about_without_end() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    for _ in range(20):
        talk.now += 0.2
        talk.lose("microphone")
        talk.now += 0.2
        talk.find("microphone")
    assert sum("ikrofon" in text for text in talk.texts) == 2, "once away, once back"
    talk.wait_for("Sudah reda?")


def test_a_pause_outlives_a_lost_microphone() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tahan. Napas")
    talk.wait(6)
    talk.hear("pause")
    talk.wait(8)
    talk.lose("microphone")
    talk.wait(5)
    talk.now += 20
    talk.find("microphone")
    talk.wait(20)
    assert talk.state.name.endswith(".pause")


def test_a_doubtful_stop_stops() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Luruskan lutut")
    talk.doubt("stop")
    assert "kita berhenti" in talk.saying


def test_a_doubtful_stop_does_not_end_an_emergency() -> None:
    talk = Talk()
    talk.hear("emergency", sign="breath")
    talk.doubt("stop")
    assert "Anda baik-baik saja" in talk.saying


def test_a_cramp_that_is_guided_is_noted_once() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("diary_add")
    assert "sudah saya catat" in talk.saying
    assert len(talk.notes(EpisodeStarted)) == 1
    assert talk.notes(DiaryAdd) == []


def test_the_other_leg_begins_the_stretch_anew() -> None:
    talk = Talk()
    talk.hear("cramp_now", leg="left")
    talk.wait_for("lutut kaki kiri")
    talk.wait_for("Tahan. Napas")
    talk.hear("right", leg="right")
    talk.wait_for("lutut kaki kanan", limit=30)
    held = len(talk.holds)
    talk.wait_for("Sudah reda?")
    assert talk.holds[held].seconds == 30


def test_naming_the_leg_late_lets_the_hold_go_on() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tahan. Napas")
    talk.wait(10)
    talk.hear("right", leg="right")
    talk.wait_for("Sudah reda?")
    assert talk.holds[-1].seconds < 30


def test_the_settings_name_the_silence_about_devices() -> None:
    assert SCRIPT.settings["device_silence"] > 0


MUTED = "Maaf, saya tidak mendengar apa-apa dari mikrofon."


def test_a_muted_microphone_is_spoken_of_once_though_nothing_is_guided() -> None:
    """Whoever has just started Kram would wait for an answer in vain."""
    talk = Talk()
    talk.mute()
    assert talk.saying == MUTED
    talk.to_end()
    assert talk.texts[-1] == "Tolong nyalakan mikrofonnya."
    assert talk.state.name == "idle"
    told = list(talk.texts)
    talk.find("microphone")
    for _ in range(20):
        talk.now += 600
        talk.mute()
        talk.find("microphone")
    assert talk.texts == told
    talk.hear("cramp_now")
    talk.wait_for("Luruskan lutut")


def test_a_muted_microphone_does_not_stop_the_guide() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Luruskan lutut")
    talk.mute()
    assert talk.saying == MUTED
    talk.wait_for("Panduan tetap berjalan.")
    talk.wait_for("Tahan. Napas")
    talk.find("microphone")
    assert talk.saying == "Sekarang saya mendengar lagi."
    talk.wait_for("Sudah reda?")
    talk.hear("yes")
    assert "Syukurlah" in talk.saying


def test_what_is_no_longer_true_of_a_muted_microphone_is_not_said() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Luruskan lutut")
    talk.mute()
    saved, told = talk.state, len(talk.texts)
    talk.find("microphone")
    talk.wait_for("Jangan disentak")
    assert not any("nyalakan" in text for text in talk.texts[told:])
    # after a restart it may still be muted: nothing is claimed
    state, acts = policy.resume(saved, 0.0, SCRIPT)
    assert [act.text for act in acts if isinstance(act, Say)] == ["Kita lanjutkan dari peregangan."]
    assert not [fact for fact in state.facts if fact[0] == "away"]


def test_an_emergency_goes_before_a_muted_microphone() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    text = talk.saying
    talk.mute()
    talk.find("microphone")
    assert talk.saying == text
    assert not talk.said("nyalakan")
