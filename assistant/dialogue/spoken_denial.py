"""Whether an utterance denies what it names, or only puts it oddly."""

import re

from assistant.nlu.intent import Intent

NEGATION = (
    r"(?:tidak|nggak|enggak|engga|ngga|gak|ga|ndak|ora|teu|tak|tiada|tanpa|mboten|belum|kagak)"
)
"""Pattern of a word that denies."""

_NOT_SO = re.compile(
    rf"\b(?:{NEGATION}|bukan|dudu|sanes|kada|indak|jangan|apa|apanya|gimana|bagaimana|maksud\w*|kenapa"
    r"|siapa|kapan|kalau|kalo|misal\w*|dulu|kemarin|berapa)\b"
)


def tells(intent: Intent) -> bool:
    """True if the sign that ``intent`` names is told and not denied, however oddly it is put.

    Of what is neither understood as told nor as denied it is when nothing in the words denies,
    supposes, asks back or tells of the past.
    """
    negated = intent.slots.get("negated", "")
    affirms = bool(intent.text) and not _NOT_SO.search(intent.text)
    return not negated or (negated == "unsure" and affirms)
