"""The background (filler, or garbage) model: unigram loops of frequent words beside the phrases.

Any speech fits some sequence of these words, so the best phrase always competes with a filler path
over the same audio. The log-likelihood ratio of the two is the evidence that the phrase was really
said, and out-of-vocabulary speech is rejected by it.

Words and frequencies come from PyPI ``wordfreq`` (code Apache-2.0, data CC BY-SA 4.0) when a
model is built; none of its data is in this repository.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

MARK = "#"
"""The background's symbol in ``words.txt``; no phrase contains it."""

WORDS = 1000
"""Vocabulary size; 2,000 words separated digit strings from phrases no better."""

ENDING = 9.7
"""Cost in nats of ending in the background beside a single phrase. Beside n phrases it is lower by
ln n, because one of many phrases fits anything by chance. It is paid at the end: paid at the
start, it would let beam pruning remove the background too early."""

_NUMBERS = (
    *("nol", "kosong", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan"),
    *("sembilan", "puluh", "belas", "ratus", "ribu"),
)
_NUMBER = 0.003
"""Unigram probability of each number word, at least: text counts miss those written as digits."""

_COUNTING = 2.4
"""Cost in nats of each word in the loop of numbers (counting, telephone numbers): ln 11."""

_COUNTS = 2.0
"""Cost in nats of entering the loop of numbers."""


@dataclass(frozen=True)
class WordLoop:
    """A unigram loop: words in any order."""

    words: Mapping[str, float]
    """Word → cost in nats (negative log probability)."""

    entry: float = 0.0
    """Cost in nats of entering the loop."""

    variants: int = 6
    """Pronunciations per word at most, cheapest first; more make decoding slow."""


@dataclass(frozen=True)
class Background:
    """The filler model: the union of its loops."""

    loops: tuple[WordLoop, ...]

    def ending(self, phrases: int) -> float:
        """Cost in nats of ending in the background beside this number of ``phrases``."""
        return ENDING - math.log(max(1, phrases))

    @property
    def words(self) -> set[str]:
        """The vocabulary of all loops."""
        return {word for loop in self.loops for word in loop.words}


@cache
def frequent_words(count: int = WORDS) -> Background:
    """The background of the ``count`` most frequent Indonesian words, and a loop of numbers."""
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


GENERAL_WORDS = 3000
"""Vocabulary of ordinary Indonesian in the language model."""


def general_words(count: int = GENERAL_WORDS) -> dict[str, float]:
    """The ``count`` most frequent Indonesian words → negative log probability."""
    return dict(frequent_words(count).loops[0].words)


def _is_word(text: str) -> bool:
    """Whether it has a pronunciation by plain letters: no ``orang2``, no ``yg``."""
    plain = text.isascii() and text.isalpha() and text.islower()
    return plain and len(text) > 1 and not set(text).isdisjoint("aiueo")
