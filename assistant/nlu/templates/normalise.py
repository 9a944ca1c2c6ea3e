"""Text normalisation: one spelling for all sentences."""

import re
import unicodedata
from functools import lru_cache

from assistant.nlu.templates.number_words import DECIMAL_MARK, MINUS, number_words

_SIGNS = ("-", "−", "–")  # noqa: RUF001 - as people type them

_NUMBER = re.compile(rf"((?<!\w)[{''.join(_SIGNS)}]\s?)?(\d+(?:[.,]\d+)*)")
"""A sign that does not join words, and digits with marks between them."""

_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
"""The Indonesian way: a dot between thousands, a comma before the decimals."""

_LONGEST_CARDINAL = 9
"""Digits of the longest number that is read as one."""

_REDUPLICATION = re.compile(r"\b([^\W\d]{3,})2(?=(nya|an)?\b)")
"""Reduplication in chat spelling: "tiba2"."""

_PLAIN = re.compile("[a-z ]*")
"""What has nothing to be normalised but its spaces, as nearly all phrases."""

_SPOKEN_UNITS = {"%": " persen ", "°c": " derajat celsius ", "°": " derajat "}
"""How the signs behind a number are said."""

_APOSTROPHES = re.compile("['’`ʼ]")


def _cardinal(digits: str) -> str:
    # Telephone numbers and numbers with a leading zero are read digit by digit.
    if len(digits) > _LONGEST_CARDINAL or (digits[0] == "0" and len(digits) > 1):
        return " ".join(number_words(int(digit)) for digit in digits)
    return number_words(int(digits))


def _spell_out(match: re.Match[str]) -> str:
    """A number as one: 20,5 and 20.5 are "dua puluh koma lima", never "dua puluh lima"."""
    sign, digits = match.groups()
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    whole, *others = re.split("[.,]", digits)
    words = [MINUS, _cardinal(whole)] if sign else [_cardinal(whole)]
    if len(others) == 1:
        others = list(others[0].rstrip("0"))  # decimals are read digit by digit
        words += [DECIMAL_MARK] if others else []
    elif others:  # a date, a list: no number, and its parts are not to run together
        others = [f"{DECIMAL_MARK} {_cardinal(part)}" for part in others]
        return f" {' '.join((*words, *others))} "
    words += [number_words(int(digit)) for digit in others]
    return f" {' '.join(words)} "


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes; letter by letter, so parts may be joined."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def ends_in_sign(text: str) -> bool:
    """Whether a number after ``text`` and white space would be read with a minus sign.

    Everywhere else ``normalise`` reads what is before a space and what is after it by itself.
    """
    return text.rstrip().endswith(_SIGNS)


@lru_cache(4096)
def normalise(text: str, chat: bool = True) -> str:
    """Lower-case, remove accents and punctuation, spell out numbers, single spaces.

    A hyphen becomes a space ("pelan-pelan" is two words to the recogniser), an apostrophe is
    removed ("jum'at" is "jumat"), and with ``chat`` reduplication is written out ("tiba2": "tiba
    tiba"); without, the 2 is a number ("Lampu2": "lampu dua"), and "%" and "°" are words.
    """
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    letters = plain(text)
    if chat:
        letters = _REDUPLICATION.sub(r"\1 \1", letters)
    else:
        for sign, words in _SPOKEN_UNITS.items():
            letters = letters.replace(sign, words)
    spelled = _NUMBER.sub(_spell_out, letters)
    return " ".join("".join(c if c.isalnum() else " " for c in spelled).split())
