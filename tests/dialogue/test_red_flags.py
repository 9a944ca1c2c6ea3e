"""Warning signs in every state: accepted, denied, confirmed by a question; the emergency."""

import re

import pytest

from assistant.dialogue.acts import Adjust, Ask, Cue, Hold, Say
from assistant.dialogue.clarification import GIVEN_UP
from assistant.dialogue.events import Understood
from assistant.dialogue.notes import EpisodeEnded
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from tests.support.dialogue_driver import SCRIPT, Talk

EMERGENCIES = sorted(next(flag.signs for flag in SCRIPT.flags if flag.name == "emergency"))
NUMBER = "satu satu sembilan"


def holding() -> Talk:
    talk = Talk()
    talk.hear("cramp_now")
    while not talk.holds:
        talk.wait(talk.ends - talk.now)
    talk.wait(10)
    return talk


@pytest.mark.parametrize("sign", EMERGENCIES)
def test_an_emergency_is_answered_at_once_from_every_state(sign: str) -> None:
    for talk in (Talk(), holding()):
        talk.hear("emergency", sign=sign)
        assert talk.saying.startswith("Saya dengar: ") and NUMBER in talk.saying
        assert len(talk.saying) > len(f"Saya dengar: . Telepon {NUMBER}.")
        talk.wait_for("satu satu dua")
        assert talk.state.name.startswith("emergency")


def test_one_breath_with_the_cramp() -> None:
    talk = Talk()
    talk.hear("cramp_now", sign="breath")
    assert NUMBER in talk.saying and not talk.said("Saya di sini")
    clot = Talk()
    clot.hear("cramp_now", sign="swollen", leg="left")
    assert "gumpalan darah" in clot.saying
    clot.wait_for("lutut kaki kiri")
    both = Talk()
    both.hear("swollen", sign="swollen,chest")
    assert NUMBER in both.saying


def test_the_emergency_gives_a_moment_then_wakes_the_house_and_grows_louder() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    assert "alarm" not in talk.cues
    talk.wait_for("salah dengar")
    talk.wait_for("Tolong!")
    assert talk.cues.count("alarm") == 1
    assert [act.volume for act in talk.acts if isinstance(act, Adjust)] == [1.6]
    talk.wait(600)
    assert talk.cues.count("alarm") > 15
    assert talk.state.name.startswith("emergency")


def test_the_app_never_claims_to_have_called_anybody() -> None:
    talk = Talk()
    talk.hear("emergency", sign="call")
    talk.wait(60)
    assert talk.said("tidak bisa menelepon")
    assert not any("saya panggil" in text.lower() or "sudah" in text.lower() for text in talk.texts)


def test_a_false_alarm_is_confirmed_and_the_guide_goes_on() -> None:
    talk = holding()
    talk.hear("emergency", sign="chest")
    talk.wait(40)
    talk.hear("false_alarm")
    assert talk.saying.startswith("Anda baik-baik saja?")
    talk.hear("no")
    talk.wait_for("Tolong!")
    talk.hear("false_alarm")
    talk.hear("yes")
    assert talk.saying == "Syukurlah. Saya tetap di sini."
    assert [act for act in talk.acts if isinstance(act, Adjust)][-1] == Adjust(1.0, 1.0)
    talk.wait(talk.ends - talk.now)
    assert talk.saying == "Kita lanjutkan."
    talk.wait(talk.ends - talk.now)
    assert talk.saying == "Tarik lagi ujung kaki pelan-pelan, dan tahan."
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold) and talk.running.seconds == pytest.approx(20)


def test_stop_in_an_emergency_asks_once_and_is_then_obeyed() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    talk.wait(40)
    talk.hear("stop")
    assert talk.saying.startswith("Anda baik-baik saja?")
    talk.hear("stop")
    assert talk.saying == f"Baik, saya diam. Kalau perlu, telepon {NUMBER}."
    talk.to_end()
    assert talk.state.name == "idle"
    # it was not taken back: nothing but emergency words until it is
    talk.hear("cramp_now")
    assert talk.saying.startswith("Anda baik-baik saja?")
    talk.hear("yes")
    talk.to_end()
    talk.hear("cramp_now")
    assert talk.saying.startswith("Saya di sini")


def test_wait_repeat_and_help_in_an_emergency() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    talk.wait(30)
    for intent in ("repeat", "help_menu"):
        talk.hear(intent)
        assert talk.saying.startswith(f"Telepon {NUMBER}")
    talk.hear("pause")
    before = len(talk.acts)
    talk.wait(25)
    assert len(talk.acts) == before
    talk.wait(10)
    assert len(talk.acts) > before


@pytest.mark.parametrize("intent", ["next", "better", "cramp_now", "causes", "start_stretch"])
def test_nothing_else_is_talked_about_in_an_emergency(intent: str) -> None:
    talk = Talk()
    talk.hear("emergency", sign="faint")
    talk.hear(intent)
    talk.diary("Kram terakhir kemarin.")
    talk.wait(60)
    allowed = (
        "Saya dengar",
        "Jika tidak",
        "Saya sendiri",
        "Kalau saya",
        "Tolong!",
        "Anda baik-baik",
        "Jangan dulu. Telepon satu satu sembilan",
    )
    assert all(text.startswith(allowed) for text in talk.texts), talk.texts


def test_tolong_alone_is_asked_about() -> None:
    talk = holding()
    talk.hear("tolong")
    assert talk.running == Ask("Butuh bantuan?", 6.0)
    talk.hear("no")
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold)
    silent = holding()
    silent.hear("tolong")
    silent.wait_for("Anda butuh bantuan?")
    silent.wait(10)
    assert silent.state.name.startswith("acute")


def test_tolong_confirmed_sounds_the_alarm_at_once() -> None:
    talk = Talk()
    talk.hear("tolong")
    talk.hear("yes")
    assert talk.cues == ["alarm"] and talk.state.name.startswith("emergency")
    assert [act.volume for act in talk.acts if isinstance(act, Adjust)] == [1.6]
    talk.wait_for(NUMBER)


@pytest.mark.parametrize("gap", [1.0, 8.0, 25.0])
def test_tolong_repeated_sounds_the_alarm_at_once(gap: float) -> None:
    talk = Talk()
    talk.hear("tolong")
    talk.wait(gap)
    talk.hear("tolong")
    assert talk.cues[-1] == "alarm" and talk.state.name.startswith("emergency")


def test_a_second_tolong_much_later_is_asked_about_again() -> None:
    talk = Talk()
    talk.hear("tolong")
    talk.to_end()
    talk.wait(60)
    talk.hear("tolong")
    assert talk.running == Ask("Butuh bantuan?", 6.0)


@pytest.mark.parametrize(
    ("sign", "name"), [("chest", "Dadanya sakit?"), ("breath", "Napasnya sesak?"),
                       ("cold_pale", "pucat dan dingin?"), ("fall", "kepalanya terbentur?")]
)  # fmt: skip
def test_a_doubtful_emergency_is_asked_about_by_its_name(sign: str, name: str) -> None:
    talk = Talk()
    talk.doubt("emergency", sign=sign)
    assert name in talk.saying and talk.cues == []


def test_a_doubtful_sign_in_a_conversation_is_asked_about() -> None:
    talk = holding()
    talk.doubt("swollen", sign="swollen")
    assert talk.saying == "Maaf, kurang jelas. Satu kakinya bengkak? Bilang ya, atau tidak."
    talk.hear("yes")
    assert "gumpalan darah" in talk.saying


def test_a_denied_sign_is_no_sign() -> None:
    talk = holding()
    assert talk.hear("swollen", sign="swollen", negated="yes") == (Cue("heard"),)
    assert ("flag", "clot") not in talk.state.facts
    idle = Talk()
    idle.hear("emergency", sign="chest", negated="yes")
    assert idle.acts == []


@pytest.mark.parametrize(("answer", "flagged"), [("yes", True), ("no", False), ("", True)])
def test_an_uncertain_denial_is_asked_about_and_fails_safe(answer: str, flagged: bool) -> None:
    talk = holding()
    talk.hear("swollen", sign="swollen", negated="unsure")
    assert talk.saying.startswith("Maaf, kurang jelas. Satu kakinya bengkak")
    if answer:
        talk.hear(answer)
    talk.wait(25)
    assert talk.said("gumpalan darah") is flagged


def test_taking_a_reported_sign_back_is_asked_about() -> None:
    talk = holding()
    talk.hear("swollen", sign="swollen")
    talk.wait(30)
    talk.hear("swollen", sign="swollen", negated="yes")
    assert talk.saying.startswith("Maaf, kurang jelas. Satu kakinya bengkak")
    talk.hear("no")
    assert talk.saying == "Baik, berarti tidak ada."
    assert ("sign", "swollen") not in talk.state.facts


def test_two_uncertain_signs_are_asked_about_one_after_the_other() -> None:
    talk = holding()
    talk.hear("swollen", sign="swollen", negated="unsure")
    talk.hear("x_pop", sign="pop", negated="unsure")
    assert talk.saying.startswith("Maaf, kurang jelas. Tadi ada bunyi krek")
    talk.hear("no")
    talk.wait_for("Satu kakinya bengkak?")


def test_a_sign_in_the_middle_of_massage_ends_the_massage() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    for _ in range(5):
        talk.wait_for("reda?")
        talk.hear("no")
    talk.wait_for("sebelum dipijat")
    talk.hear("no")
    talk.wait_for("pijat betis")
    talk.hear("swollen", sign="throbbing")
    assert "gumpalan darah" in talk.saying
    talk.hear("repeat")
    talk.hear("back")
    talk.to_end()
    later = talk.texts[talk.texts.index("Jangan dipijat, dan jangan dikompres hangat.") :]
    assert not any("ijat betis" in text or "handuk" in text for text in later)


def test_a_tear_in_the_middle_ends_the_exercise() -> None:
    talk = holding()
    talk.hear("x_pop", sign="no_tiptoe")
    assert "mungkin robek" in talk.saying
    talk.to_end()
    assert len(talk.holds) == 1 and talk.said("IGD")
    assert talk.notes(EpisodeEnded)[0].flags == ("tear",)


def test_warnings_are_heard_to_their_end() -> None:
    talk = holding()
    talk.hear("swollen", sign="swollen")
    talk.hear("louder")
    talk.hear("better")
    talk.wait_for("Jangan dipijat")
    talk.wait_for("periksakan ke dokter")
    talk.wait_for("Istirahat sebentar")


@pytest.mark.parametrize("then", ["cramp_now", "causes", "next", "start_desk", "false_alarm"])
def test_warnings_are_heard_even_when_something_else_is_begun(then: str) -> None:
    talk = Talk()
    talk.hear("swollen", sign="swollen")
    talk.wait(1)
    talk.hear(then)
    assert "gumpalan darah" in talk.saying
    talk.wait_for("Jangan dipijat")
    talk.wait_for("periksakan ke dokter")
    talk.wait_for("telepon satu satu sembilan")


def test_signs_last_into_the_next_conversation_but_not_for_ever() -> None:
    talk = holding()
    talk.hear("swollen", sign="swollen")
    talk.hear("stop")
    assert "kita berhenti" in talk.saying
    talk.wait_for("Jangan lupa")
    talk.to_end()
    talk.wait(3600)
    talk.hear("cramp_now")
    assert ("sign", "swollen") in talk.state.facts
    talk.hear("stop")
    talk.to_end()
    talk.wait(SCRIPT.settings["keep_signs"])
    talk.hear("cramp_now")
    assert ("sign", "swollen") not in talk.state.facts


def test_a_sign_alone_offers_a_guide_without_massage() -> None:
    talk = Talk()
    talk.hear("swollen", sign="dark")
    talk.wait_for("Mau saya pandu peregangan")
    talk.hear("yes")
    assert talk.state.name.startswith("acute")
    quiet = Talk()
    quiet.hear("swollen", sign="dark")
    quiet.to_end()
    assert quiet.state.name == "idle" and not quiet.holds


@pytest.mark.parametrize(
    ("sign", "words"),
    [("numb", "diperiksa dokter"), ("wound", "Luka kotor"), ("nail", "dokter atau IGD"),
     ("headache", "bukan kram betis"), ("often", "ceritakan kepada dokter"),
     ("new_medicine", "menghentikan obat"), ("walking", "pembuluh darah"),
     ("thin", "diperiksa dokter")],
)  # fmt: skip
def test_the_milder_signs(sign: str, words: str) -> None:
    talk = Talk()
    talk.hear("numb", sign=sign)
    talk.wait_for(words, limit=15)
    assert not talk.state.name.startswith("emergency")


def test_pregnant_with_headache_leaves_the_cramp_flow() -> None:
    talk = holding()
    talk.hear("situation", situation="pregnant")
    talk.hear("still_hurts", sign="headache")
    talk.wait_for("bidan")
    talk.to_end()
    assert len(talk.holds) == 1


def test_belly_cramps_are_not_the_calf_and_pregnancy_is_asked_about() -> None:
    talk = Talk()
    talk.hear("other_sign", sign="belly")
    assert "bukan kram betis" in talk.saying
    talk.wait_for("sedang hamil")
    talk.hear("yes")
    talk.wait_for("bidan")
    known = Talk(Profile(pregnant=True))
    known.hear("other_sign", sign="belly")
    assert "segera diperiksa" in known.saying
    known.to_end()
    assert not known.said("Apa Anda sedang hamil?")


def test_a_sign_reported_again_is_acknowledged_briefly() -> None:
    talk = holding()
    talk.hear("swollen", sign="swollen")
    talk.wait(30)
    talk.hear("swollen", sign="swollen")
    assert talk.running == Say("Ya, saya sudah mengerti.")


def test_a_sign_reported_within_an_answer_changes_the_guide_below() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    for _ in range(5):
        talk.wait_for("reda?")
        talk.hear("no")
    talk.wait_for("sebelum dipijat")
    talk.hear("ask", topic="duration")
    talk.hear("swollen", sign="swollen")
    talk.wait(60)
    talk.hear("stop")
    before = len(talk.texts)
    talk.wait(60)
    assert not any("sebelum dipijat" in text for text in talk.texts[before:])


def test_no_and_a_sign_in_one_answer_may_be_two_remarks() -> None:
    """ "Sudah reda?" – "Tidak. Bengkak.": the pause is lost, so it is asked about."""
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    no_swelling = Intent("swollen", {"sign": "swollen", "negated": "yes"}, opens_with_no=True)
    talk.send(Understood(talk.now, no_swelling))
    assert talk.saying == "Maaf, kurang jelas. Satu kakinya bengkak? Bilang ya, atau tidak."
    talk.hear("yes")
    assert talk.said("gumpalan darah")


@pytest.mark.parametrize("until", ["Tahan", "sebelum dipijat"])
def test_a_plain_denial_is_not_asked_about(until: str) -> None:
    """Nobody asked anything it could be a "no" to, or it was asked about just that."""
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for(until)
    no_swelling = Intent("swollen", {"sign": "swollen", "negated": "yes"}, opens_with_no=True)
    talk.send(Understood(talk.now, no_swelling))
    assert not talk.said("ya, atau tidak")
    assert ("denied", "swollen") in talk.state.facts


def test_a_denial_that_may_be_a_yes_leads_to_no_massage() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Satu pertanyaan dulu sebelum dipijat")
    talk.send(Understood(talk.now, Intent("no"), contested=True))
    assert talk.saying == "Bilang: ada, atau tidak ada."
    assert ("checked", "yes") not in talk.state.facts
    talk.hear("no")
    assert ("checked", "yes") in talk.state.facts


def test_a_sign_whose_denial_may_be_a_yes_is_asked_about() -> None:
    talk = holding()
    denial = Intent("swollen", {"sign": "swollen", "negated": "yes"})
    talk.send(Understood(talk.now, denial, contested=True))
    assert talk.saying.startswith("Maaf, kurang jelas. Satu kakinya bengkak")


def test_elsewhere_a_denial_that_may_be_a_yes_is_a_denial() -> None:
    plain, contested = Talk(), Talk()
    for talk, unsure in ((plain, False), (contested, True)):
        talk.hear("causes")
        talk.wait_for("Mau dengar lagi?")
        talk.send(Understood(talk.now, Intent("no"), unsure))
    assert plain.state == contested.state


@pytest.mark.parametrize("running", [True, False])
def test_a_sign_told_twice_is_there_however_badly_it_is_heard(running: bool) -> None:
    """By ear a helper said it seven times, and was asked seven times."""
    talk = Talk()
    if running:
        talk.hear("cramp_now")
    talk.doubt("wound", sign="poison")
    assert "Kena racun, atau kebanyakan obat?" in talk.saying
    talk.doubt("wound", sign="poison")
    assert talk.state.name.startswith("emergency")


@pytest.mark.parametrize("sign", ["poison", "swollen", "chest"])
def test_answers_that_are_never_understood_count_as_none(sign: str) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.doubt("other_sign", sign=sign)
    asked = talk.saying
    for _ in range(4):
        assert talk.saying in (asked, "Bilang: ya, atau tidak.") or "Ya, atau tidak?" in talk.saying
        talk.wait(3)
        talk.mumble()
    assert ("sign", sign) in talk.state.facts, "in a conversation no answer means yes"


@pytest.mark.parametrize("running", [True, False])
def test_a_yes_to_a_danger_that_is_badly_heard_twice_is_a_yes(running: bool) -> None:
    talk = Talk()
    if running:
        talk.hear("cramp_now")
    talk.doubt("emergency", sign="stroke")
    talk.doubt("yes")
    assert not talk.state.name.startswith("emergency")
    talk.doubt("yes")
    assert talk.state.name.startswith("emergency")


def test_a_no_that_follows_a_badly_heard_yes_is_asked_about_once_more() -> None:
    """By ear "iya nak" was a doubtful yes, and "iya ada nak" a certain no."""
    talk = Talk()
    talk.doubt("emergency", sign="stroke")
    talk.doubt("yes")
    talk.hear("no")
    assert ("denied", "stroke") not in talk.state.facts
    assert talk.saying == "Bilang: ya, atau tidak."
    talk.hear("no")
    assert ("denied", "stroke") in talk.state.facts


def test_a_question_about_an_emergency_outlives_a_lesser_doubt() -> None:
    talk = Talk()
    talk.doubt("emergency", sign="chest")
    talk.doubt("x_pop", sign="no_tiptoe")
    assert "Dadanya sakit?" in talk.saying
    talk.to_end()
    assert talk.said("Kalau benar, telepon satu satu sembilan.")


def test_what_an_unanswered_sign_asks_for_is_heard_to_its_end() -> None:
    talk = Talk()
    talk.doubt("numb", sign="numb")
    said = "Saya tidak mendengar jawaban. Kalau tanda itu benar, periksakan kakinya ke dokter."
    talk.wait_for(said[:20])
    talk.hear("thanks")
    talk.to_end()
    assert talk.texts.count(said) == 2, "cut short, so once more"


URGENT = sorted(
    sign for flag in SCRIPT.flags if flag.name not in ("often", "walking", "too_long")
    for sign in flag.signs
)  # fmt: skip
"""Signs that somebody is to see to soon; how long it lasts has a question of its own."""


@pytest.mark.parametrize("situation", ["pregnant", ""])
@pytest.mark.parametrize("sign", URGENT)
def test_an_unanswered_question_about_any_sign_ends_with_what_to_do(
    sign: str, situation: str
) -> None:
    """A headache in pregnancy, and vomiting, ended with "Kalau butuh bantuan, bilang: tolong"."""
    talk = Talk()
    talk.doubt("other_sign", sign=sign, situation=situation)
    talk.to_end()
    said = [text for text in talk.texts if text.startswith("Saya tidak mendengar jawaban. Kalau")]
    assert said
    assert re.search("dokter|satu satu sembilan", said[0])
    if situation and sign in ("headache", "blurred", "belly"):
        assert "sekarang juga ke bidan" in said[0]


def stroke_doubted() -> Talk:
    talk = holding()
    talk.doubt("emergency", sign="stroke")
    return talk


@pytest.mark.parametrize("said", ["better", "thanks", "causes", "no_such_intent", "situation"])
def test_a_danger_is_not_asked_about_for_ever_whatever_else_is_said(said: str) -> None:
    talk = stroke_doubted()
    for _ in range(GIVEN_UP):
        talk.wait_for("bicaranya pelo")
        slots = {"situation": "dizzy"} if said == "situation" else {}
        talk.send(Understood(talk.now, Intent(said, slots)))
    talk.wait(30)
    assert ("sign", "stroke") in talk.state.facts


def test_a_denial_that_may_always_be_a_yes_is_not_asked_about_for_ever() -> None:
    talk = stroke_doubted()
    for _ in range(GIVEN_UP):
        talk.wait_for("bicaranya pelo")
        talk.send(Understood(talk.now, Intent("no"), contested=True))
    assert ("sign", "stroke") in talk.state.facts


@pytest.mark.parametrize("negated", ["yes", "unsure"])
def test_a_denial_in_free_words_is_believed_when_it_was_said_often(negated: str) -> None:
    talk = stroke_doubted()
    for _ in range(GIVEN_UP):
        talk.wait_for("bicaranya pelo")
        talk.doubt("emergency", sign="stroke", negated=negated)
    assert ("denied", "stroke") in talk.state.facts
    assert ("sign", "stroke") not in talk.state.facts


def test_whoever_only_wants_to_hear_better_is_not_alarmed() -> None:
    talk = stroke_doubted()
    for said in ("repeat", "louder", "slower", "repeat", "louder", "repeat"):
        talk.wait_for("bicaranya pelo")
        talk.hear(said)
    assert ("sign", "stroke") not in talk.state.facts


def test_the_count_belongs_to_one_question() -> None:
    talk = holding()
    talk.doubt("swollen", sign="swollen")
    for _ in range(GIVEN_UP - 1):
        talk.send(Understood(talk.now, Intent("thanks")))
    talk.doubt("emergency", sign="chest")
    talk.send(Understood(talk.now, Intent("thanks")))
    assert ("sign", "chest") not in talk.state.facts


def test_an_answer_begins_the_count_anew() -> None:
    talk = holding()
    for sign in ("stroke", "chest", "breath"):
        talk.doubt("emergency", sign=sign)
        talk.send(Understood(talk.now, Intent("thanks")))
        talk.send(Understood(talk.now, Intent("thanks")))
        talk.hear("no")
        assert ("denied", sign) in talk.state.facts
        assert talk.state.passed_over == 0


def test_a_no_that_was_not_clearly_heard_denies_no_danger() -> None:
    talk = holding()
    talk.doubt("emergency", sign="stroke")
    talk.send(Understood(talk.now, Intent("no", confidence=0.8)))
    assert ("denied", "stroke") not in talk.state.facts
    assert talk.saying == "Bilang: ya, atau tidak."
    talk.send(Understood(talk.now, Intent("no", confidence=0.9)))
    assert ("denied", "stroke") in talk.state.facts


@pytest.mark.parametrize(
    ("words", "denied"),
    [
        ("dapat istri saya tidak apa", False),  # "kata istri saya tidak apa apa", badly heard
        ("saya tidak apa apa", True),
        ("nggak apa apa", True),
    ],
)
def test_only_a_bare_all_is_well_answers_a_question_of_danger(words: str, denied: bool) -> None:
    talk = Talk()
    talk.doubt("emergency", sign="faint")
    assert "pingsan" in talk.saying
    talk.send(Understood(talk.now, Intent("false_alarm", text=words)))
    assert (("denied", "faint") in {(str(key), value) for key, value in talk.state.facts}) is denied
    talk.to_end()
    assert any("119" in text or "satu satu sembilan" in text for text in talk.texts) is not denied


def test_of_two_doubted_signs_out_of_nothing_neither_is_forgotten() -> None:
    talk = Talk()
    talk.doubt("wound", sign="nail")
    assert "Kena paku" in talk.saying
    talk.doubt("numb", sign="numb")  # a relative's remark, badly heard
    talk.to_end()
    said = " ".join(talk.texts)
    assert "hari ini juga periksakan" in said.lower(), talk.texts
    assert talk.state.name == "idle"
