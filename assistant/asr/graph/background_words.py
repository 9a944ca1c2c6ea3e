"""What is heard when nobody says a phrase: loops of ordinary words beside the phrases.

Any speech fits some chain of such words, so the best phrase always has a rival that heard the
same sound. How far it is ahead of that rival is the evidence that it was really said.

The words and how often they are said come from PyPI ``wordfreq`` (code Apache-2.0, data
CC BY-SA 4.0) when a model is built; none of its data is kept in this repository.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

MARK = "#"
"""The background's name in ``words.txt``, so that it is never taken for a phrase."""

WORDS = 1000
"""The most frequent words that it knows; 2,000 told digits from phrases no better."""

ENDING = 9.7
"""Cost of ending in it (natural logarithm) beside a single phrase; beside n phrases it is
smaller by ln n, for of many phrases one fits anything by chance. It is paid at the end, for at
the beginning the background would drop out of the search before it has heard enough."""

_NUMBERS = (
    *("nol", "kosong", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan"),
    *("sembilan", "puluh", "belas", "ratus", "ribu"),
)
_NUMBER = 0.003
"""Share of each of these among all words: written as digits they are missing from the counts
of written words."""

_COUNTING = 2.4
"""Cost of a number when somebody counts or tells a telephone number: one of eleven."""

_COUNTS = 2.0
"""Cost of counting at all."""


@dataclass(frozen=True)
class WordLoop:
    """Words that follow each other in any order."""

    words: Mapping[str, float]
    """Word → cost of saying it (negative logarithm of its probability)."""

    entry: float = 0.0
    """Cost of beginning it."""

    variants: int = 6
    """Ways to say each word, the likeliest first: many words with many ways are slow."""


@dataclass(frozen=True)
class Background:
    """What speech can fall into when it is no phrase: one of several loops."""

    loops: tuple[WordLoop, ...]

    def ending(self, phrases: int) -> float:
        """Cost of ending in the background beside so many ``phrases``."""
        return ENDING - math.log(max(1, phrases))

    @property
    def words(self) -> set[str]:
        """All words that it knows."""
        return {word for loop in self.loops for word in loop.words}


@cache
def frequent_words(count: int = WORDS) -> Background:
    """Return the background of the ``count`` most frequent Indonesian words, and of counting."""
    from wordfreq import get_frequency_dict

    known = get_frequency_dict("id")
    ranked = sorted(known, key=lambda word: (-known[word], word))
    chosen = {word: known[word] for word in [w for w in ranked if _is_word(w)][:count]}
    for number in _NUMBERS:
        chosen[number] = max(_NUMBER, chosen.get(number, 0.0))
    total = sum(chosen.values())
    words = {word: round(-math.log(share / total), 2) for word, share in chosen.items()}
    numbers = dict.fromkeys(_NUMBERS, _COUNTING)
    return Background((WordLoop(words), WordLoop(numbers, _COUNTS, variants=48)))


def _is_word(text: str) -> bool:
    """Whether it is spelled in plain letters and can be spoken: no ``orang2``, no ``yg``."""
    plain = text.isascii() and text.isalpha() and text.islower()
    return plain and len(text) > 1 and not set(text).isdisjoint("aiueo")
