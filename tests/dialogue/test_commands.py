"""Wait, repeat, slower, stop …: carried out at once, and the guide resumes in the right place."""

import pytest

from assistant.dialogue.acts import Adjust, Ask, Cue, Hold, Hush, Listen, Say
from assistant.dialogue.clarification import GIVEN_UP
from assistant.dialogue.events import Finished, NotUnderstood, Tick
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    DiaryRecord,
    EpisodeEnded,
)
from tests.support.dialogue_driver import SCRIPT, Talk


def holding(seconds: float = 12.0) -> Talk:
    """A conversation that is so far into the first hold."""
    talk = Talk()
    talk.hear("cramp_now")
    while not talk.holds:
        talk.wait(talk.ends - talk.now)
    talk.wait(seconds)
    return talk


def test_an_interrupted_hold_goes_on_with_what_is_left() -> None:
    talk = holding(12)
    talk.hear("louder")
    assert talk.saying == "Baik, saya keraskan."
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold) and talk.running.seconds == pytest.approx(18)
    assert [count.text for count in talk.running.counts][:2] == ["lima belas", "dua puluh"]
    assert talk.running.counts[0].at == pytest.approx(3)


def test_an_interrupted_sentence_is_said_again() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tarik ujung kaki")
    talk.wait(1)
    talk.hear("louder")
    talk.wait(talk.ends - talk.now)
    assert "Tarik ujung kaki" in talk.saying


def test_pause_waits_with_soft_reminders_and_continue_takes_the_position_up_again() -> None:
    talk = holding(12)
    talk.hear("pause")
    assert talk.saying == "Baik, saya tunggu."
    talk.wait(4000)
    assert talk.state.name == "acute.stretch.pause"
    assert talk.texts.count("Saya masih di sini. Bilang lanjut, kalau sudah siap.") == 3
    talk.hear("continue")
    assert talk.saying == "Tarik lagi ujung kaki pelan-pelan, dan tahan."
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold) and talk.running.seconds == pytest.approx(18)


def test_a_question_during_a_pause_does_not_end_the_pause() -> None:
    talk = holding()
    talk.hear("pause")
    talk.wait(10)
    talk.hear("time_left")
    talk.wait(10)
    assert talk.state.name == "acute.stretch.pause"


def test_repeat_says_the_last_thing_not_the_last_step() -> None:
    talk = holding(12)
    talk.hear("repeat")
    assert talk.saying == "Tahan. Napas pelan-pelan."
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold) and talk.running.seconds == pytest.approx(18)
    asked = Talk()
    asked.hear("cramp_now")
    asked.wait_for("Sudah reda?")
    asked.hear("repeat")
    assert asked.running == Ask("Sudah reda?", 5.0)
    waiting = holding(12)
    waiting.hear("pause")
    waiting.wait(70)
    assert "Saya masih di sini" in waiting.texts[-1]
    waiting.hear("repeat")  # what they missed is the guide, not that it waits
    assert waiting.saying == "Tahan. Napas pelan-pelan."


def test_next_and_back() -> None:
    talk = holding()
    talk.hear("next")
    assert talk.state.name.startswith("acute.check")
    talk.hear("back")
    assert talk.state.name.startswith("acute.stretch")
    talk.wait_for("Luruskan lutut")


def test_stop_ends_everything() -> None:
    talk = holding()
    acts = talk.hear("stop")
    assert talk.saying == "Baik, kita berhenti. Kalau perlu, bilang: kaki saya kram."
    assert talk.notes(EpisodeEnded) and isinstance(acts[-1], Say)
    talk.to_end()
    assert talk.state.name == "idle" and talk.state.listening == "idle"


def test_better_at_any_time_goes_to_the_gentle_end() -> None:
    for seconds in (0, 5, 12, 31, 80, 200):
        talk = Talk()
        talk.hear("cramp_now")
        talk.wait(seconds)
        talk.hear("better")
        assert talk.saying == "Syukurlah, sekarang sudah enak."
        talk.wait_for("Istirahat sebentar")


def test_still_hurts_comforts_and_holds_on() -> None:
    talk = holding(12)
    talk.hear("still_hurts")
    assert "temani" in talk.saying
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold) and talk.running.seconds == pytest.approx(18)


def test_still_hurts_after_all_goes_back_to_the_stretch() -> None:
    talk = holding()
    talk.hear("better")
    talk.wait_for("Mau bangun")
    talk.hear("yes")
    talk.wait_for("pinggir tempat tidur")
    talk.hear("still_hurts")
    assert talk.saying.startswith("Duduk dulu pelan-pelan")
    talk.wait_for("Baik, kita regangkan lagi. Pelan-pelan saja.")
    talk.wait_for("Tarik ujung kaki")
    talk.hear("better")
    talk.to_end()
    assert talk.notes(EpisodeEnded)[0].helped == "stretch"


def test_pace_and_loudness_have_bounds_and_stay() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    for _ in range(9):
        talk.hear("slower")
        talk.hear("louder")
    adjusted = [act for act in talk.acts if isinstance(act, Adjust)]
    assert adjusted[0] == Adjust(1.0, 0.85)
    assert adjusted[-1] == Adjust(1.9, 0.55)
    assert talk.said("paling pelan") and talk.said("paling keras")
    for _ in range(9):
        talk.hear("faster")
        talk.hear("softer")
    assert [act for act in talk.acts if isinstance(act, Adjust)][-1] == Adjust(0.3, 1.45)
    assert talk.said("paling cepat") and talk.said("paling kecil")


@pytest.mark.parametrize(
    ("answer", "rate", "volume"), [("slower", 0.85, 1.0), ("softer", 1.0, 0.7)]
)
def test_the_ambiguous_pelan_is_asked_about(answer: str, rate: float, volume: float) -> None:
    talk = holding()
    talk.hear("slower_or_softer")
    assert talk.saying == "Bicaranya lebih lambat, atau suaranya lebih kecil?"
    talk.hear(answer)
    assert Adjust(volume, rate) in talk.acts
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold)


@pytest.mark.parametrize(
    ("question", "asks"), [("slower_or_softer", "lebih lambat"), ("causes", "agi?")]
)
@pytest.mark.parametrize("said", ["calling", "no_such_intent", "thanks"])
@pytest.mark.parametrize("sure", [True, False])
def test_no_reply_asks_for_ever_whatever_else_is_said(
    question: str, asks: str, said: str, sure: bool
) -> None:
    talk = holding()
    talk.hear(question)
    slots = {"about": "unconnected"} if said == "calling" else {}
    answers = 0
    while talk.running is not None and not isinstance(talk.running, Hold):
        if isinstance(talk.running, Ask) and asks in talk.saying:
            answers += 1
            (talk.hear if sure else talk.doubt)(said, **slots)
            assert answers <= GIVEN_UP
        else:
            talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold), "the guide goes on"


def test_help_depends_on_where_one_is() -> None:
    talk = Talk()
    talk.hear("help_menu")
    assert "kaki saya kram" in talk.saying
    talk.hear("cramp_now")
    talk.hear("help_menu")
    assert "sudah reda" in talk.saying
    talk.hear("causes")
    talk.hear("help_menu")
    assert "cukup" in talk.saying


def test_time_left_is_what_then_really_passes() -> None:
    for wait in (1.0, 60.0, 120.0):
        talk = Talk()
        talk.hear("start_stretch", situation="standing")
        talk.wait(wait)
        talk.hear("time_left")
        said, asked = talk.saying, talk.now
        talk.to_end()
        minutes = round((talk.now - asked) / 60)
        near = {f"Kira-kira {SCRIPT.numbers[m]} menit lagi." for m in (minutes, minutes + 1)}
        assert said in near, (said, talk.now - asked)


def test_time_left_near_the_end_and_after_it() -> None:
    talk = Talk()
    talk.hear("start_stretch", situation="standing")
    talk.wait_for("Longgarkan selimut")
    talk.hear("time_left")
    assert talk.saying == "Sebentar lagi selesai."
    talk.to_end()
    talk.hear("time_left")
    assert "tidak ada latihan" in talk.saying


def test_leg_named_in_the_middle() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("right", leg="right")
    assert talk.saying == "Baik, kaki kanan."
    talk.wait_for("lutut kaki kanan")
    talk.hear("left")
    assert talk.saying == "Baik, kaki kiri."


def test_thanks_is_answered_and_the_guide_goes_on() -> None:
    talk = holding(12)
    talk.hear("thanks")
    assert talk.saying == "Sama-sama. Sudah reda?"
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold)


@pytest.mark.parametrize("intent", ["yes", "no", "false_alarm", "continue", "unheard_of"])
def test_an_answer_to_nothing_disturbs_nothing(intent: str) -> None:
    talk = holding(12)
    before = talk.running
    acts = talk.hear(intent)
    assert acts == (Cue("heard"),) and talk.running is before
    idle = Talk()
    assert not any(isinstance(act, Say | Ask | Hush) for act in idle.hear("yes"))


def test_misheard_twice_offers_three_likely_words() -> None:
    talk = holding(12)
    before = talk.running
    assert talk.mumble() == (Cue("not_understood"),)
    assert talk.running is before
    acts = talk.mumble()
    assert acts[0] == Cue("not_understood")
    assert talk.saying == "Bilang: sudah reda, tunggu, atau berhenti."
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold)
    talk.mumble()
    talk.hear("louder")
    assert talk.mumble() == (Cue("not_understood"),)


def test_misheard_answers_offer_the_answers_of_the_question() -> None:
    talk = Talk()
    talk.hear("sports")
    talk.wait_for("bunyi krek")
    talk.mumble()
    talk.mumble()
    assert talk.saying == "Bilang: ada, atau tidak ada."
    talk.hear("no")
    assert not talk.state.name.startswith("acute.krek")


def test_a_doubtful_cramp_is_asked_about_softly_and_takes_only_yes() -> None:
    talk = Talk()
    assert talk.doubt("cramp_now") == (Ask("Ada yang kakinya kram?", 6.0),)
    talk.hear("better")
    talk.hear("louder")
    talk.hear("causes")
    assert not any(isinstance(act, Say | Adjust) for act in talk.acts)
    talk.hear("yes")
    assert talk.state.name.startswith("acute")
    silent = Talk()
    silent.doubt("cramp_now")
    silent.to_end()
    assert silent.texts == ["Ada yang kakinya kram?"] and silent.state.name == "idle"


@pytest.mark.parametrize("intent", ["stop", "start_stretch", "causes", "better"])
def test_other_doubts_in_the_quiet_of_the_night_are_not_answered(intent: str) -> None:
    assert Talk().doubt(intent) == ()


def test_doubts_in_a_conversation_are_misheard() -> None:
    talk = holding()
    assert talk.doubt("better") == (Cue("not_understood"),)


def test_replies_that_are_interrupted_are_not_said_again() -> None:
    talk = holding(12)
    talk.hear("time_left")
    talk.wait(0.5)
    talk.hear("louder")
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold)


@pytest.mark.parametrize(
    ("what", "record"), [("last", DiaryLast()), ("count", DiaryCount()), ("add", DiaryAdd())]
)
def test_the_diary_is_asked_and_its_answer_spoken(what: str, record: DiaryRecord) -> None:
    talk = Talk()
    talk.hear(f"diary_{what}")
    assert talk.notes(object) == [record]
    talk.diary("Kram terakhir kemarin malam.")
    assert talk.saying == "Kram terakhir kemarin malam."
    talk.to_end()
    assert talk.state.name == "idle"


def test_the_diary_is_deleted_only_when_confirmed() -> None:
    for answer, deleted in (("yes", 1), ("no", 0), ("stop", 0), ("", 0)):
        talk = Talk()
        talk.hear("diary_delete")
        assert talk.saying.startswith("Hapus semua catatan")
        if answer:
            talk.hear(answer)
        talk.to_end()
        assert talk.notes(object) == [DiaryDelete()] * deleted


def test_ticks_and_stray_ends_change_nothing() -> None:
    talk = holding(5)
    assert talk.send(Tick(talk.now)) == ()
    idle = Talk()
    assert idle.send(Finished(1.0)) == ()
    assert not any(isinstance(act, Listen) for act in idle.acts)


def badly(talk: Talk) -> None:
    """Something that may have been "berhenti" is refused."""
    talk.send(NotUnderstood(talk.now, maybe_stop=True))


@pytest.mark.parametrize("answer", ["yes", "stop"])
def test_a_badly_heard_stop_is_asked_about_and_then_obeyed(answer: str) -> None:
    talk = holding()
    badly(talk)
    assert talk.saying == "Berhenti?"
    talk.hear(answer)
    assert talk.saying.startswith("Baik, kita berhenti")
    talk.to_end()
    assert talk.state.name == "idle"


def test_a_stop_badly_heard_twice_is_obeyed() -> None:
    talk = holding()
    badly(talk)
    badly(talk)
    assert talk.saying.startswith("Baik, kita berhenti")


def test_what_was_no_stop_goes_on_and_is_not_asked_again_at_once() -> None:
    talk = holding()
    badly(talk)
    talk.wait(8)  # nobody answers
    assert talk.said("Kita lanjutkan.")
    talk.wait(3)
    assert isinstance(talk.running, Hold)
    badly(talk)
    assert isinstance(talk.running, Hold) and talk.cues[-1] == "not_understood"
    talk.wait(20)
    badly(talk)
    assert talk.saying == "Berhenti?"


def test_a_badly_heard_stop_in_an_emergency_asks_whether_all_is_well() -> None:
    talk = holding()
    talk.hear("emergency", sign="chest")
    badly(talk)
    assert talk.saying.startswith("Anda baik-baik saja?")
    idle = Talk()
    badly(idle)
    assert idle.state.name == "idle" and not idle.texts
