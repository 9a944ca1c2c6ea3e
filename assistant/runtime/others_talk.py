"""What is not asked about while others talk."""

from dataclasses import replace

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning
from assistant.nlu.intent import Intent

REPEATED = 20.0
"""Seconds within which a call that was passed over is asked about when it comes again."""

SURE = 0.95
"""Confidence from which a call is acted on although others talk."""


class OthersTalk:
    """Passes over a doubtful call while others talk, unless it comes twice.

    Talk that is not meant for the guide contains something like a call every few minutes. Whoever
    needs help calls again; other people's talk does not say the same thing twice.
    """

    def __init__(self) -> None:
        self._passed_over: tuple[str, ...] = ()
        self._at = -REPEATED

    def weighed(self, heard: Utterance, meaning: Meaning, unconfirmed: bool) -> Meaning:
        """``meaning`` as it counts: an answer to a guide that perhaps nobody called must be sure.

        ``unconfirmed``: only a doubt has opened the conversation.
        """
        if not (unconfirmed and heard.crowded and meaning.accepted) or meaning.probability >= SURE:
            return meaning
        return replace(meaning, accepted=False, doubtful=True)

    def reason_to_ignore(
        self, heard: Utterance, meaning: Meaning, state: ListeningState
    ) -> RejectionReason | None:
        """Why ``heard`` is ignored; None if it counts."""
        intent = meaning.intent
        sure = meaning.accepted and meaning.probability >= SURE
        if state != ListeningState.IDLE or not heard.crowded or intent is None or sure:
            return None
        if not (meaning.accepted or meaning.doubtful):
            return None
        said, before = _what(intent), self._passed_over
        again = said == before and heard.start - self._at <= REPEATED
        self._passed_over, self._at = (() if again else said), heard.end
        return None if again else RejectionReason.OTHERS_TALK


def _what(intent: Intent) -> tuple[str, ...]:
    slots = intent.slots
    return (intent.name, *(slots.get(name, "") for name in ("negated", "topic", "sign")))
