"""The guide for an acute cramp: sequence, variants, limits."""

import pytest

from assistant.dialogue import policy
from assistant.dialogue.acts import Ask, Hold, Note, Say
from assistant.dialogue.events import Finished, Tick, Understood
from assistant.dialogue.notes import EpisodeEnded, EpisodeStarted
from assistant.dialogue.state_json import from_json, to_json
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from tests.support.dialogue_driver import SCRIPT, Talk


def half_understood(words: str) -> Talk:
    talk = Talk()
    talk.doubt_call(words)
    talk.hear("yes")
    return talk


def test_what_was_not_understood_of_a_long_call_is_asked_for() -> None:
    talk = half_understood("kaki ibu saya kram dan ibu saya kesulitan")
    talk.wait_for("Selain kram, ada keluhan lain?")
    talk.hear("yes")
    assert talk.saying == "Keluhannya apa? Bilang pelan-pelan."
    talk.hear("emergency", sign="breath")
    assert "sesak napas" in talk.saying


@pytest.mark.parametrize("heard", ["nothing", "slower"])
def test_an_answer_that_is_not_understood_is_a_complaint(heard: str) -> None:
    """ "Suami saya bicaranya pelo" was heard as "slower", and the stretching went on."""
    talk = half_understood("kaki ibu saya kram dan ibu saya kesulitan")
    talk.wait_for("Selain kram, ada keluhan lain?")
    if heard == "nothing":
        talk.mumble()
    else:
        talk.doubt(heard)
    assert talk.saying == "Keluhannya apa? Bilang pelan-pelan."


@pytest.mark.parametrize("sure", [True, False])
def test_whoever_makes_light_of_nothing_known_is_asked_what_it_was(sure: bool) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Ujung kaki jangan")
    (talk.hear if sure else talk.doubt)("plays_down")
    talk.wait_for("Semoga begitu. Kita pastikan dulu, ya.", limit=4)
    talk.wait_for("Selain kram, ada keluhan lain?", limit=9)
    talk.hear("no")
    talk.wait_for("Ujung kaki jangan", limit=12)  # it was broken off, so it is told again


def test_whoever_makes_light_of_a_known_sign_is_not_asked() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("swollen")
    talk.wait_for("Tahan. Napas")
    talk.hear("plays_down")
    talk.wait_for("Sudah reda?")
    assert not [text for text in talk.texts if text.startswith("Selain kram")]


@pytest.mark.parametrize("answer", ["no", "continue", ""])
def test_whoever_has_nothing_to_add_is_helped_at_once(answer: str) -> None:
    talk = half_understood("kaki ibu saya kram dan ibu saya kesulitan")
    talk.wait_for("Selain kram, ada keluhan lain?")
    if answer:
        talk.hear(answer)
    talk.wait_for("Berbaring, atau duduk", limit=9)


@pytest.mark.parametrize("at", ["Tahan. Napas", "Pegalnya bisa"])
@pytest.mark.parametrize("answer", ["yes", ""])
def test_a_cramp_that_may_have_lasted_long_is_asked_about(at: str, answer: str) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    if at == "Pegalnya bisa":
        talk.wait_for("Sudah reda?")
        talk.hear("better")
    talk.wait_for(at)
    talk.doubt("x_duration")
    assert talk.saying.startswith("Maaf, kurang jelas. Kramnya sudah lebih dari sepuluh menit?")
    if answer:
        talk.hear(answer)
    talk.wait_for("Kita hentikan gerakannya dulu.", limit=40)


def test_a_cramp_that_has_not_lasted_long_is_treated_on() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tahan. Napas")
    talk.doubt("x_duration")
    talk.hear("no")
    talk.wait_for("Sudah reda?")


def test_a_short_call_has_told_nothing_else() -> None:
    talk = half_understood("aduh betis saya kram")
    talk.wait_for("Berbaring, atau duduk")
    assert not any("keluhan" in text for text in talk.texts)


def test_nothing_is_said_before_somebody_asks() -> None:
    talk = Talk()
    talk.wait(600)
    assert talk.acts == [] and talk.state.name == "idle" and talk.state.listening == "idle"


def test_the_stretch_begins_within_seconds() -> None:
    talk = Talk()
    talk.hear("cramp_now", leg="left")
    assert talk.saying == "Saya di sini. Kita redakan kramnya bersama."
    assert talk.state.listening == "conversation"
    assert talk.wait_for("lutut") == "Luruskan lutut kaki kiri."
    talk.wait_for("Tahan")
    assert talk.now < 20


def test_a_whole_night() -> None:
    talk = Talk()
    talk.hear("cramp_night", leg="right", situation="night")
    talk.wait_for("Sudah reda?")
    talk.hear("no")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Mau bangun")
    talk.hear("yes")
    talk.to_end()
    assert [hold.seconds for hold in talk.holds] == [30, 30, 30]
    assert talk.said("Syukurlah") and talk.said("pinggir tempat tidur") and talk.said("teguk air")
    assert "Selamat tidur" in talk.texts[-1]
    assert talk.notes(EpisodeStarted) == [EpisodeStarted("right", ("night",))]
    (end,) = talk.notes(EpisodeEnded)
    assert end.helped == "stretch" and end.leg == "right" and end.flags == ()
    assert 70 < end.seconds < 100  # two holds and what is said; not the rest after it


def test_the_diary_is_told_before_the_last_words() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("better")
    while not talk.notes(EpisodeEnded):
        talk.wait(0.5)
    talk.diary("Kram Anda cukup sering minggu ini.")
    talk.to_end()
    assert "cukup sering" in talk.texts[-3] and "Selamat tidur" in talk.texts[-1]
    assert len(talk.notes(EpisodeEnded)) == 1


def test_holds_are_counted_sparsely() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    while not talk.holds:
        talk.wait(1)
    counts = [(count.at, count.text) for count in talk.holds[0].counts]
    assert counts == [
        (5, "lima"), (10, "sepuluh"), (15, "lima belas"), (20, "dua puluh"),
        (25, "tinggal lima"), (27, "tiga"), (28, "dua"), (29, "satu"),
    ]  # fmt: skip


def test_walking_comes_last_and_warns_of_falling() -> None:
    talk = Talk(Profile(over_65=True))
    talk.hear("cramp_now")
    talk.hear("better")
    talk.wait_for("Mau bangun")
    talk.hear("yes")
    talk.to_end()
    order = [i for part in ("nyalakan lampu", "pinggir", "pegang sesuatu", "beberapa langkah")
             for i, text in enumerate(talk.texts) if part in text]  # fmt: skip
    assert order == sorted(order) and len(order) == 4
    assert talk.said("Kalau pusing atau goyah, langsung duduk lagi") and talk.said(
        "berdiri di samping"
    )
    assert talk.holds[-1].seconds == 60


def until_massage(talk: Talk, answer: str) -> None:
    talk.hear("cramp_now")
    for _ in range(5):
        talk.wait_for("reda?")
        talk.hear("no")
    talk.wait_for("sebelum dipijat")
    if answer:
        talk.hear(answer)
        talk.to_end(60) if answer == "stop" else talk.wait(1)


def test_at_most_five_blocks_then_the_question_before_massage() -> None:
    talk = Talk()
    until_massage(talk, "no")
    assert len(talk.holds) == 5
    assert talk.saying.startswith("Sekarang pijat betis")
    talk.wait_for("Bagaimana sekarang")
    assert [hold.seconds for hold in talk.holds[5:]] == [30, 30, 30]
    assert talk.said("handuk hangat")


def test_no_massage_and_no_heat_when_a_leg_is_swollen() -> None:
    talk = Talk()
    until_massage(talk, "yes")
    assert "gumpalan darah" in talk.saying
    talk.to_end()
    assert not any("ijat betis" in text or "handuk hangat" in text for text in talk.texts)


def test_no_massage_when_the_question_before_it_is_not_answered() -> None:
    talk = Talk()
    until_massage(talk, "")
    talk.to_end()
    assert not talk.said("ijat betis") and not talk.said("handuk hangat")


def test_a_denial_in_other_words_answers_the_question_before_massage() -> None:
    talk = Talk()
    until_massage(talk, "")
    talk.hear("swollen", sign="swollen", negated="yes")
    assert talk.saying.startswith("Sekarang pijat betis")


def test_silence_goes_on_and_ends_kindly() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.to_end()
    asked = [text for text in talk.texts if text in ("Sudah reda?", "Sudah?")]
    assert asked == ["Sudah reda?", "Sudah?"] * 5 + ["Sudah reda?"]
    assert len(talk.holds) == 5
    assert talk.said("lebih dari sepuluh menit") and "Selamat tidur" in talk.texts[-1]
    assert 240 < talk.now < 420


def test_ten_minutes_of_guidance_lead_to_a_doctor() -> None:
    talk = Talk()
    until_massage(talk, "no")
    while "Kita hentikan" not in talk.saying:
        talk.wait_for("?" if "?" not in talk.saying else "")
        talk.hear("no")
        talk.wait(0.1)
        assert talk.now < 700
    assert talk.now > 500
    talk.to_end()
    assert talk.said("pucat dan dingin") and talk.said("Hubungi dokter hari ini juga")
    assert talk.said("IGD sekarang")
    assert talk.texts.count("Kita hentikan gerakannya dulu. Ini sudah cukup lama.") == 1


def test_time_in_a_pause_is_not_counted_as_guidance() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait(3)
    talk.hear("pause")
    talk.wait(1800)
    talk.hear("continue")
    talk.wait_for("Sudah reda?")
    assert not talk.said("Kita hentikan")


def test_a_long_cramp_goes_straight_to_seeking_help() -> None:
    talk = Talk()
    talk.hear("x_duration")
    assert talk.saying == "Apa kramnya sudah lebih dari sepuluh menit?"
    talk.hear("yes")
    talk.wait_for("bengkak")
    assert not talk.holds
    again = Talk()
    again.hear("cramp_now")
    again.hear("x_duration")
    assert "Kita hentikan" in again.saying


VARIANTS = [
    ({"situation": "sitting"}, ["Duduk saja dulu."], ["Tetap di tempat", "pinggir tempat tidur"]),
    ({"situation": "standing"}, ["Pegang dinding", "satu langkah"], ["Tetap di tempat"]),
    ({"situation": "helper"}, ["Minta dia memegang tumit"], ["Tarik ujung kaki pelan"]),
    ({"situation": "cannot_reach"}, ["telapak kaki ke dinding"], ["Tarik ujung kaki pelan"]),
    (
        {"leg": "both"},
        ["lutut kedua kaki", "ujung kedua kaki"],
        ["Tarik ujung kaki pelan"],
    ),
    ({"situation": "swimming"}, ["pinggir kolam", "Sudah berpegangan"], ["pinggir tempat tidur"]),
    ({"situation": "bed"}, ["Tetap di tempat tidur.", "Selamat tidur"], ["Duduk saja"]),
    ({"situation": "kidney"}, ["batas dari dokter Anda", "dokter yang merawat"], ["teguk air"]),
    ({}, ["Berbaring, atau duduk saja."], ["bersandar"]),
    ({"situation": "pregnant"}, ["bersandar", "minta dia membantu"], ["Tetap di tempat"]),
    (
        {"situation": "standing", "leg": "both"},
        ["Mundurkan kaki yang paling sakit"],
        ["kedua kaki satu langkah", "Berdiri pelan-pelan"],
    ),
]


@pytest.mark.parametrize(("slots", "heard", "unheard"), VARIANTS)
def test_variants(slots: dict[str, str], heard: list[str], unheard: list[str]) -> None:
    talk = Talk()
    talk.hear("cramp_now", **slots)
    talk.wait_for("Sudah reda?" if slots.get("situation") != "swimming" else "berpegangan")
    if slots.get("situation") == "swimming":
        talk.hear("yes")
        talk.wait_for("Sudah reda?")
    talk.hear("better")
    if "teguk air" in unheard:
        talk.wait_for("Mau bangun")
        talk.hear("yes")
    talk.to_end()
    for part in heard:
        assert talk.said(part), part
    for part in unheard:
        assert not talk.said(part), part


def test_in_the_water_support_comes_before_any_stretch() -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="swimming")
    for _ in range(2):
        talk.wait_for("berpegangan?")
        talk.hear("no")
    assert talk.saying.startswith("Cari pegangan dulu.") and not talk.said("Luruskan")
    talk.wait_for("berpegangan?")
    talk.hear("yes")
    talk.wait_for("Luruskan")


def test_who_wants_to_stay_in_bed_is_not_made_to_walk() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Mau bangun dan berjalan sebentar?")
    talk.hear("no")
    talk.to_end()
    assert not talk.said("Sekarang nyalakan lampu") and not talk.said("beberapa langkah")
    assert talk.said("Tadi sakitnya") and "Selamat tidur" in talk.texts[-1]


def test_sport_asks_about_a_pop_before_any_stretch() -> None:
    talk = Talk()
    talk.hear("sports", situation="sport")
    talk.wait_for("bunyi krek")
    assert not talk.holds and not talk.said("Luruskan")
    talk.hear("yes")
    talk.to_end()
    assert not talk.holds and talk.said("Jangan diregangkan, jangan dipijat")
    without = Talk()
    without.hear("sports", situation="sport")
    without.wait_for("bunyi krek")
    without.hear("no")
    without.wait_for("Sudah reda?")
    without.hear("better")
    without.to_end()
    assert without.said("jangan olahraga lagi hari ini")


@pytest.mark.parametrize("situation", ["pregnant", "swimming"])
def test_stretch_only(situation: str) -> None:
    talk = Talk()
    talk.hear("cramp_now", situation=situation)
    for _ in range(12):
        talk.wait_for("?")
        talk.hear("no")
        talk.wait(0.1)
    talk.to_end()
    assert not talk.said("ijat") and not talk.said("handuk")


def test_a_condition_that_changes_the_advice_is_named() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("situation", situation="liver")
    assert talk.saying == "Baik, saya ingat: ada gangguan hati."


def test_a_situation_in_the_middle_changes_the_step_that_is_going_on() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tarik ujung kaki")
    talk.hear("situation", situation="helper")
    assert talk.saying == "Baik, saya mengerti."
    talk.wait_for("Minta dia mendorong")
    assert talk.state.name.startswith("acute.stretch")


def test_sport_named_late_is_asked_about_before_going_on() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tahan")
    talk.hear("sports", situation="sport")
    talk.wait_for("bunyi krek")
    assert not talk.holds


def test_the_profile_is_known_from_the_start() -> None:
    talk = Talk(Profile(name="Sri", address="Ibu", leg="left", pregnant=True))
    talk.hear("cramp_now")
    assert talk.saying == "Saya di sini, Ibu Sri. Kita redakan kramnya bersama."
    talk.wait_for("lutut kaki kiri")


def test_a_crash_is_resumed_where_it_was() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    while not talk.holds:
        talk.wait(1)
    talk.wait(12)
    talk.send(Tick(talk.now))
    saved = to_json(talk.state)
    state, acts = policy.resume(from_json(saved), 3.0, SCRIPT)
    assert acts == (Say("Kita lanjutkan dari peregangan."),)
    state, acts = policy.step(state, Finished(6.0), SCRIPT)
    assert acts == (Say("Tarik lagi ujung kaki pelan-pelan, dan tahan."),)
    state, acts = policy.step(state, Finished(9.0), SCRIPT)
    assert isinstance(acts[-1], Hold) and 10 < acts[-1].seconds < 19


def test_a_crash_in_an_emergency_goes_on_with_the_emergency() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    state, acts = policy.resume(from_json(to_json(talk.state)), 0.0, SCRIPT)
    assert isinstance(acts[-1], Say) and "satu satu sembilan" in acts[-1].text


def test_the_same_events_give_the_same_conversation() -> None:
    def play() -> list[object]:
        talk = Talk()
        talk.hear("cramp_now", leg="left")
        talk.wait(70)
        talk.hear("pause")
        talk.wait(100)
        talk.hear("better")
        talk.to_end()
        return list(talk.acts)

    assert play() == play()


def test_a_cramp_in_the_middle_of_a_routine_comes_first() -> None:
    talk = Talk()
    talk.hear("start_stretch")
    talk.wait(20)
    talk.hear("cramp_now")
    assert talk.state.name.startswith("acute")
    talk.hear("start_stretch")
    assert talk.saying == "Kita redakan kramnya dulu."
    assert talk.state.name.startswith("acute")


def test_the_bedtime_routine_alternates_and_counts() -> None:
    talk = Talk()
    talk.hear("start_stretch")
    talk.wait_for("sambil berdiri")
    talk.hear("situation", situation="standing")
    assert "menghadap dinding" in talk.saying
    talk.to_end()
    assert [hold.seconds for hold in talk.holds] == [10] * 12
    assert talk.said("menghadap dinding") and talk.said("paha belakang")
    sides = [text for text in talk.texts if "Tahan." in text]
    assert all("kiri" in text for text in sides[::2])
    assert all("kanan" in text for text in sides[1::2])
    assert 150 < talk.now < 300 and "Selamat tidur" in talk.texts[-1]
    sitting = Talk()
    sitting.hear("start_stretch")
    sitting.wait_for("sambil berdiri")
    sitting.to_end()
    assert not sitting.said("dinding") and len(sitting.holds) == 12


def test_the_desk_routine_is_done_sitting() -> None:
    talk = Talk()
    talk.hear("start_desk")
    talk.to_end()
    assert len(talk.holds) == 8 and not talk.said("dinding")
    assert talk.notes(EpisodeStarted) == []


def test_no_routine_after_a_tear() -> None:
    talk = Talk()
    talk.hear("x_pop", sign="pop")
    talk.to_end()
    talk.hear("start_stretch")
    talk.to_end()
    assert not talk.holds and talk.said("Kita tidak latihan dulu")


def test_a_thousand_nights_take_no_time() -> None:
    state = policy.initial()
    asked = 0
    for night in range(1000):
        now = night * 86400.0
        state, acts = policy.step(state, Understood(now, Intent("cramp_night")), SCRIPT)
        assert isinstance(acts[0], Note)
        for _ in range(12):
            now += 10
            state, acts = policy.step(state, Finished(now), SCRIPT)
            asked += isinstance(acts[-1], Ask)
        state, _ = policy.step(state, Understood(now, Intent("stop")), SCRIPT)
        state, _ = policy.step(state, Finished(now), SCRIPT)
        assert state.name == "idle" and state.facts == frozenset()
    assert asked >= 1000
