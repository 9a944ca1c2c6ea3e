"""Questions about cramps: answered in pieces, hands-free."""

import pytest

from assistant.dialogue.acts import Hold
from assistant.dialogue.handlers import questions
from assistant.dialogue.handlers.faq import pieces
from tests.support.dialogue_driver import SCRIPT, Talk


@pytest.mark.parametrize("topic", sorted(SCRIPT.topics))
def test_every_topic_can_be_heard_to_its_end(topic: str) -> None:
    talk = Talk()
    talk.hear("ask", topic=topic)
    for _ in range(40):
        if not talk.state.tasks:
            break
        if talk.saying == "Mau dengar lagi?":
            talk.hear("yes")
        else:
            talk.wait(talk.ends - talk.now)
    spoken = [text for text in talk.texts if text != "Mau dengar lagi?"]
    expected = [line.text for line in pieces(SCRIPT, SCRIPT.topics[topic])
                if line.condition.holds(frozenset())]  # fmt: skip
    assert spoken == expected
    assert talk.state.name == "idle"


@pytest.mark.parametrize(
    "intent", ["causes", "symptoms", "prevention", "see_doctor", "who_are_you"]
)
def test_families_are_answered_without_a_topic(intent: str) -> None:
    talk = Talk()
    talk.hear(intent)
    assert talk.state.name.startswith("answer.") and talk.saying


def test_a_family_with_a_topic_answers_the_topic() -> None:
    talk = Talk()
    talk.hear("causes", topic="cause_pregnancy")
    assert "Ibu hamil" in talk.saying


@pytest.mark.parametrize("word", ["yes", "continue", "next"])
def test_on_within_an_answer(word: str) -> None:
    talk = Talk()
    talk.hear("causes")
    first = talk.saying
    talk.wait_for("Mau dengar lagi?")
    talk.hear(word)
    assert talk.saying not in (first, "Mau dengar lagi?")
    talk.hear("back")
    assert talk.saying == first


@pytest.mark.parametrize("word", ["no", "stop"])
def test_enough_within_an_answer(word: str) -> None:
    talk = Talk()
    talk.hear("causes")
    talk.wait_for("Mau dengar lagi?")
    talk.hear(word)
    talk.to_end()
    assert talk.state.name == "idle" and len(talk.texts) == 3


def test_again_means_the_piece_not_the_question_after_it() -> None:
    talk = Talk()
    talk.hear("causes")
    first = talk.saying
    talk.wait_for("Mau dengar lagi?")
    talk.hear("repeat")
    assert talk.saying == first
    talk.wait_for("Mau dengar lagi?")


def test_silence_ends_an_answer_after_one_shorter_question() -> None:
    talk = Talk()
    talk.hear("prevention")
    talk.to_end()
    assert talk.texts[1:3] == ["Mau dengar lagi?", "Lagi?"] and len(talk.texts) == 4


def test_a_question_in_the_middle_of_a_hold_returns_to_the_hold() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    while not talk.holds:
        talk.wait(talk.ends - talk.now)
    talk.wait(12)
    talk.hear("ask", topic="duration")
    talk.wait_for("Mau dengar lagi?")
    talk.hear("stop")
    assert talk.saying == "Kita lanjutkan."
    talk.wait(talk.ends - talk.now)
    assert talk.saying == "Tarik lagi ujung kaki pelan-pelan, dan tahan."
    talk.wait(talk.ends - talk.now)
    assert isinstance(talk.running, Hold) and talk.running.seconds == pytest.approx(18)


def test_a_new_question_takes_the_place_of_the_old_answer() -> None:
    talk = Talk()
    talk.hear("causes")
    talk.hear("ask", topic="banana")
    assert talk.saying.startswith("Pisang") and len(talk.state.tasks) == 1


def test_answers_leave_out_what_a_flag_forbids() -> None:
    talk = Talk()
    talk.hear("swollen", sign="swollen")
    talk.to_end()
    talk.hear("ask", topic="treat_massage")
    assert talk.saying.startswith("Jangan dipijat")
    talk.hear("ask", topic="treat_warmth")
    assert talk.saying.startswith("Jangan dikompres")


def test_an_unknown_topic_is_admitted() -> None:
    talk = Talk()
    talk.hear("ask", topic="moon")
    assert "belum tahu" in talk.saying
    talk.to_end()
    assert talk.state.name == "idle"


def test_which_intents_answer_what_is_asked() -> None:
    talk = Talk()
    talk.hear("causes")
    assert questions.answers(talk.state, SCRIPT) == frozenset()
    talk.wait_for("Mau dengar lagi?")
    assert {"yes", "no", "continue"} <= questions.answers(talk.state, SCRIPT)
    talk.hear("stop")
    assert questions.answers(talk.state, SCRIPT) == frozenset()
