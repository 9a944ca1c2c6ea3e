"""What is passed over while others talk."""

from dataclasses import replace

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


def counts(
    others: OthersTalk,
    heard: Utterance,
    said: Meaning,
    state: ListeningState = IDLE,
    unconfirmed: bool = False,
) -> str:
    """``acted on``, ``asked``, or the reason to ignore it."""
    weighed, ignored = others.weigh(heard, said, state, unconfirmed)
    return ignored or ("acted on" if weighed.accepted else "asked" if weighed.doubtful else "")


def test_a_doubtful_call_among_others_talk_is_passed_over() -> None:
    assert counts(OthersTalk(), call(0), meaning()) == PASSED_OVER


def test_in_a_quiet_room_it_is_asked_about() -> None:
    assert counts(OthersTalk(), call(0, crowded=False), meaning()) == "asked"


def test_the_same_call_again_is_asked_about() -> None:
    others = OthersTalk()
    counts(others, call(0), meaning())
    assert counts(others, call(8), meaning()) == "asked"


@pytest.mark.parametrize(
    ("at", "sign"), [(REPEATED + 5, "chest"), (8, "stroke")], ids=["later", "another sign"]
)
def test_something_else_or_much_later_is_no_repetition(at: float, sign: str) -> None:
    others = OthersTalk()
    counts(others, call(0), meaning("emergency", sign="chest"))
    assert counts(others, call(at), meaning("emergency", sign=sign)) == PASSED_OVER


@pytest.mark.parametrize(
    ("share", "outcome"), [(0.9, PASSED_OVER), (0.985, "asked"), (0.999, "acted on")]
)
def test_how_sure_a_call_must_be(share: float, outcome: str) -> None:
    assert counts(OthersTalk(), call(0), meaning(share=share, accepted=True)) == outcome


def test_a_danger_out_of_others_talk_is_asked_about_first() -> None:
    danger = meaning("emergency", 1.0, accepted=True, sign="stroke")
    assert counts(OthersTalk(), call(0), danger) == "asked"
    assert counts(OthersTalk(), call(0, crowded=False), danger) == "acted on"


def test_in_a_conversation_nothing_is_passed_over() -> None:
    assert counts(OthersTalk(), call(0), meaning(), TALK) == "asked"


def test_an_unsure_answer_to_an_uncalled_guide_is_only_a_doubt() -> None:
    others, answer = OthersTalk(), meaning("yes", 0.8, accepted=True)
    assert counts(others, call(0), answer, TALK, unconfirmed=True) == "asked"
    assert counts(others, call(0), answer, TALK) == "acted on"
    assert counts(others, call(0, crowded=False), answer, TALK, unconfirmed=True) == "acted on"
    sure = meaning("yes", 0.99, accepted=True)
    assert counts(others, call(0), sure, TALK, unconfirmed=True) == "acted on"


def test_what_a_nearer_speaker_cut_off_counts_only_if_it_was_understood_or_is_a_danger() -> None:
    cut = replace(call(0, crowded=False), cut_off=True)
    assert counts(OthersTalk(), cut, meaning(), TALK) == PASSED_OVER
    assert counts(OthersTalk(), cut, meaning(accepted=True), TALK) == "acted on"
    assert counts(OthersTalk(), cut, meaning("other_sign", sign="chest"), TALK) == "asked"
