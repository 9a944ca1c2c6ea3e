"""Somebody else's opinion: "kata anak saya tidak apa-apa" takes nothing back.

What a relative thinks of a sign is no denial of it by the one who feels it, and no all-clear. A
sign that is reported this way stays a sign; a denial is asked about.
"""

import re
from dataclasses import replace

from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.reason import InterpretationReason

FALSE_ALARM, _STROKE = "false_alarm", "stroke"

_OPINION = re.compile(
    r"\b(?:kata|menurut|jare|jarene|ujare|sanjange|criose|ngendikane|ceuk)\s"
    r"+(?!saya\b|aku\b|gue\b)\w"
    r"|(?<!^saya)(?<!^aku)(?<!^gue)(?<!\bdia)(?<!^beliau)(?<!^tolong)\s+bilang\s+(?!saja\b|aja\b)\w"
)
"""Words that report what another person thinks. What the patient says ("dia bilang", "katanya")
is told by a helper, and counts."""

_BELITTLES = re.compile(
    r"\b(?:cuma|hanya|mung|mek|paling|usah|perlu|lebay|khawatir|panik|heboh|biasa|umur|tua|sembuh"
    r"|hilang|ilang|mari|kecapekan|kelelahan|kesel|capek|masuk angin|kerokan|kerik|terlalu"
    r"|apa apa|opo opo|popo|nopo nopo|nanaon)\b"
)
"""Words of an opinion that make little of it."""

_SOOTHES = re.compile(r"\b(?:usah|perlu|jangan)\s(?:panik|khawatir|takut|heboh|lebay|cemas)\b")

_PLAYS_DOWN = "plays_down"

_OPENS = 3
"""Words before an opinion that is the whole sentence: "anak saya bilang"."""

_NOTHING = re.compile(r"\b(?:apa apa|opo opo|popo|nopo nopo|nanaon)\b")
"""After a negation: nothing is wrong. "Bilang tidak apa-apa" is no failing speech."""


_TURNED_AROUND = frozenset({"ask", "see_doctor", "calling"})
"""Intents that a part of an opinion resembles: "kata istri saya nggak usah ke dokter"."""

_FEAR = {"situation": "fear"}


_ASKS = re.compile(
    r"\b(?:kan|apakah|katanya|jarene|dibilang|kalau|kalo|boleh|(?:nggak|gak|ga|ora) (?:sih|ya))\b"
)
"""Words with which "nggak apa-apa" asks or reports and takes nothing back."""


def _played_down(found: Interpretation, words: str) -> Interpretation:
    """``found`` as an opinion that makes little of it."""
    reason = InterpretationReason.AMBIGUOUS
    return replace(found, intent=Intent(_PLAYS_DOWN, {}, 1.0, words), accepted=True, reason=reason)


def doubt_hearsay(found: Interpretation, words: str, idle: bool = False) -> Interpretation:
    """Drop an all-clear that is somebody's opinion, and doubt a denial; ``words``: normalised.

    In a conversation the opinion is answered; ``idle``: nobody has spoken to the guide.
    """
    intent, opinion = found.intent, _OPINION.search(words)
    if intent is not None and intent.name == FALSE_ALARM and not idle and _ASKS.search(words):
        return _played_down(found, words)
    if opinion is None:
        return found
    whole = len(words[: opinion.start()].split()) <= _OPENS
    belittles = whole and not idle and _BELITTLES.search(words[opinion.start() :])
    if intent is None:
        return _played_down(found, words) if belittles else found
    nothing = _NOTHING.search(words)
    # of "menurut anak saya tidak apa apa" the child is no topic, and the speech does not fail
    misread = whole and nothing and (intent.name == "ask" or intent.slots.get("sign") == _STROKE)
    if intent.name == FALSE_ALARM or misread:
        if not idle and whole:
            return _played_down(found, words)
        return replace(found, intent=None, accepted=False, reason=InterpretationReason.AMBIGUOUS)
    about = intent.name in _TURNED_AROUND or intent.slots == _FEAR or _SOOTHES.search(words)
    if belittles and (about or intent.name == _PLAYS_DOWN) and "sign" not in intent.slots:
        return _played_down(found, words)
    if intent.slots.get("negated") != "yes":
        return found
    slots = {**intent.slots, "negated": "unsure"}
    return replace(
        found,
        intent=replace(intent, slots=slots),
        accepted=False,
        reason=InterpretationReason.UNSURE_NEGATION,
    )
