"""One spelling for everything that is heard."""

import re
import unicodedata

from hassil.numbers import get_rbnf_engine

_DIGITS = re.compile(r"\d+")
_SPELLABLE = 10**9
_TWICE = re.compile(r"\b([^\W\d]{3,})2(?=(nya|an)?\b)")
"""A word written twice in chats: "tiba2"."""

_APOSTROPHES = re.compile("['’`ʼ]")


def number_words(number: int) -> str:
    """An Indonesian cardinal: 25 is "dua puluh lima". Source: Unicode CLDR's spell-out rules."""
    words = get_rbnf_engine("id").format_number(number).text_by_ruleset
    return words["spellout-cardinal"]


def _spell(match: re.Match[str]) -> str:
    digits = match.group()
    # A telephone number is read digit by digit, and so is what starts with a zero.
    if len(digits) > 9 or (digits[0] == "0" and len(digits) > 1):
        return " " + " ".join(number_words(int(digit)) for digit in digits) + " "
    return f" {number_words(int(digits) % _SPELLABLE)} "


def normalise(text: str) -> str:
    """Lower case, accents and punctuation removed, numbers as words, single spaces.

    A hyphen becomes a space ("pelan-pelan" is two words to the recogniser), an apostrophe
    disappears ("jum'at" is "jumat"). "tiba2" is "tiba tiba", as it is written in chats.
    """
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    spelled = _DIGITS.sub(_spell, _TWICE.sub(r"\1 \1", plain))
    return " ".join("".join(c if c.isalnum() else " " for c in spelled).split())
