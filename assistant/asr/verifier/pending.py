"""Verification of doubtful phrases in the idle state: submit, then poll for the verdict."""

from dataclasses import dataclass

from assistant.asr.listener_events import Utterance
from assistant.asr.verifier.compare import Verdict, compare
from assistant.asr.verifier.verifier import Verifier
from assistant.nlu import Interpretation, Interpreter
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent

ALWAYS_ASKED = (*DANGER_INTENTS, "tolong")
"""Intents that are confirmed with the user at once, without verification: calls for help."""


@dataclass(frozen=True)
class VerifiedIntent:
    """A doubtful phrase and the verdict on it."""

    intent: Intent
    verdict: Verdict
    likeness: float
    """Letter similarity of phrase and transcript, 0 to 1."""

    seconds: float
    """How long the verification took."""


class PendingVerification:
    """Holds at most one phrase that awaits verification."""

    def __init__(self, verifier: Verifier, understander: Interpreter) -> None:
        self._verifier = verifier
        self._understander = understander
        self._waiting: Intent | None = None
        self._words = ""

    def submit(self, heard: Utterance, meaning: Interpretation) -> bool:
        """True if verification was requested; otherwise the caller asks the user to confirm."""
        intent = meaning.intent
        if intent is None or not heard.doubtful or not meaning.accepted or heard.sound is None:
            return False
        if intent.name in ALWAYS_ASKED or not self._verifier.submit(heard.sound):
            return False
        self._waiting, self._words = intent, heard.words
        return True

    def poll(self) -> VerifiedIntent | None:
        """The verdict, once; ``UNSURE`` after a timeout. None while there is nothing new."""
        verification = self._verifier.poll()
        if verification is None or self._waiting is None:
            return None
        intent, self._waiting = self._waiting, None
        if verification.text is None:
            return VerifiedIntent(intent, Verdict.UNSURE, 0.0, verification.seconds)
        found = compare(verification.text, self._words, intent, self._understander)
        return VerifiedIntent(intent, found.verdict, found.likeness, verification.seconds)
