"""Does what somebody else has written down agree with the phrase that was proposed?"""

from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz

from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter
from assistant.nlu.intent import Intent
from assistant.nlu.templates.normalise import normalise

LIKE = 0.8
"""Likeness of the letters, 0 to 1, from which it is the same phrase."""

UNLIKE = 0.5
"""Likeness below which it is another, unless it means the same."""


class Verdict(Enum):
    """What a second opinion says."""

    AGREES = "the same"
    UNSURE = "not clear"
    DISAGREES = "something else"


@dataclass(frozen=True)
class Comparison:
    """A text beside a phrase."""

    likeness: float
    """Of the letters, 0 to 1."""

    same: bool
    """Whether the text means what the phrase does."""

    @property
    def verdict(self) -> Verdict:
        """What follows."""
        if self.same or self.likeness >= LIKE:
            return Verdict.AGREES
        return Verdict.DISAGREES if self.likeness < UNLIKE else Verdict.UNSURE


def compare(text: str, phrase: str, intent: Intent, understander: Interpreter) -> Comparison:
    """Compare what was written down with the proposed ``phrase`` and its meaning, in idle."""
    letters = [normalise(one).replace(" ", "") for one in (text, phrase)]
    meaning = understander.interpret(text, ListeningState.IDLE)
    same = (
        meaning.accepted and meaning.intent is not None
        and (meaning.intent.name, meaning.intent.slots) == (intent.name, intent.slots)
    )  # fmt: skip
    return Comparison(round(fuzz.ratio(*letters) / 100, 3) if all(letters) else 0.0, same)
