"""What is passed over while others talk."""

import pytest

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.others_talk import REPEATED, OthersTalk

IDLE, TALK = ListeningState.IDLE, ListeningState.CONVERSATION
PASSED_OVER = RejectionReason.OTHERS_TALK


def call(at: float, crowded: bool = True) -> Utterance:
    return Utterance("kaki kram", 0.6, False, at, at + 2, crowded=crowded)


def meaning(
    name: str = "cramp_now", share: float = 0.6, accepted: bool = False, **slots: str
) -> Meaning:
    found = Interpretation(
        Intent(name, slots, share), accepted, 1.0, reason=InterpretationReason.NEAR
    )
    return Meaning(found, "kaki kram", share, accepted, not accepted)


def test_a_doubtful_call_among_others_talk_is_passed_over() -> None:
    assert OthersTalk().reason_to_ignore(call(0), meaning(), IDLE) == PASSED_OVER


def test_in_a_quiet_room_it_is_asked_about() -> None:
    assert OthersTalk().reason_to_ignore(call(0, crowded=False), meaning(), IDLE) is None


def test_the_same_call_again_is_asked_about() -> None:
    others = OthersTalk()
    others.reason_to_ignore(call(0), meaning(), IDLE)
    assert others.reason_to_ignore(call(8), meaning(), IDLE) is None


@pytest.mark.parametrize(
    ("at", "sign"), [(REPEATED + 5, "chest"), (8, "stroke")], ids=["later", "another sign"]
)
def test_something_else_or_much_later_is_no_repetition(at: float, sign: str) -> None:
    others = OthersTalk()
    others.reason_to_ignore(call(0), meaning("emergency", sign="chest"), IDLE)
    ignored = others.reason_to_ignore(call(at), meaning("emergency", sign=sign), IDLE)
    assert ignored == PASSED_OVER


def test_a_sure_call_counts_whoever_talks() -> None:
    assert OthersTalk().reason_to_ignore(call(0), meaning(share=0.99, accepted=True), IDLE) is None


def test_in_a_conversation_nothing_is_passed_over() -> None:
    assert OthersTalk().reason_to_ignore(call(0), meaning(), TALK) is None


def test_an_unsure_answer_to_an_uncalled_guide_is_only_a_doubt() -> None:
    others, answer = OthersTalk(), meaning("yes", 0.8, accepted=True)
    assert not others.weighed(call(0), answer, unconfirmed=True).accepted
    assert others.weighed(call(0), answer, unconfirmed=False).accepted
    assert others.weighed(call(0, crowded=False), answer, unconfirmed=True).accepted
    sure = meaning("yes", 0.99, accepted=True)
    assert others.weighed(call(0), sure, unconfirmed=True).accepted
