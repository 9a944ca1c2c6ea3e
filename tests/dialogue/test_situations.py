"""What the user tells about themselves changes what is said."""

import pytest

from assistant.dialogue.acts import Hold
from assistant.dialogue.user_profile import Profile
from tests.support.dialogue_driver import Talk


def begun(situation: str = "", profile: Profile | None = None) -> Talk:
    talk = Talk(profile)
    talk.hear("cramp_now", **({"situation": situation} if situation else {}))
    return talk


def never_eased(talk: Talk) -> Talk:
    """To the end, always "no" to "Sudah reda?" and to the question before the massage."""
    while talk.running is not None:
        if "reda?" in talk.saying or "Satu pertanyaan" in talk.saying:
            talk.hear("no")
        else:
            talk.wait(talk.ends - talk.now)
    return talk


@pytest.mark.parametrize("situation", ["no_massage", "had_clot", "clot_risk"])
def test_no_massage(situation: str) -> None:
    talk = begun()
    talk.hear("situation", situation=situation)
    never_eased(talk)
    assert not talk.said("pijat betis") and not talk.said("sebelum dipijat")
    assert never_eased(begun()).said("pijat betis")


@pytest.mark.parametrize("situation", ["no_warmth", "too_warm", "no_towel", "had_clot", "diabetes"])
def test_no_warm_towel(situation: str) -> None:
    assert not never_eased(begun(situation)).said("letakkan di otot")
    assert never_eased(begun()).said("letakkan di otot")


def test_a_question_about_warmth_has_no_warm_towel_for_a_diabetic() -> None:
    talk = begun("diabetes")
    talk.hear("ask", topic="treat_warmth")
    assert talk.saying.startswith("Jangan dikompres hangat")


@pytest.mark.parametrize("begin", [True, False])
def test_an_earlier_clot_is_asked_about_at_once(begin: bool) -> None:
    talk = begun("had_clot" if begin else "")
    if not begin:
        talk.hear("situation", situation="had_clot")
    talk.wait_for("Apakah satu kaki Anda sekarang bengkak")
    talk.hear("yes")
    talk.wait_for("gumpalan darah")
    again = begun("had_clot")
    again.wait_for("Apakah satu kaki Anda sekarang bengkak")
    again.hear("no")
    before = len(again.texts)
    again.hear("situation", situation="had_clot")
    assert not any("Apakah satu kaki" in text for text in again.texts[before:])
    again.wait_for("Luruskan lutut")


def test_a_little_swollen_is_swollen() -> None:
    talk = begun("had_clot")
    talk.wait_for("Apakah satu kaki Anda sekarang bengkak")
    talk.hear("severity", severity="mild")
    assert ("sign", "swollen") in talk.state.facts


def test_an_age_corrects_the_profile() -> None:
    old = Profile(over_65=True)

    def sits(situation: str) -> float:
        talk = begun(situation, old)
        talk.wait_for("Tahan")
        talk.hear("better")
        talk.wait_for("Mau bangun")
        talk.hear("yes")
        talk.wait_for("Diam dulu")
        while not isinstance(talk.running, Hold):
            talk.wait(talk.ends - talk.now)
        return talk.running.seconds

    assert sits("") == 60
    assert sits("under_65") == 30


def test_an_old_person_is_old_in_the_next_cramp_too() -> None:
    talk = begun("elderly,standing")
    talk.wait_for("Tahan")
    talk.hear("better")
    talk.to_end()
    assert ("situation", "elderly") in talk.state.recalled
    assert ("situation", "standing") not in talk.state.recalled


def test_the_other_leg() -> None:
    talk = begun()
    talk.hear("left", leg="left")
    talk.wait_for("Tahan")
    talk.hear("cramp_now", leg="other")
    assert talk.saying == "Baik, kaki kanan."
    talk.wait_for("Luruskan lutut kaki kanan")
    unknown = begun()
    unknown.wait_for("Tahan")
    unknown.hear("cramp_now", leg="other")
    assert unknown.saying == "Baik, sekarang kaki yang satunya."
    unknown.wait_for("Luruskan lutut")


def test_the_other_leg_after_the_first_has_eased() -> None:
    talk = begun()
    talk.hear("left", leg="left")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Mau bangun")
    talk.hear("cramp_now", leg="other")
    talk.wait_for("Luruskan lutut kaki kanan")


def test_the_thigh_and_the_foot_have_their_own_stretch() -> None:
    thigh = begun("thigh")
    thigh.wait_for("Tahan")
    assert thigh.said("Paha depan?") and not thigh.said("Luruskan lutut kaki")
    foot = begun("foot")
    foot.wait_for("Tahan")
    assert foot.said("Tarik jari-jari kaki")


def test_nobody_with_a_fluid_limit_is_told_to_drink() -> None:
    for situation in ("kidney", "liver", "fluid_limit"):
        for topic in ("treat_water", "prevent_fluid"):
            talk = begun(situation)
            talk.hear("ask", topic=topic)
            talk.to_end()
            assert not talk.said("Minum yang cukup") and not talk.said("minum beberapa teguk")
        ill = begun(situation)
        ill.hear("other_sign", sign="vomit")
        ill.to_end()
        assert not ill.said("Minum sedikit-sedikit") and ill.said("berapa yang boleh")


def test_fever_asks_about_the_leg() -> None:
    talk = begun()
    talk.hear("other_sign", sign="fever")
    talk.wait_for("Apakah satu kaki Anda sekarang bengkak")
    talk.hear("yes")
    talk.wait_for("gumpalan darah")


def test_somebody_with_low_sugar_is_not_told_to_stand() -> None:
    talk = begun()
    talk.hear("other_sign", sign="low_sugar")
    assert talk.saying.startswith("Kalau sadar dan bisa menelan")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.to_end()
    assert not talk.said("Mau bangun") and not talk.said("Berdiri pelan")


def test_a_stiff_jaw_is_an_emergency_and_an_aching_arm_is_asked_about() -> None:
    jaw = begun()
    jaw.hear("emergency", sign="jaw")
    assert jaw.state.name.startswith("emergency")
    arm = begun()
    arm.hear("emergency", sign="arm_jaw", negated="unsure")
    assert "lengan kiri atau rahang" in arm.saying
    arm.hear("yes")
    assert arm.state.name.startswith("emergency")


def test_is_it_dangerous_begins_with_comfort_unless_there_is_a_sign() -> None:
    talk = begun()
    talk.hear("see_doctor", topic="danger")
    assert talk.saying.startswith("Kram biasanya tidak berbahaya")
    signed = begun()
    signed.hear("swollen", sign="swollen")
    signed.hear("see_doctor", topic="danger")
    signed.to_end()
    assert not signed.said("tidak berbahaya")


def test_a_known_sign_that_is_hardly_understood_is_not_asked_about_again() -> None:
    talk = begun()
    talk.hear("swollen", sign="swollen")
    talk.doubt("swollen", sign="swollen")
    assert talk.saying == "Ya, saya sudah mengerti."


def test_next_after_the_last_step_does_not_leave_the_guide() -> None:
    talk = begun()
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Pegalnya")
    talk.hear("other_sign", sign="fever")
    for _ in range(3):
        talk.hear("next")
    assert all(task.step <= len(talk.script.guides["acute"].steps) for task in talk.state.tasks)
    talk.to_end()
