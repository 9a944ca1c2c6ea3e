"""Text normalisation: one spelling for all sentences."""

import re
import unicodedata
from functools import lru_cache

from hassil.numbers import get_rbnf_engine

_DIGITS = re.compile(r"\d+")
_MAX_NUMBER = 10**9
"""Limit of the numbers that are spelled out."""

_REDUPLICATION = re.compile(r"\b([^\W\d]{3,})2(?=(nya|an)?\b)")
"""Reduplication in chat spelling: "tiba2"."""

_APOSTROPHES = re.compile("['’`ʼ]")


def number_words(number: int) -> str:
    """The Indonesian cardinal by Unicode CLDR's spell-out rules: 25 is "dua puluh lima"."""
    words = get_rbnf_engine("id").format_number(number).text_by_ruleset
    return words["spellout-cardinal"]


def _spell_out(match: re.Match[str]) -> str:
    digits = match.group()
    # Telephone numbers and numbers with a leading zero are read digit by digit.
    if len(digits) > 9 or (digits[0] == "0" and len(digits) > 1):
        return " " + " ".join(number_words(int(digit)) for digit in digits) + " "
    return f" {number_words(int(digits) % _MAX_NUMBER)} "


@lru_cache(4096)
def normalise(text: str) -> str:
    """Lower-case, remove accents and punctuation, spell out numbers, single spaces.

    A hyphen becomes a space ("pelan-pelan" is two words to the recogniser), an apostrophe is
    removed ("jum'at" is "jumat"), and chat reduplication is written out ("tiba2": "tiba tiba").
    """
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    spelled = _DIGITS.sub(_spell_out, _REDUPLICATION.sub(r"\1 \1", plain))
    return " ".join("".join(c if c.isalnum() else " " for c in spelled).split())
