"""Answers to the question whether one leg is unlike the other."""

import re

from assistant.dialogue.spoken_denial import NEGATION
from assistant.nlu.intent import Intent

_SAME = r"(?:sama|podo|podho|padha|sami|samo|serupa)"
_ALL = r"(?:saja|aja|ae|wae|bae|mawon|weh|ji|dua duanya|keduanya|loro lorone|kabeh|kiri kanan)"
_AS_USUAL = (
    r"(?:normal|aman|biasa (?:saja|aja|wae|ae|mawon|weh)|(?:kayak|seperti|kados|koyo) biasa\w*)"
)
_ALIKE = re.compile(rf"\b(?:{_SAME}|{_AS_USUAL})\b")
_ALL_THE_SAME = re.compile(rf"\b{_SAME} {_ALL}\b")
""" "Ora, podho wae" is heard without its comma, and is no "ora podho"."""

_NO_DIFFERENCE = re.compile(rf"\b{NEGATION}(?: \w+){{0,3}} (?:beda|bedo|aneh)\w*\b")
_NOT_ALIKE = re.compile(rf"\b(?:{NEGATION}|kurang) (?:{_SAME}|normal|aman|biasa)\b(?! sekali)")
_DIFFERENCE = re.compile(
    r"\b(?:beda|bedo|berbeda|bedane|bedanya|(?:sudah|jadi|kok|agak|rada) lain)\b"
)
_SIDE = r"\b(?:sebelah|satu|ini|sini|situ|kiri|kanan|kiwa|tengen)\b"
_BIG = r"(?<!sama )\b(?:besar|gede|gedhe|gedean|gendut|gemuk|gembul)(?:an|nya)?\b"
_BIGGER = re.compile(rf"{_BIG}.*{_SIDE}|{_SIDE}.*{_BIG}")

_DENIED = re.compile(rf"\b{NEGATION}\b")
_ONLY = re.compile(
    rf"^(?:\w+ ){{0,2}}{NEGATION}\b(?: \w+){{0,2}} (?:cuma|cuman|mung|ngan|hanya|wong)\b"
)
""" "Nggak, cuma ketarik uratnya"."""

_EASED = re.compile(r"\b(?:reda|enak\w*|kurang|berkurang|mending\w*|sembuh|hilang|ilang|lega)\b")

_COMPARISONS = frozenset({"still_hurts", "better_partly", "better", "both", "other_leg", "repeat"})
"""Intents as which "sama saja" may be understood."""

_LOUD = frozenset({"louder", "slower_or_softer"})
"""Intents as which "gedean yang ini" may be."""

_COMPLAINTS = frozenset({"still_hurts", "cramp_now", "better"})
_NO_COMPARISON = frozenset({"dont_know", "pause", "situation", "help_menu"})


def as_comparison(intent: Intent) -> Intent:
    """What ``intent`` answers to the question whether one leg is unlike the other.

    "Sama aja dua-duanya" and "nggak, cuma ketarik" are a no; "nggak sama", "kok beda", "gedean yang
    ini", "lumayan" and "yang kiri" are a yes.
    """
    if {"sign", "topic"} & set(intent.slots) or intent.name in _NO_COMPARISON:
        return intent
    text = intent.text
    no_difference = bool(_NO_DIFFERENCE.search(text) or _ALL_THE_SAME.search(text))
    unlike = _NOT_ALIKE.search(text) or _DIFFERENCE.search(text)
    bigger = intent.name in _LOUD | _COMPARISONS and _BIGGER.search(text)
    little = intent.name == "better_partly" and not _EASED.search(text)
    sided = intent.name in ("left", "right") and not _DENIED.search(text)
    if not no_difference and (unlike or bigger):
        return Intent("yes", dict(intent.slots), intent.confidence, text)
    alike = no_difference or (_ALIKE.search(text) and not _EASED.search(text))
    comparing = intent.name in _COMPARISONS or (intent.name == "no" and intent.slots)
    if (comparing and alike) or (intent.name in _COMPLAINTS and _ONLY.search(text)):
        return Intent("no", {}, intent.confidence, text)
    if little or sided:
        return Intent("yes", dict(intent.slots), intent.confidence, text)
    return intent
