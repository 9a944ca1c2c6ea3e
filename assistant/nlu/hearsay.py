"""Somebody else's opinion: "kata anak saya tidak apa-apa" takes nothing back.

What a relative thinks of a sign is no denial of it by the one who feels it, and no all-clear. A
sign that is reported this way stays a sign; a denial is asked about.
"""

import re
from dataclasses import replace

from assistant.nlu.intent import Interpretation
from assistant.nlu.reason import InterpretationReason

FALSE_ALARM, _STROKE = "false_alarm", "stroke"

_OPINION = re.compile(
    r"\b(?:kata|menurut|jare|jarene|ujare|sanjange|criose|ngendikane|ceuk)\s"
    r"+(?!saya\b|aku\b|gue\b)\w"
    r"|(?<!^saya)(?<!^aku)(?<!^gue)(?<!\bdia)(?<!^beliau)(?<!^tolong)\s+bilang\s+(?!saja\b|aja\b)\w"
)
"""Words that report what another person thinks. What the patient says ("dia bilang", "katanya")
is told by a helper, and counts."""

_NOTHING = re.compile(r"\b(?:apa apa|opo opo|popo|nopo nopo|nanaon)\b")
"""After a negation: nothing is wrong. "Bilang tidak apa-apa" is no failing speech."""


def doubt_hearsay(found: Interpretation, words: str) -> Interpretation:
    """Drop an all-clear that is somebody's opinion, and doubt a denial; ``words``: normalised."""
    intent = found.intent
    if intent is None or not _OPINION.search(words):
        return found
    nothing = _NOTHING.search(words)
    # of "menurut anak saya tidak apa apa" the child is no topic, and the speech does not fail
    misread = nothing and (intent.name == "ask" or intent.slots.get("sign") == _STROKE)
    if intent.name == FALSE_ALARM or misread:
        return replace(found, intent=None, accepted=False, reason=InterpretationReason.AMBIGUOUS)
    if intent.slots.get("negated") != "yes":
        return found
    slots = {**intent.slots, "negated": "unsure"}
    return replace(
        found,
        intent=replace(intent, slots=slots),
        accepted=False,
        reason=InterpretationReason.UNSURE_NEGATION,
    )
