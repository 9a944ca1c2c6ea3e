"""Compares the verifier's transcript with the phrase that the recogniser proposed."""

from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter
from assistant.nlu.intent import Intent
from assistant.nlu.templates.normalise import normalise

LIKE = 0.8
"""Letter similarity (normalised indel similarity, 0 to 1) from which it is the same phrase."""

UNLIKE = 0.5
"""Similarity below which it is another phrase, unless it has the same meaning."""


class Verdict(StrEnum):
    """Outcome of a verification, as the event log has it."""

    AGREES = "agrees"
    UNSURE = "unsure"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class Comparison:
    """Similarity of a transcript and a phrase."""

    likeness: float
    """Letter similarity, 0 to 1."""

    same: bool
    """Whether the transcript has the same intent and slots."""

    @property
    def verdict(self) -> Verdict:
        """The outcome by the thresholds."""
        if self.same or self.likeness >= LIKE:
            return Verdict.AGREES
        return Verdict.DISAGREES if self.likeness < UNLIKE else Verdict.UNSURE


def compare(text: str, phrase: str, intent: Intent, understander: Interpreter) -> Comparison:
    """Compare a transcript with the proposed ``phrase`` and its intent, in the idle state."""
    letters = [normalise(one).replace(" ", "") for one in (text, phrase)]
    meaning = understander.interpret(text, ListeningState.IDLE)
    same = (
        meaning.accepted and meaning.intent is not None
        and (meaning.intent.name, meaning.intent.slots) == (intent.name, intent.slots)
    )  # fmt: skip
    return Comparison(round(fuzz.ratio(*letters) / 100, 3) if all(letters) else 0.0, same)
