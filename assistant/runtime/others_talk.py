"""How much an utterance counts while others talk."""

from dataclasses import replace

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent

REPEATED = 20.0
"""Seconds within which a call that was passed over is asked about when it comes again."""

ACTED_ON = 0.995
"""Confidence from which a call among others' talk is acted on."""

ASKED_ABOUT = 0.98
"""The same for asking about it, and for an answer to a guide that perhaps nobody called."""


class Repetition:
    """Remembers the last call that was passed over."""

    def __init__(self) -> None:
        self._said: tuple[str, ...] = ()
        self._at = -REPEATED

    def comes_again(self, heard: Utterance, intent: Intent) -> bool:
        """Whether ``intent`` was passed over just before; if not, it is remembered."""
        said = _what(intent)
        again = said == self._said and heard.start - self._at <= REPEATED
        self._said, self._at = (() if again else said), heard.end
        return again


class OthersTalk:
    """Weighs what was heard while others talk.

    Talk that is not meant for the guide contains something like a call every few minutes. So a
    doubtful one is passed over, unless it comes twice: whoever needs help calls again, while other
    people's talk does not say the same thing twice. A danger is always asked about first.
    """

    def __init__(self) -> None:
        self._passed_over = Repetition()

    def weigh(
        self, heard: Utterance, meaning: Meaning, state: ListeningState, unconfirmed: bool
    ) -> tuple[Meaning, RejectionReason | None]:
        """What ``meaning`` counts for, and why it is ignored, if it is.

        ``unconfirmed``: only a doubt has opened the conversation.
        """
        intent = meaning.intent
        if heard.cut_off and not meaning.accepted:
            dangerous = meaning.doubtful and intent is not None and intent.name in DANGER_INTENTS
            return meaning, None if dangerous else RejectionReason.OTHERS_TALK
        if not heard.crowded or intent is None or not (meaning.accepted or meaning.doubtful):
            return meaning, None
        sure = meaning.probability if meaning.accepted else 0.0
        if state == ListeningState.IDLE:
            if sure < ASKED_ABOUT and not self._passed_over.comes_again(heard, intent):
                return meaning, RejectionReason.OTHERS_TALK
            if sure < ACTED_ON or intent.name in DANGER_INTENTS:
                return replace(meaning, accepted=False, doubtful=True), None
        elif unconfirmed and meaning.accepted and sure < ASKED_ABOUT:
            return replace(meaning, accepted=False, doubtful=True), None
        return meaning, None


def _what(intent: Intent) -> tuple[str, ...]:
    slots = intent.slots
    return (intent.name, *(slots.get(name, "") for name in ("negated", "topic", "sign")))
