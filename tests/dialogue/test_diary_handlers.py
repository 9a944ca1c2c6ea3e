"""The diary in a conversation: severity, counts, added entries."""

import pytest

from assistant.dialogue.notes import DiaryAdd, DiaryCount, EpisodeEnded, SeverityReported
from tests.support.dialogue_driver import Talk

HOW_BAD = "Tadi sakitnya ringan, sedang, atau berat?"


def eased() -> Talk:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    return talk


@pytest.mark.parametrize("level", ["mild", "moderate", "severe"])
def test_how_bad_it_was_is_asked_when_it_is_over(level: str) -> None:
    talk = eased()
    talk.wait_for(HOW_BAD)
    talk.hear("severity", severity=level)
    talk.diary("Baik, saya catat.")
    talk.to_end()
    assert talk.notes(SeverityReported) == [SeverityReported(level)]
    assert "Baik, saya catat." in talk.texts and "Selamat tidur" in talk.texts[-1]
    assert talk.texts.count(HOW_BAD) == 1


@pytest.mark.parametrize("answer", ["", "no", "thanks", "next", "better"])
def test_who_does_not_want_to_say_is_not_asked_again(answer: str) -> None:
    talk = eased()
    talk.wait_for(HOW_BAD)
    if answer:
        talk.hear(answer)
    talk.to_end()
    assert talk.texts.count(HOW_BAD) == 1 and not talk.said("Ringan, sedang")
    assert talk.notes(SeverityReported) == [] and "Selamat tidur" in talk.texts[-1]
    assert len(talk.notes(EpisodeEnded)) == 1


def test_who_has_said_it_is_not_asked() -> None:
    talk = eased()
    talk.hear("severity", severity="severe")
    talk.to_end()
    assert HOW_BAD not in talk.texts
    assert talk.notes(SeverityReported) == [SeverityReported("severe")]


def test_in_pain_it_is_noted_in_silence_and_not_asked() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    talk.hear("severity", severity="severe")
    assert talk.saying == "Saya mengerti. Pelan-pelan saja, saya temani."
    assert talk.notes(SeverityReported) == [SeverityReported("severe", quiet=True)]
    talk.to_end()  # it never eases
    assert HOW_BAD not in talk.texts


@pytest.mark.parametrize(
    ("sign", "intent"), [("swollen", "swollen"), ("pop", "x_pop"), ("breath", "emergency")]
)
def test_after_a_danger_something_else_matters(sign: str, intent: str) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    talk.hear(intent, sign=sign)
    if intent == "emergency":
        talk.hear("false_alarm")
        talk.hear("yes")
    talk.hear("better")
    talk.to_end()
    assert HOW_BAD not in talk.texts


def test_a_sign_that_is_reported_instead_of_an_answer_ends_the_question() -> None:
    talk = eased()
    talk.wait_for(HOW_BAD)
    talk.hear("swollen", sign="swollen")
    talk.to_end()
    assert talk.texts.count(HOW_BAD) == 1
    assert talk.said("gumpalan darah") and talk.said("Jangan lupa, hari ini juga")


def test_catat_asks_how_bad_it_was_unless_it_was_said() -> None:
    talk = Talk()
    talk.hear("diary_add")
    talk.diary("Sudah saya catat.")
    assert talk.wait_for("Sakitnya") == "Sakitnya ringan, sedang, atau berat?"
    talk.hear("severity", severity="mild")
    talk.to_end()
    assert talk.notes(DiaryAdd) == [DiaryAdd()]
    assert talk.notes(SeverityReported) == [SeverityReported("mild")]
    told = Talk()
    told.hear("diary_add", severity="severe")
    told.diary("Sudah saya catat.")
    told.to_end()
    assert told.notes(DiaryAdd) == [DiaryAdd("severe")]
    assert not told.said("berat?")


def test_a_month_is_counted_when_it_is_asked_for() -> None:
    talk = Talk()
    talk.hear("diary_count", period="month")
    assert talk.notes(DiaryCount) == [DiaryCount(days=30)]


@pytest.mark.parametrize(("answers", "helped"), [(3, "stretch"), (7, "massage"), (8, "warmth")])
def test_what_helped_is_the_last_exercise_that_was_done(answers: int, helped: str) -> None:
    talk = Talk()
    talk.hear("cramp_now")
    for _ in range(answers):
        talk.wait_for("?")
        talk.hear("no")
    talk.wait_for("udah reda?")
    talk.hear("better")
    talk.to_end()
    (end,) = talk.notes(EpisodeEnded)
    assert end.helped == helped
