"""A danger sign heard over the guide's voice: acted on only when nothing harmless fits as well.

Over the guide few phrases are listened for, and most of them are danger signs. So an uncertain one
is asked about by its name: an alarm that nobody gave costs trust, a dropped one may cost a life.
"""

from collections.abc import Iterable
from dataclasses import replace

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent

ACTED_ON = 0.99
"""Confidence from which a danger sign over the guide is acted on without a question."""


def weigh_danger(
    heard: Utterance, meaning: Meaning, state: ListeningState, near: Iterable[Intent | None]
) -> tuple[Utterance, Meaning]:
    """What counts of an utterance over the guide if it means a danger; others are unchanged.

    ``near``: the intents of the phrases that fit nearly as well. Free speech weighs its own
    alternatives, and is not decoded with the barge-in grammar.
    """
    intent = meaning.intent
    if intent is None or intent.name not in DANGER_INTENTS or not meaning.accepted:
        return heard, meaning
    if not heard.over_prompt or heard.alternatives or state != ListeningState.CONVERSATION:
        return heard, meaning
    if heard.rejection not in (None, RejectionReason.LOW_CONFIDENCE):
        return heard, meaning
    harmless = any(one is None or one.name not in DANGER_INTENTS for one in near)
    if heard.rejection is None and heard.confidence >= ACTED_ON and not harmless:
        return heard, meaning
    return replace(heard, rejection=None), replace(meaning, accepted=False, doubtful=True)
