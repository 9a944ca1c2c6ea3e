"""Compares a verifier's transcript with the phrase that the recogniser proposed."""

from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter
from assistant.nlu.intent import Intent
from assistant.nlu.templates.normalise import normalise

LIKE = 0.8
"""Similarity of the letters, 0 to 1, from which both are the same phrase."""

UNLIKE = 0.5
"""Similarity below which they differ, unless they mean the same."""


class Verdict(StrEnum):
    """Result of a verification, as the event log has it."""

    AGREES = "agrees"
    UNSURE = "unsure"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class Comparison:
    """A transcript compared with a phrase."""

    likeness: float
    """Similarity of the letters, 0 to 1."""

    same: bool
    """Whether both have the same intent and slots."""

    @property
    def verdict(self) -> Verdict:
        """The verdict by both measures."""
        if self.same or self.likeness >= LIKE:
            return Verdict.AGREES
        return Verdict.DISAGREES if self.likeness < UNLIKE else Verdict.UNSURE


def compare(text: str, phrase: str, intent: Intent, understander: Interpreter) -> Comparison:
    """Compare the transcript ``text`` with the proposed ``phrase`` and its intent, in idle."""
    letters = [normalise(one).replace(" ", "") for one in (text, phrase)]
    meaning = understander.interpret(text, ListeningState.IDLE)
    same = (
        meaning.accepted and meaning.intent is not None
        and (meaning.intent.name, meaning.intent.slots) == (intent.name, intent.slots)
    )  # fmt: skip
    return Comparison(round(fuzz.ratio(*letters) / 100, 3) if all(letters) else 0.0, same)
