"""A call that is not certain counts when silence follows it, or another call."""

import pytest

from assistant.asr.listener_events import Utterance
from assistant.dialogue.events import Doubtful, Understood
from assistant.nlu.intent import Intent
from assistant.runtime.held_call import PATIENCE, SILENCE, HeldCall

CRAMP = Intent("cramp_now", {}, 0.8, "kaki saya kram")
FALL = Intent("emergency", {"sign": "jatuh"}, 0.9, "saya jatuh")


def speech(start: float, seconds: float = 1.5, level: float = -20.0) -> Utterance:
    return Utterance("kata lain", 0.0, False, start, start + seconds, level=level)


def held(call: Doubtful | Understood, end: float = 1.5) -> HeldCall:
    waiting = HeldCall()
    assert waiting.heard(speech(end - 1.5), call, sure=False) is None
    return waiting


def test_a_doubtful_call_counts_after_silence_once() -> None:
    waiting = held(Doubtful(1.5, CRAMP))
    assert waiting.due(1.5 + SILENCE - 0.1, speaking=False) is None
    assert waiting.due(1.5 + SILENCE, speaking=False) == Doubtful(1.5 + SILENCE, CRAMP)
    assert waiting.due(9.0, speaking=False) is None


def test_whoever_goes_on_talking_has_not_called() -> None:
    waiting = held(Doubtful(1.5, CRAMP))
    assert waiting.due(9.0, speaking=True) is None
    assert waiting.heard(speech(2.5), None, sure=False) is None
    assert waiting.due(9.0, speaking=False) is None


@pytest.mark.parametrize(
    "after",
    [speech(2.0, seconds=0.4), speech(2.0, seconds=5.0, level=-29.0)],
    ids=["a moan", "somebody farther away"],
)
def test_what_is_no_going_on(after: Utterance) -> None:
    waiting = held(Doubtful(1.5, CRAMP))
    assert waiting.heard(after, None, sure=False) is None
    assert waiting.due(after.end + SILENCE, speaking=False) is not None


def test_a_probable_call_that_was_talked_over_is_asked_about_in_the_next_silence() -> None:
    waiting = held(Understood(1.5, CRAMP))
    assert waiting.heard(speech(2.0), None, sure=False) is None
    assert waiting.due(1.5 + SILENCE, speaking=False) is None
    assert waiting.due(3.5 + SILENCE, speaking=False) == Doubtful(3.5 + SILENCE, CRAMP)


def test_it_does_not_wait_for_ever() -> None:
    waiting = held(Understood(1.5, CRAMP))
    for at in range(2, 2 + int(PATIENCE)):
        waiting.heard(speech(float(at), seconds=0.9), None, sure=False)
    assert waiting.due(30.0, speaking=False) is None


def test_a_second_call_counts_at_once() -> None:
    waiting = held(Doubtful(1.5, CRAMP))
    again = Doubtful(4.0, CRAMP)
    assert waiting.heard(speech(2.0), again, sure=False) == again
    assert waiting.due(9.0, speaking=False) is None


def test_of_two_calls_the_danger_counts() -> None:
    waiting = held(Doubtful(1.5, FALL))
    assert waiting.heard(speech(2.0), Doubtful(4.0, CRAMP), sure=False) == Doubtful(4.0, FALL)


def test_a_certain_call_counts_at_once() -> None:
    call = Understood(1.5, CRAMP)
    assert HeldCall().heard(speech(0.0), call, sure=True) == call
