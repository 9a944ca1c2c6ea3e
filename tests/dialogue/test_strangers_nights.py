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


def answered_about_the_legs(text: str) -> Talk:
    """A guide whose question about one leg was answered with ``text``."""
    talk = begun()
    talk.wait_for("apakah satu kaki")
    talk.wait(8)
    say(talk, text)
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
    talk = answered_about_the_legs(text)
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
    talk = answered_about_the_legs(text)
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


@pytest.mark.parametrize("begin", ["mulai latihan malam", "latihan sambil duduk"])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("betis saya bengkak sebelah", "dokter memeriksa"),
        ("kaki saya kebas", "dokter memeriksa"),
        ("saya demam", "kalau sudah sehat"),
        ("saya pusing", "sudah tidak pusing"),
        ("saya tidak kuat berdiri", "sudah kuat"),
    ],
)
def test_exercises_end_at_a_warning_sign(begin: str, text: str, why: str) -> None:
    talk = Talk()
    say(talk, begin)
    talk.wait(30)
    say(talk, text)
    before = len(talk.texts)
    talk.to_end()
    after = talk.texts[before:]
    assert any(why in one for one in after)
    assert not any("Tahan." in one or "Selamat" in one for one in after)


def test_the_question_of_a_fever_outlives_the_exercises() -> None:
    talk = Talk()
    say(talk, "mulai latihan malam")
    talk.wait(30)
    say(talk, "saya demam")
    talk.wait_for("Apakah satu kaki Anda")


def test_with_a_clot_sign_the_stretching_goes_on_gently_and_says_so() -> None:
    talk = begun("betis saya bengkak dan panas")
    talk.wait(20)
    assert talk.said("Regangkan pelan-pelan saja, tanpa dipijat")
    assert not talk.said("pijat betis")


@pytest.mark.parametrize("text", ["boleh dipijat nggak", "tak pijet pakai minyak urut saja ya"])
def test_while_a_sign_is_doubted_massage_is_refused(text: str) -> None:
    talk = begun()
    talk.doubt("swollen", sign="warm")
    say(talk, text)
    talk.wait(6)
    assert talk.said("Jangan dipijat, dan jangan dikompres dulu")


def test_who_is_on_dialysis_is_not_told_that_bananas_are_healthy() -> None:
    talk = begun("saya cuci darah")
    say(talk, "kalau makan pisang gimana")
    talk.wait(6)
    assert talk.said("Kalium yang berlebihan bisa berbahaya")
    assert not talk.said("Pisang baik untuk kesehatan")


@pytest.mark.parametrize("fact", ["saya minum obat pengencer darah", "saya cuci darah"])
def test_who_must_not_take_a_pain_killer_is_told_so_first(fact: str) -> None:
    talk = begun(fact)
    say(talk, "boleh minum obat nggak")
    talk.wait(4)
    assert talk.said("jangan minum obat nyeri tanpa izin dokter")


@pytest.mark.parametrize(
    "text",
    [
        *("sama aja dua-duanya", "ndak, ndak ada, dua-duanya podo", "podo wae"),
        *("ah wajar aja, nggak ada yang aneh", "teu aya nu beda", "nggak sama sekali"),
        *("nggak ah, sama gedenya sama kurusnya", "kagak, cuman kaku doang nih"),
    ],
)
def test_both_legs_alike_is_a_no(text: str) -> None:
    talk = answered_about_the_legs(text)
    talk.wait(3)
    assert talk.said("pijat betis")


@pytest.mark.parametrize(
    "text",
    [
        *("nggak sama, mbak", "kurang yakin, agak beda dikit kali ya", "he eh, sing kiwo"),
        "nenek bilangnya nggak, tapi saya liat kok beda besarnya",
        *("ya gitu deh, gedean yang ini", "lumayan sih"),
        "sama kok, eh nggak ding, kiri lebih gendut",
    ],
)
def test_legs_that_are_unlike_are_a_yes(text: str) -> None:
    talk = answered_about_the_legs(text)
    talk.wait(5)
    assert talk.said("gumpalan darah")
    assert not talk.said("pijat betis")


@pytest.mark.parametrize(
    "text",
    [
        *("ora, podho wae kok kiwa tengen", "wis tak delok, aman", "halah ndak, wong cuma kram"),
        "mboten le, mung kaku tok",
    ],
)
def test_alike_is_no_yes_and_no_better(text: str) -> None:
    """ "Ora, podho" is heard without its comma; "aman" answers about the legs, not the cramp."""
    talk = answered_about_the_legs(text)
    talk.wait(3)
    assert not talk.said("gumpalan darah")
    assert not talk.said("Syukurlah")


@pytest.mark.parametrize(
    "text",
    [
        *("bukan itu, kaki saya cuma kram, pijetnya gimana", "lah itu kan suara sinetron"),
        *("kagak ada yang sesek neng, tadi maksudnya sarungnya", "ibu salah ngomong nak"),
    ],
)
def test_whoever_takes_an_alarm_back_in_free_words_is_asked(text: str) -> None:
    talk = begun("dada saya sakit dan sesak napas")
    say(talk, text)
    talk.wait(8)
    assert talk.said("Anda baik-baik saja?")
    assert not talk.said("Syukurlah")


def test_why_a_swollen_leg_is_not_massaged_is_no_question_about_massage() -> None:
    talk = answered_about_the_legs("emang kenapa kalo bengkak sebelah nggak boleh dipijet")
    talk.wait(3)
    assert not talk.said("Betis boleh dipijat")
    assert talk.said("jangan dipijat")


def test_a_cramp_that_is_gone_is_no_cramp() -> None:
    talk = begun()
    say(talk, "lho kramnya ikut ilang rupanya, dibawa jalan")
    talk.wait(2)
    assert talk.said("Syukurlah")


def test_a_cramp_that_is_gone_from_one_leg_and_comes_to_the_other_is_one() -> None:
    talk = begun()
    say(talk, "kramnya ilang, gantian kaki kiri")
    talk.wait(2)
    assert not talk.said("Syukurlah")


def test_another_sign_does_not_end_the_question_whether_somebody_is_pregnant() -> None:
    talk = Talk()
    talk.doubt("other_sign", sign="headache,blurred", negated="unsure", cramp="yes")
    talk.wait(5)
    talk.hear("yes")
    talk.wait_for("sedang hamil")
    talk.wait(3)
    talk.doubt("skin_colour", sign="dark", negated="unsure")
    talk.wait(5)
    talk.hear("no")
    talk.wait_for("amil?")
    talk.wait(3)
    talk.hear("yes")
    talk.wait(8)
    assert talk.said("keluhan ini harus segera diperiksa")
    assert not talk.said("Luruskan lutut")


def test_a_sign_told_again_in_odd_words_is_a_yes_and_never_a_no() -> None:
    talk = begun("nenek dibangunin susah")
    talk.wait_for("pingsan")
    talk.wait(5)
    say(talk, "nenek ngoroknya aneh, dibangunin susah")
    talk.wait(3)
    assert talk.said("Saya dengar: pingsan")


@pytest.mark.parametrize("text", ["saya ini kok terengah engah nak padahal diam saja"])
def test_who_says_for_the_second_time_that_he_is_breathless_is(text: str) -> None:
    talk = begun(text)
    talk.wait_for("Napasnya sesak")
    talk.wait(5)
    say(talk, text)
    talk.wait(3)
    assert talk.said("Saya dengar: sesak napas")


@pytest.mark.parametrize(
    ("text", "treated"),
    [("sikilku kram sudah lebih dari lima belas menit", False), ("kram udah dari tadi", True)],
)
def test_minutes_that_were_told_count_when_nobody_answers(text: str, treated: bool) -> None:
    talk = Talk()
    say(talk, text)
    talk.wait(90)
    assert talk.said("Luruskan lutut") == treated


def test_two_faint_answers_to_a_doubted_call_are_a_yes() -> None:
    talk = Talk()
    talk.doubt_call("aduh betis")
    talk.wait(3)
    talk.doubt("yes")
    assert not talk.said("Saya di sini")
    talk.wait(3)
    talk.doubt("yes")
    talk.wait(5)
    assert talk.said("Saya di sini")


def test_a_joke_ends_the_guide() -> None:
    talk = begun()
    say(talk, "udah ah, stop, cuma bercanda")
    talk.wait(3)
    assert talk.said("kita berhenti")


def test_who_has_eased_and_goes_to_sleep_is_wished_a_good_night() -> None:
    talk = begun()
    say(talk, "nah reda deh, makasih ya, gue tidur dulu")
    talk.to_end()
    assert talk.said("Syukurlah")
    assert talk.said("Selamat tidur")
    assert not talk.said("Mau bangun")


def test_the_alarm_names_the_sign_of_the_emergency() -> None:
    talk = Talk()
    talk.hear("swollen", sign="swollen,stroke")
    assert "tanda stroke" in talk.saying


def test_who_was_dizzy_is_not_told_to_stand_in_the_next_conversation() -> None:
    """Drawn by ``bench triage``, seed 881131: dizzy after the good night, questions, the toilet."""
    talk = begun("sudah reda")
    talk.to_end()
    say(talk, "saya pusing sekali")
    say(talk, "kenapa bisa kram")
    talk.wait(2)
    say(talk, "cukup")
    talk.wait(30)
    say(talk, "boleh dipijat nggak")
    talk.wait(2)
    say(talk, "saya mau jalan ke kamar mandi")
    talk.wait(20)
    assert not talk.said("lalu berdiri pelan-pelan")
    say(talk, "cukup")
    talk.wait(2400)
    say(talk, "boleh dipijat nggak")
    talk.wait(2)
    say(talk, "saya mau jalan ke kamar mandi")
    talk.wait(20)
    assert talk.said("lalu berdiri pelan-pelan")
