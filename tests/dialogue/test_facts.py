"""The keys of facts: one list, and what version 0.1.0 has written can still be read."""

import json
from pathlib import Path

import pytest

from assistant.core.errors import InputError
from assistant.dialogue import policy
from assistant.dialogue.acts import Say
from assistant.dialogue.facts import FACT_KEYS, Bookkeeping, Medical
from assistant.dialogue.state_json import from_json, to_json
from tests.support.dialogue_driver import SCRIPT

SAVED = (Path(__file__).parents[1] / "data" / "conversation-0.1.0.json").read_text("utf-8").strip()


def test_no_key_is_medical_and_bookkeeping() -> None:
    assert len(FACT_KEYS) == len(Medical) + len(Bookkeeping)


def test_a_conversation_of_0_1_0_is_taken_over() -> None:
    state = from_json(SAVED)
    assert {type(key) for key, _ in state.facts} == {Medical, Bookkeeping}
    assert (Medical.SIGN, "swollen") in state.facts
    assert (Bookkeeping.AWAY, "microphone") in state.facts
    assert (Bookkeeping.KEPT, "kidney") in state.known
    assert json.loads(to_json(state)) == json.loads(SAVED), "and is written as it was"
    after, acts = policy.resume(state, 0.0, SCRIPT)
    assert after.tasks and isinstance(acts[-1], Say)


def test_a_saved_fact_that_nobody_knows_is_refused() -> None:
    data = json.loads(SAVED)
    data["facts"].append(["colour", "red"])
    with pytest.raises(InputError, match="colour"):
        from_json(json.dumps(data))
