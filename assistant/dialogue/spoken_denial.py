"""Whether the words of an utterance deny anything at all, or ask back."""

import re

DENIAL = r"(?:tidak|nggak|enggak|engga|ngga|gak|ga|ndak|ora|teu|tak|tiada|tanpa|mboten|belum|kagak)"
"""Pattern of a word that denies."""

_NOT_SO = re.compile(
    rf"\b(?:{DENIAL}|bukan|dudu|sanes|kada|indak|jangan|apa|apanya|gimana|bagaimana|maksud\w*|kenapa"
    r"|siapa|kapan|kalau|kalo|misal\w*|dulu|kemarin|berapa)\b"
)


def affirms(text: str) -> bool:
    """True if nothing in ``text`` (normalised) denies, supposes, asks back or tells of the past.

    A sign that is told so, in odd words, to the question whether it is there, is a yes.
    """
    return bool(text) and not _NOT_SO.search(text)
