"""Who speaks for somebody else: "suami saya kakinya ketarik" is told by a helper.

Only clear cases: elderly people call themselves "nenek" and "mbah", so "betis mbah kram" stays
the speaker's own.
"""

import re
from dataclasses import replace

from assistant.nlu.intent import Interpretation, add_slot
from assistant.nlu.thresholds import CRAMP_INTENTS

CARER = "carer"
"""The situation of who speaks for somebody else."""

_NEAR = r"(?:suami|istri|isteri|bini|bojo|laki|pasien|anak|cucu|mertua|majikan)"
"""Relatives that nobody is to themselves."""

_OWN = r"(?:saya|aku|gue|gua|kula|kulo|kami|kita|abdi|ambo)"
_KIN = (
    rf"(?:{_NEAR}(?:ku|nya)?(?: {_OWN})?"
    rf"|(?:nenek|kakek|mbah|simbah|eyang|opa|oma|ibu|bapak|mama|papa|ayah|emak|bibi|paman|adik|kakak)"
    rf"(?:ku| {_OWN}))"
)
_LEG = r"(?:kaki|betis|paha|sikil|kempol|wentis|tungkai|bitis|tumit|telapak)"
_HAS = r"(?:kram|keram|karam|kesakitan|ketarik|kejang otot|hamil|mengandung)"

_FOR_ANOTHER = re.compile(
    rf"\b{_KIN}(?: \w+){{0,2}} {_LEG}(?:nya|ne|e|na)\b"
    rf"|\b{_KIN}(?: (?:tiba|mendadak|lagi|tadi|ini|baru|sedang|malah))* {_HAS}\b"
    rf"|\b{_LEG}(?:nya|ne|e)? {_NEAR}(?:ku|nya)?\b"
    rf"|\bsaya (?:perawat|suster|pengasuh|yang jaga|yang merawat)"
)


def told_by_carer(found: Interpretation, words: str) -> Interpretation:
    """``found`` with the situation of a helper, if ``words`` (normalised) tell another's cramp."""
    intent = found.intent
    if intent is None or intent.name not in CRAMP_INTENTS or not _FOR_ANOTHER.search(words):
        return found
    slots = dict(intent.slots)
    add_slot(slots, "situation", CARER)
    return replace(found, intent=replace(intent, slots=slots))
