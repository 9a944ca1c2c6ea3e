"""A conversation that only a doubt has opened: other people's talk leads nowhere."""

import pytest

from assistant.dialogue.acts import Act, Ask, Say
from assistant.dialogue.events import Doubtful, NotUnderstood, Understood
from assistant.nlu.intent import Intent
from tests.support.dialogue_driver import Talk


def doubted(intent: str = "cramp_now", **slots: str) -> Talk:
    talk = Television()
    talk.doubt(intent, **slots)
    return talk


class Television(Talk):
    """What is said may be a television's."""

    def hear(self, intent: str, **slots: str) -> tuple[Act, ...]:
        return self.send(Understood(self.now, Intent(intent, slots), crowded=True))

    def doubt(self, intent: str, **slots: str) -> tuple[Act, ...]:
        return self.send(Doubtful(self.now, Intent(intent, slots), crowded=True))

    def mumble(self) -> tuple[Act, ...]:
        return self.send(NotUnderstood(self.now, crowded=True))


def spoken(talk: Talk) -> int:
    return sum(isinstance(act, Say | Ask) for act in talk.acts)


@pytest.mark.parametrize("intent", ["cramp_now", "tolong", "emergency"])
def test_talk_that_goes_on_through_the_question_ends_it_in_silence(intent: str) -> None:
    talk = doubted(intent, **({"sign": "stroke"} if intent == "emergency" else {}))
    talk.mumble()
    talk.mumble()
    assert talk.state.name == "idle"
    assert spoken(talk) == 1


@pytest.mark.parametrize("intent", ["better", "louder", "causes", "situation", "next", "pause"])
def test_ordinary_words_count_for_nothing_before_the_call_is_confirmed(intent: str) -> None:
    talk = doubted()
    before = spoken(talk)
    talk.hear(intent)
    assert spoken(talk) == before
    assert talk.state.name.startswith("talk")


def test_yes_or_the_call_again_confirms_it() -> None:
    for answer in ("yes", "cramp_now"):
        talk = doubted()
        talk.hear(answer)
        assert talk.state.name.startswith("acute")
        assert talk.state.unconfirmed == 0


def test_among_others_talk_a_doubtful_call_for_help_needs_two_words_for_an_alarm() -> None:
    talk = doubted("tolong")
    talk.hear("yes")
    assert not talk.state.name.startswith("emergency")
    assert "butuh bantuan" in talk.saying.lower()
    talk.hear("yes")
    assert talk.state.name.startswith("emergency")


def test_a_danger_is_asked_about_by_its_name_but_only_once() -> None:
    talk = doubted()
    talk.doubt("emergency", sign="chest")
    assert "dada" in talk.saying.lower()
    before = spoken(talk)
    talk.doubt("emergency", sign="stroke")
    talk.doubt("emergency", sign="faint")
    assert spoken(talk) == before
    assert talk.state.name == "idle"


def test_a_danger_that_is_understood_always_counts() -> None:
    talk = doubted()
    talk.hear("emergency", sign="chest")
    assert talk.state.name.startswith("emergency")


def test_once_confirmed_mumbling_does_not_end_the_guide() -> None:
    talk = doubted()
    talk.hear("yes")
    for _ in range(5):
        talk.mumble()
    assert talk.state.name.startswith("acute")


def test_in_a_quiet_room_the_question_stays_until_it_is_answered() -> None:
    talk = Talk()
    talk.doubt("wound", sign="nail")
    talk.mumble()
    talk.mumble()
    talk.mumble()
    assert talk.state.name.startswith("talk")
    talk.hear("yes")
    assert ("sign", "nail") in talk.state.facts


def test_in_a_quiet_room_one_yes_calls_for_help() -> None:
    talk = Talk()
    talk.doubt("tolong")
    talk.hear("yes")
    assert talk.state.name.startswith("emergency")


def test_two_signs_that_are_hardly_heard_are_no_alarm() -> None:
    """ "Mencong sebelah" (0.64), then "bikin jatuh" (0.15), of people who talk of travelling."""
    talk = doubted("emergency", sign="stroke")
    weak = Intent("emergency", {"sign": "fall"}, 0.15)
    talk.send(Doubtful(talk.now, weak, crowded=True))
    talk.send(Doubtful(talk.now, weak, crowded=False))
    assert not talk.state.name.startswith("emergency")


def test_two_signs_that_are_well_heard_are_one() -> None:
    talk = doubted("emergency", sign="stroke")
    talk.send(Doubtful(talk.now, Intent("emergency", {"sign": "faint"}, 0.8)))
    assert talk.state.name.startswith("emergency")
