"""Numbers in Indonesian words: cardinals, decimals, and how a number below zero is said."""

from functools import cache

from hassil.numbers import get_rbnf_engine

MINUS = "minus"
"""How a written minus sign is read."""

NEGATIVE_WORDS = (MINUS, "min", "negatif")
"""Words before a number below zero; CLDR knows the last one only."""

DECIMAL_MARK = "koma"

_HALF_TENTHS = 5
HALF = "setengah"
"""How most people say ".5": "dua puluh dua setengah"."""

_LARGEST_KNOWN = 1999
"""Largest number that ``merges`` recognises in a row of words."""


def number_words(number: int) -> str:
    """The Indonesian cardinal by Unicode CLDR's spell-out rules: 25 is "dua puluh lima"."""
    words = get_rbnf_engine("id").format_number(number).text_by_ruleset
    return words["spellout-cardinal"]


def spoken_numbers(number: float) -> tuple[str, ...]:
    """All ways to say a number with at most one decimal: -4.5 is "minus empat koma lima", ….

    The first way is the one that hassil knows, but for a sign: "koma lima", not "setengah".
    The sign is put before the words of the absolute value: CLDR's rules as hassil applies them
    drop the fraction of a number below zero.
    """
    whole, tenth = divmod(round(abs(number) * 10), 10)
    words = number_words(whole)
    ways = [f"{words} {DECIMAL_MARK} {number_words(tenth)}" if tenth else words]
    if tenth == _HALF_TENTHS:
        ways.append(f"{words} {HALF}" if whole else HALF)
    if number < 0:
        return tuple(f"{sign} {way}" for way in ways for sign in NEGATIVE_WORDS)
    return tuple(ways)


@cache
def _known_numbers() -> frozenset[str]:
    return frozenset(number_words(number) for number in range(_LARGEST_KNOWN + 1))


@cache
def number_vocabulary() -> frozenset[str]:
    """The words that cardinals consist of."""
    return frozenset(word for number in _known_numbers() for word in number.split())


def merges(parts: list[str]) -> bool:
    """Whether numbers said one after the other read as a single one: "20 5" is not 25.

    ``parts`` are neighbouring numbers in words, each of at least one word.
    """
    words = " ".join(parts).split()
    ends = {0}
    for part in parts:
        ends.add(max(ends) + len(part.split()))
    return any(
        " ".join(words[start:stop]) in _known_numbers()
        for bound in ends - {0, len(words)}
        for start in range(bound)
        for stop in range(bound + 1, len(words) + 1)
    )


def beside_a_number(before: str, after: str) -> bool:
    """Whether both words belong to numbers, so that they may only be read together as written."""
    words = number_vocabulary() | {DECIMAL_MARK, HALF, *NEGATIVE_WORDS}
    return before in words and after in words
