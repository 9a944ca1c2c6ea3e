"""What silence leads to, for every question of the script and whatever was said before it.

Nobody gets up on silence, nothing that a sign forbids is done, and a doubted sign is not dropped.
"""

import re
from collections.abc import Iterator
from copy import copy
from random import Random

import pytest

from assistant.dialogue.acts import Ask, Hold, Say
from assistant.dialogue.facts import Bookkeeping, Medical, values_of
from assistant.dialogue.script.model import Question
from tests.dialogue.test_properties import (
    CLOTS,
    EMERGENCIES,
    SIGNS,
    SITUATIONS,
    STARTS,
    TEARS,
    template_of,
)
from tests.support.dialogue_driver import SCRIPT, Talk

UP = (Bookkeeping.GETTING_UP, "yes")
EARNED = {UP, (Bookkeeping.CHECKED, "yes"), (Bookkeeping.HELD, "yes"), (Medical.EASED, "yes")}
"""What only an answer may establish."""

QUESTIONS: dict[str, Question] = {
    f"guide/{guide.name}/{step.id}/{place}": part.question
    for guide in SCRIPT.guides.values()
    for step in guide.steps
    for place, part in enumerate(step.parts)
    if part.question
} | {f"reply/{name}": question for name, question in SCRIPT.questions.items()}

OTHER_WAYS = {
    *("reply/profile", "reply/profile_more", "reply/profile_forget", "reply/not_pregnant"),
    *("reply/diary_delete", "reply/deafen", "reply/pace", "reply/severity", "reply/stop"),
}
"""Questions about settings and notes; the walks below need not reach them."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_silence_establishes_nothing(name: str) -> None:
    for action in QUESTIONS[name].actions("silence"):
        assert not action.deny and not EARNED & set(action.set)
        assert action.do not in ("better", "sign_absent", "all_clear", "false_alarm")
        assert action.go not in ("sit", "walk", "up", "massage", "warmth")
        for line in action.lines:
            assert line.kind not in ("massage", "heat") and not _gets_up(line.text)


@pytest.mark.parametrize("name", QUESTIONS)
def test_silence_is_no_answer_to_a_question_of_danger(name: str) -> None:
    asked = QUESTIONS[name]
    if not any(
        action.deny or action.signs for action in asked.actions("no") + asked.actions("yes")
    ):
        return
    actions = asked.actions("silence")
    assert actions, "silence would pass over it"
    for action in actions:
        told = " ".join(line.text for line in action.lines)
        due = r"satu satu sembilan|dokter|IGD|jangan diregangkan|bilang: tolong"
        assert action.signs or re.search(due, told), name


def walk(dice: Random) -> Iterator[Talk]:
    """A conversation of chance; yields it at every question."""
    talk = Talk()
    slots = {"situation": dice.choice(SITUATIONS)} if dice.random() < 0.6 else {}
    talk.hear(dice.choice([*STARTS, "cramp_now", "cramp_now"]), **slots)
    for _ in range(dice.randrange(4, 40)):
        if talk.running is None:
            return
        if isinstance(talk.running, Ask):
            yield talk
            answers = [*("yes", "no", "better", "still_hurts", "continue"), ""]
            answer = dice.choice(answers)
            if answer:
                talk.hear(answer)
                continue
        chance = dice.random()
        if chance < 0.06:
            (talk.hear if chance < 0.02 else talk.doubt)("emergency", sign=dice.choice(SIGNS))
        elif chance < 0.09:
            talk.hear("situation", situation=dice.choice(SITUATIONS))
        elif chance < 0.11:
            talk.hear(dice.choice(["tolong", "thanks", "x_duration", "still_hurts"]))
        else:
            talk.wait(talk.ends - talk.now)


def openings() -> Iterator[Talk]:
    """Questions that chance hardly reaches."""
    for sign in SIGNS:
        for situation in ("", "pregnant", "carer", "night"):
            talk = Talk()
            talk.hear("emergency", sign=sign, **({"situation": situation} if situation else {}))
            for _ in range(12):
                if talk.running is None:
                    break
                if isinstance(talk.running, Ask):
                    yield talk
                talk.wait(talk.ends - talk.now)
    for situation in ("swimming", "bed"):
        talk = Talk()
        talk.hear("cramp_now", situation=situation)
        for _ in range(12):
            talk.wait_for("?")
            yield talk
            talk.hear("no")
            talk.wait(0.1)
    for intent in ("cramp_now", "x_duration", "swollen"):
        talk = Talk()
        (talk.doubt if intent != "x_duration" else talk.hear)(intent)
        yield talk
    for part in ("Selain kram", "Keluhannya apa"):
        talk = Talk()
        talk.doubt_call("kaki ibu saya kram dan ibu saya kesulitan")
        talk.hear("yes")
        talk.wait_for("Selain kram")
        if part not in talk.saying:
            talk.hear("yes")
        yield talk
    for situation in SITUATIONS:
        talk = Talk()
        talk.hear("cramp_now", situation=situation)
        talk.hear("x_duration")
        for _ in range(8):
            if isinstance(talk.running, Ask):
                yield talk
            if talk.running:
                talk.wait(talk.ends - talk.now)
        talk = Talk()
        talk.hear("ask", topic="treatment")
        talk.wait_for("Mau dengar lagi")
        yield talk


def asked(talk: Talk) -> str:
    """The question that is pending."""
    return next((item.question for item in talk.state.tasks[-1].items if item.question), "")


def silent(talk: Talk) -> Talk:
    """The same conversation with nothing but silence from here on; its texts begin here."""
    other = copy(talk)
    other.acts = []
    other.wait(420)
    return other


def check(talk: Talk) -> None:
    """What holds when nobody answers."""
    before, then = talk.state.facts, silent(talk)
    facts, told = then.state.facts, " ".join(then.texts)
    doubted = values_of(before, Medical.UNSURE) + values_of(before, Bookkeeping.WONDERED)
    known = set(values_of(before, Medical.SIGN))
    where = f"{asked(talk)}: {then.texts}"
    if UP not in before:
        assert UP not in facts, where
        for act in then.acts:
            assert not isinstance(act, Say) or not _gets_up(act.text), where
    signs = known | set(doubted)
    for act in then.acts:
        if isinstance(act, Say) and signs & (CLOTS | TEARS):
            assert not template_of(act.text, "massage"), where
            assert not template_of(act.text, "heat"), where
        if known & TEARS:
            assert not isinstance(act, Hold), where
    for sign in doubted:
        other = r"dokter|IGD|bidan|periksa|satu satu sembilan"
        due = r"satu satu sembilan" if sign in EMERGENCIES else other
        assert re.search(due, told), f"{sign} was dropped; {where}"
    for sign in set(values_of(facts, Medical.DENIED)) - set(values_of(before, Medical.DENIED)):
        raise AssertionError(f"{sign} was denied by silence; {where}")


def _gets_up(text: str) -> bool:
    seated = text == "Duduk pelan-pelan, dan bersandar."
    harmless = seated or text.startswith(
        ("Duduk dulu", "Kalau nanti bangun", "Baik, istirahat", "Selesai. Kalau bisa")
    )
    return not harmless and template_of(text, "stand")


def test_whatever_was_said_before_silence_keeps_everybody_safe() -> None:
    dice, reached, seen = Random(15), set(), set()
    walks = [walk(dice) for _ in range(350)]
    for talk in (one for conversation in (*walks, openings()) for one in conversation):
        key = (asked(talk), talk.saying, talk.state.facts)
        reached.add(asked(talk))
        if key not in seen:
            seen.add(key)
            check(talk)
    assert len(seen) > 500
    assert set(QUESTIONS) - reached - OTHER_WAYS == set()


def _asked_whether_it_eased() -> Talk:
    talk = Talk()
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    return talk


def test_a_badly_heard_answer_that_says_what_silence_says_counts_at_once() -> None:
    talk = _asked_whether_it_eased()
    talk.doubt("no")  # "belom", twelve times: it was asked each time for a clearer word
    talk.wait_for("tahan sekali lagi", 30)
    assert "Bilang: sudah reda, belum, atau berhenti." not in talk.texts


def test_the_second_of_two_badly_heard_answers_counts() -> None:
    talk = _asked_whether_it_eased()
    talk.doubt("better")
    assert (Medical.EASED, "yes") not in talk.state.facts
    talk.doubt("better")
    assert (Medical.EASED, "yes") in talk.state.facts


def test_a_clear_word_between_them_makes_the_second_the_first() -> None:
    talk = _asked_whether_it_eased()
    talk.doubt("better")
    talk.hear("no")
    talk.wait_for("Sudah reda?")
    talk.doubt("better")
    assert (Medical.EASED, "yes") not in talk.state.facts


@pytest.mark.parametrize("answers", [1, 4, 9])
def test_no_number_of_badly_heard_yeses_gets_anybody_up(answers: int) -> None:
    talk = _asked_whether_it_eased()
    talk.hear("better")
    talk.wait_for("Mau bangun")
    before = len(talk.texts)
    for _ in range(answers):
        talk.doubt("yes")
    talk.to_end()
    assert UP not in talk.state.facts
    assert not any(_gets_up(text) for text in talk.texts[before:]), talk.texts[before:]


def test_what_is_never_understood_is_taken_for_silence_in_the_end() -> None:
    talk = _asked_whether_it_eased()
    for _ in range(4):
        talk.mumble()
    talk.wait_for("tahan sekali lagi", 30)
