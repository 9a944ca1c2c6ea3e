"""Notifications: sent unless an emergency is cancelled; success is claimed only if acknowledged."""

import pytest

from assistant.dialogue import policy
from assistant.dialogue.acts import Tell
from assistant.dialogue.events import Told
from assistant.dialogue.state_json import from_json, to_json
from assistant.dialogue.user_profile import Profile
from tests.support.dialogue_driver import SCRIPT, Talk


def told(talk: Talk) -> list[str]:
    return [act.about for act in talk.acts if isinstance(act, Tell)]


def emergency(who: str = "Budi", warnings: bool = False) -> Talk:
    talk = Talk(Profile(name="Sri", address="Ibu"), who=who, warnings=warnings)
    talk.hear("cramp_now")
    talk.hear("emergency", sign="breath")
    return talk


def test_who_does_not_take_it_back_in_time_is_helped() -> None:
    talk = emergency()
    talk.wait_for("bilang: tidak apa-apa")
    assert told(talk) == [], "it may have been misheard"
    talk.wait_for("Di sini perlu bantuan")
    [message] = [act for act in talk.acts if isinstance(act, Tell)]
    assert message == Tell(
        "emergency",
        "Kram: keadaan darurat, sesak napas, Ibu Sri. Tolong segera datang atau telepon.",
    )
    talk.send(Told(talk.now, "emergency", True))
    assert talk.saying == "Pesan dikirim ke Budi."
    talk.wait_for("Di sini perlu bantuan")
    talk.wait(120)
    assert told(talk) == ["emergency"], "once is enough"


def test_that_it_was_sent_is_not_said_before_it_is_known() -> None:
    talk = emergency()
    talk.wait_for("Di sini perlu bantuan")
    talk.wait(60)
    assert not any("dikirim" in text for text in talk.texts)
    talk.send(Told(talk.now, "emergency", False))
    assert talk.saying == "Pesan gagal. Minta tolong orang di dekat Anda."
    talk.wait_for("Di sini perlu bantuan")


def test_a_false_alarm_in_time_is_told_to_nobody() -> None:
    talk = emergency()
    talk.wait_for("bilang: tidak apa-apa")
    talk.hear("false_alarm")
    talk.to_end()
    assert told(talk) == []


def test_a_late_false_alarm_is_told_as_well() -> None:
    talk = emergency()
    talk.wait_for("Di sini perlu bantuan")
    talk.hear("false_alarm")
    talk.hear("yes")
    assert told(talk) == ["emergency", "all_clear"]
    talk.send(Told(talk.now, "all_clear", True))
    assert talk.saying == "Sudah saya kabari Budi bahwa Anda tidak apa-apa."
    talk.hear("emergency", sign="breath")
    talk.wait_for("Di sini perlu bantuan")
    assert told(talk) == ["emergency", "all_clear", "emergency"]


@pytest.mark.parametrize("warnings", [False, True])
def test_other_signs_are_told_only_if_wanted(warnings: bool) -> None:
    talk = Talk(who="Budi", warnings=warnings)
    talk.hear("cramp_now")
    talk.hear("swollen", sign="swollen")
    talk.hear("swollen", sign="warm")
    assert told(talk) == (["warning"] if warnings else [])


def test_without_anybody_nothing_is_told() -> None:
    talk = emergency(who="", warnings=True)
    talk.hear("swollen", sign="swollen")
    talk.wait_for("Di sini perlu bantuan")
    assert told(talk) == []


def test_an_answer_that_comes_after_the_end_is_still_said() -> None:
    talk = emergency()
    talk.wait_for("Di sini perlu bantuan")
    for intent in ("stop", "yes", "stop"):
        talk.hear(intent)
    talk.state, acts = policy.step(talk.state, Told(talk.now, "emergency", False), SCRIPT)
    assert any("gagal" in getattr(act, "text", "") for act in acts)


def test_who_is_told_outlives_a_crash() -> None:
    talk = emergency()
    talk.wait_for("Di sini perlu bantuan")
    state = from_json(to_json(talk.state))
    assert state.tell == "Budi" and ("message", "emergency") in state.facts
