"""Answers to the question whether one leg is unlike the other."""

import re

from assistant.nlu.intent import Intent

_DENIAL = r"(tidak|nggak|enggak|gak|ga|ndak|ora|teu|tak|tiada|tanpa|mboten|belum)"

_SAME = r"(sama|podo|podho|padha|sami|samo|serupa)"
_ALIKE = re.compile(rf"\b{_SAME}\b")
_NO_DIFFERENCE = re.compile(rf"\b{_DENIAL}( \w+){{0,3}} (beda|bedo|aneh)\w*\b")
_NOT_ALIKE = re.compile(rf"\b({_DENIAL}|kurang) {_SAME}\b(?! sekali)")
_DIFFERENCE = re.compile(r"\b(beda|bedo|berbeda|bedane|bedanya)\b")

_DENIED = re.compile(rf"\b{_DENIAL}\b")

_COMPARISONS = frozenset({"still_hurts", "better_partly", "both", "other_leg", "repeat"})
"""Intents as which "sama saja" may be understood."""

_NO_COMPARISON = frozenset({"dont_know", "pause", "situation", "help_menu"})


def as_comparison(intent: Intent) -> Intent:
    """What ``intent`` answers to the question whether one leg is unlike the other.

    "Sama aja dua-duanya" is a no, "nggak sama", "kok beda" and "yang kiri" are a yes.
    """
    if {"sign", "topic"} & set(intent.slots) or intent.name in _NO_COMPARISON:
        return intent
    text = intent.text
    no_difference = bool(_NO_DIFFERENCE.search(text))
    if _NOT_ALIKE.search(text) or (_DIFFERENCE.search(text) and not no_difference):
        return Intent("yes", dict(intent.slots), intent.confidence, text)
    comparing = intent.name in _COMPARISONS
    if comparing and (no_difference or _ALIKE.search(text)):
        return Intent("no", {}, intent.confidence, text)
    if intent.name in ("left", "right") and not _DENIED.search(text):
        return Intent("yes", dict(intent.slots), intent.confidence, text)
    return intent
