"""Getting up must be earned: by a plain yes of somebody who can stand."""

import pytest

from assistant.dialogue.user_profile import Profile
from tests.support.dialogue_driver import SCRIPT, Talk

UP = ("pinggir tempat tidur", "Berdiri pelan-pelan", "beberapa langkah")


def eased(talk: Talk | None = None, **slots: str) -> Talk:
    talk = talk or Talk()
    talk.hear("cramp_now", **slots)
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    return talk


def standing(talk: Talk | None = None) -> Talk:
    talk = eased(talk)
    talk.wait_for("Mau bangun")
    talk.hear("yes")
    talk.wait_for("Berdiri pelan-pelan")
    return talk


def stays_down(talk: Talk) -> bool:
    return not any(talk.said(part) for part in UP)


@pytest.mark.parametrize("answer", ["", "no", "pause", "next", "stop"])
def test_only_a_plain_yes_leads_out_of_bed(answer: str) -> None:
    talk = eased()
    talk.wait_for("Mau bangun")
    if answer:
        talk.hear(answer)
    talk.to_end()
    assert stays_down(talk)
    if answer != "stop":
        assert talk.said("Baik, istirahat saja dulu.") and "Selamat tidur" in talk.texts[-1]


def test_a_doubtful_yes_is_no_yes() -> None:
    talk = eased()
    talk.wait_for("Mau bangun")
    talk.doubt("yes")
    talk.mumble()
    talk.to_end()
    assert stays_down(talk)


@pytest.mark.parametrize("situation", ["dizzy", "cannot_stand", "fear_of_falling", "dark"])
@pytest.mark.parametrize("moment", ["Tahan", "Istirahat sebentar", "Mau bangun"])
def test_who_cannot_stand_is_not_asked_to(situation: str, moment: str) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Tahan")
    if moment == "Tahan":
        talk.hear("situation", situation=situation)
    talk.hear("better")
    if moment != "Tahan":
        talk.wait_for(moment)
        talk.hear("situation", situation=situation)
    heard = len(talk.texts)
    talk.to_end()
    assert stays_down(talk) and not any("Mau bangun" in text for text in talk.texts[heard:])


def test_old_and_alone_waits_and_either_of_them_may_get_up() -> None:
    alone = eased(Talk(Profile(over_65=True)), situation="alone")
    alone.to_end()
    assert stays_down(alone) and alone.said("Anda sendirian") and not alone.said("Mau bangun")
    for talk in (eased(Talk(Profile(over_65=True))), eased(situation="alone")):
        talk.wait_for("Mau bangun")


@pytest.mark.parametrize("doubted", [False, True])
def test_dizzy_while_standing_up_means_sit_down(doubted: bool) -> None:
    talk = standing()
    if doubted:
        talk.doubt("situation", situation="dizzy")
    else:
        talk.hear("situation", situation="dizzy")
    assert talk.saying == "Kalau pusing, duduk atau berbaring lagi. Jangan berjalan dulu."
    talk.to_end()
    assert not talk.said("beberapa langkah")


@pytest.mark.parametrize("intent", ["still_hurts", "cramp_now", "better_partly"])
def test_pain_while_standing_begins_with_sitting_down(intent: str) -> None:
    talk = standing()
    talk.hear(intent)
    assert talk.saying.startswith("Duduk dulu pelan-pelan, atau berbaring.")
    talk.wait_for("Luruskan lutut")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Mau bangun")  # the first yes has lapsed
    before = len(talk.texts)
    talk.to_end()
    assert not any(part in text for text in talk.texts[before:] for part in UP)


def test_a_no_while_standing_up_means_sit_down() -> None:
    talk = standing()
    talk.hear("no")
    assert talk.saying == "Baik, jangan berdiri dulu. Duduk atau berbaring saja."
    talk.to_end()
    assert not talk.said("beberapa langkah")


def test_half_better_is_not_better() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    talk.hear("better_partly")
    assert talk.saying == "Bagus, mulai berkurang."
    talk.wait_for("sekali lagi")
    assert ("eased", "yes") not in talk.state.facts


def test_a_dizzy_person_is_not_told_to_stretch_standing() -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="standing,cannot_stand")
    talk.wait_for("Sudah reda?")
    assert talk.said("Luruskan lutut") and not talk.said("Condongkan badan")
    routine = Talk()
    routine.hear("start_stretch", situation="dizzy")
    routine.to_end()
    assert not routine.said("menghadap dinding") and not routine.said("Mau sambil berdiri")


def test_in_the_water_silence_is_no_hold() -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="swimming")
    talk.wait_for("Butuh bantuan?", limit=120)
    assert not talk.said("Luruskan lutut") and not talk.holds
    talk.wait(60)
    assert talk.state.name.startswith("emergency") and not talk.said("Luruskan lutut")
    skipped = Talk()
    skipped.hear("cramp_now", situation="swimming")
    for _ in range(4):
        skipped.hear("next")
    skipped.wait(20)
    assert not skipped.said("Luruskan lutut")


def test_in_the_water_no_help_needed_asks_for_the_hold_again() -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="swimming")
    talk.wait_for("Butuh bantuan?", limit=120)
    talk.hear("no")
    talk.wait_for("Sudah berpegangan?")
    talk.hear("yes")
    talk.wait_for("Luruskan lutut")


def test_headache_or_a_weak_leg_does_not_walk() -> None:
    for sign in ("headache", "weak", "nail"):
        talk = eased()
        talk.wait_for("Mau bangun")
        talk.hear("other_sign", sign=sign)
        talk.to_end()
        assert stays_down(talk)


def test_who_perhaps_cannot_stand_is_asked_about_a_fall() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.doubt("situation", situation="cannot_stand")
    talk.wait_for("jatuh")
    talk.hear("yes")
    assert talk.state.name.startswith("emergency")


def test_who_did_not_fall_stays_seated() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.doubt("situation", situation="cannot_stand")
    talk.wait_for("jatuh")
    talk.hear("no")
    assert not talk.state.name.startswith("emergency")
    assert ("situation", "cannot_stand") in talk.state.facts


@pytest.mark.parametrize("sign", ["walking", "numb", "low_sugar", "wound"])
def test_a_sign_with_which_nobody_stands_makes_them_sit(sign: str) -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="standing", leg="right")
    talk.wait_for("Condongkan badan")
    talk.hear("other_sign", sign=sign)
    assert talk.saying == "Duduk dulu pelan-pelan, jangan berdiri dulu."
    before = len(talk.texts)
    talk.wait(120)
    later = talk.texts[before:]
    assert not any("dinding" in text or "Condongkan" in text for text in later), later


def test_pain_on_walking_ends_the_walk() -> None:
    talk = Talk()
    for intent, text in (("cramp_now", "Sudah reda"), ("better", "Mau bangun")):
        talk.hear(intent)
        talk.wait_for(text)
    talk.hear("yes")
    talk.wait_for("Berdiri pelan-pelan")
    talk.hear("other_sign", sign="walking")
    assert talk.saying == "Duduk dulu pelan-pelan, jangan berdiri dulu."
    talk.to_end()
    assert not talk.said("Jalan beberapa langkah")


def test_nobody_is_told_to_stand_while_a_sign_is_doubted() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.doubt("emergency", sign="chest")
    talk.hear("toilet")
    talk.wait(20)
    assert not talk.said("berdiri pelan-pelan")


def test_relief_is_no_answer_to_a_question_of_danger() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda")
    talk.doubt("emergency", sign="chest")
    talk.hear("better")
    talk.wait_for("Dadanya sakit?")
    talk.wait(40)
    assert talk.said("Saya dengar: dada sakit. Telepon satu satu sembilan.")


def test_a_sign_that_nobody_answered_about_is_asked_about_before_the_next_stretch() -> None:
    talk = Talk()
    talk.doubt("x_pop", sign="no_tiptoe")
    talk.to_end()
    before = len(talk.texts)
    talk.hear("cramp_now")
    talk.wait_for("tidak bisa diinjakkan?")
    assert not any("Luruskan" in text for text in talk.texts[before:])
    heat = Talk()
    heat.doubt("x_pop", sign="no_tiptoe")
    heat.to_end()
    heat.hear("ask", topic="treat_warmth")
    heat.to_end()
    assert not heat.said("Handuk hangat bisa membantu")


def test_the_cramp_that_lasts_stays_the_same_one_after_a_long_pause() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear("x_duration")
    talk.wait(2)
    talk.hear("pause")
    talk.wait(2000)
    for _ in range(4):
        talk.hear("next")
    talk.to_end()
    holds = len(talk.holds)
    talk.hear("still_hurts")
    talk.to_end()
    assert len(talk.holds) == holds


def test_every_sign_has_something_left_to_do_and_a_line_for_silence() -> None:
    hear_of = {"left_to_do": "unsure_flag", "sign_unanswered": "wondered_flag"}
    # what need not be told again to who leaves: it can wait, or was no sign of the leg
    can_wait = {"often", "walking", "not_calf", "vomit", "sugar_worse", "too_long"}
    for reply, key in hear_of.items():
        named = {
            value
            for line in SCRIPT.replies[reply]
            for name, values in line.condition.when
            if name == key
            for value in values
        }
        missing = {flag.name for flag in SCRIPT.flags} - named - can_wait
        assert not missing, (reply, missing)
        urgent = [
            line
            for line in SCRIPT.replies[reply]
            if any(name == key and "emergency" in values for name, values in line.condition.when)
            and "satu satu sembilan" in line.text
        ]
        assert len(urgent) == 1
