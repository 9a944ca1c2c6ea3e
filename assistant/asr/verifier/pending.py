"""Doubtful phrases while nobody is expected to speak, and what a second opinion makes of them."""

from dataclasses import dataclass

from assistant.asr.events import Utterance
from assistant.asr.verifier.compare import Verdict, compare
from assistant.asr.verifier.verifier import Verifier
from assistant.nlu import Interpretation, Interpreter
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent

ALWAYS_ASKED = (*DANGER_INTENTS, "tolong")
"""A cry for help is asked about at once, whatever anybody else may think of it."""


@dataclass(frozen=True)
class VerifiedIntent:
    """A doubtful phrase and the verdict on it."""

    intent: Intent
    verdict: Verdict
    likeness: float
    """Of the phrase and what was written down, 0 to 1."""

    seconds: float


class PendingVerification:
    """At most one phrase waits for an opinion."""

    def __init__(self, opinions: Verifier, understander: Interpreter) -> None:
        self._opinions = opinions
        self._understander = understander
        self._waiting: Intent | None = None
        self._words = ""

    def submit(self, heard: Utterance, meaning: Interpretation) -> bool:
        """Whether an opinion on this was asked for; if not, it is to be asked about as ever."""
        intent = meaning.intent
        if intent is None or not heard.doubtful or not meaning.accepted or heard.sound is None:
            return False
        if intent.name in ALWAYS_ASKED or not self._opinions.submit(heard.sound):
            return False
        self._waiting, self._words = intent, heard.words
        return True

    def poll(self) -> VerifiedIntent | None:
        """The verdict, once; without an answer in time the phrase stays doubtful."""
        opinion = self._opinions.poll()
        if opinion is None or self._waiting is None:
            return None
        intent, self._waiting = self._waiting, None
        if opinion.text is None:
            return VerifiedIntent(intent, Verdict.UNSURE, 0.0, opinion.seconds)
        found = compare(opinion.text, self._words, intent, self._understander)
        return VerifiedIntent(intent, found.verdict, found.likeness, opinion.seconds)
