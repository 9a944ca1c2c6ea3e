"""A danger sign over the guide's voice is acted on, asked about, or left as it was."""

from dataclasses import replace

import pytest

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Alternative, Meaning
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.danger_over_prompt import ACTED_ON, weigh_danger

TALK = ListeningState.CONVERSATION
SURE = Utterance("saya sesak napas", 0.999, True, 1.0, 2.0, over_prompt=True)
UNSURE = replace(SURE, confidence=0.9)
DROPPED = replace(SURE, confidence=0.5, rejection=RejectionReason.LOW_CONFIDENCE)


def meaning(name: str = "emergency", accepted: bool = True) -> Meaning:
    intent = Intent(name, {"sign": "breath"}, 1.0)
    found = Interpretation(intent, accepted, 1.0, reason=InterpretationReason.EXACT)
    return Meaning(found, "saya sesak napas", 1.0, accepted, False)


@pytest.mark.parametrize(
    ("heard", "near", "asked"),
    [
        (SURE, (), False),
        (replace(SURE, confidence=ACTED_ON), (), False),
        (SURE, (Intent("numb"),), False),
        (SURE, (Intent("better"),), True),
        (SURE, (None,), True),
        (UNSURE, (), True),
        (DROPPED, (), True),
    ],
)
def test_an_uncertain_danger_is_asked_about(
    heard: Utterance, near: tuple[Intent | None, ...], asked: bool
) -> None:
    weighed, what = weigh_danger(heard, meaning(), TALK, near)
    assert weighed.rejection is None
    assert (what.accepted, what.doubtful) == (not asked, asked)


@pytest.mark.parametrize(
    ("heard", "what", "state"),
    [
        (replace(UNSURE, over_prompt=False), meaning(), TALK),
        (UNSURE, meaning("better"), TALK),
        (UNSURE, meaning(accepted=False), TALK),
        (UNSURE, meaning(), ListeningState.IDLE),
        (replace(UNSURE, alternatives=(Alternative("saya sesak", 1.0),)), meaning(), TALK),
        (replace(DROPPED, rejection=RejectionReason.SELF_ECHO), meaning(), TALK),
        (replace(DROPPED, rejection=RejectionReason.TOO_SHORT), meaning(), TALK),
        (replace(DROPPED, rejection=RejectionReason.ECHO_NOT_ALIGNED), meaning(), TALK),
    ],
)
def test_everything_else_is_left_as_it_was(
    heard: Utterance, what: Meaning, state: ListeningState
) -> None:
    assert weigh_danger(heard, what, state, (Intent("better"),)) == (heard, what)
