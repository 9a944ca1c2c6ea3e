"""Disambiguates the Indonesian letter e, which spells two vowels: e-pepet (ə) and e-taling (é).

``e_words.txt`` is a lexicon of 18,000 words with é marked (plain e is ə), derived from g2p-id-py
0.4.2 (Bookbot, Apache-2.0). Other words are stripped of affixes to find a root in the lexicon;
the rest is decided by letter n-gram statistics of the lexicon, with back-off to shorter contexts.
"""

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

_LEXICON = Path(__file__).with_name("e_words.txt")
_PREFIX = re.compile(
    r"(?:(?:me|pe)(?:ny|ng|m|n|r|l)?|be[rl]?|te[rl]?|ke|se|di|ku|kau|memper|diper|member|menge)"
)
_SUFFIXES = (
    "nyalah",
    "kannya",
    "annya",
    "kanlah",
    "inya",
    "lah",
    "kah",
    "nya",
    "pun",
    "kan",
    "ku",
    "mu",
    "an",
    "i",
    "in",
    "tah",
)
_FIRST_LETTER = {"ny": "s", "ng": "k", "m": "p", "n": "t"}
"""Nasal of a prefix → initial consonant of the root that it replaces."""
_DOUBT = 0.15
"""Both vowels become variants when the rarer one is likelier than this."""

_CONTEXTS = ((3, 3), (2, 3), (2, 2), (1, 2), (1, 1), (0, 1), (0, 0))
"""Letters of left and right context, in the order of the back-off."""

Spellings = tuple[tuple[str, float], ...]
"""Spellings with é marked, each with its probability."""


@cache
def lexicon() -> dict[str, tuple[str, ...]]:
    """Plain spelling → spellings with é marked."""
    words: dict[str, tuple[str, ...]] = {}
    for marked in _LEXICON.read_text(encoding="utf-8").split():
        plain = marked.replace("é", "e")
        words[plain] = (*words.get(plain, ()), marked)
    return words


def mark_e(word: str) -> Spellings:
    """Return the likely spellings of ``word`` with é marked, probabilities adding up to 1."""
    if "e" not in word:
        return ((word, 1.0),)
    found = _by_affixes(word)
    if found:
        return tuple((marked, 1 / len(found)) for marked in found)
    return _by_neighbours(word)


def _by_affixes(word: str, depth: int = 2) -> tuple[str, ...]:
    """Spellings by the root of a word, after stripping up to ``depth`` layers of affixes."""
    known = lexicon().get(word)
    if known:
        return known
    if "e" not in word:
        return (word,) if depth < 2 and len(word) >= 3 else ()
    if depth == 0 or len(word) < 5:
        return ()
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 4:
            found = lexicon().get(stem) or _by_prefix(stem, depth)
            if found:
                return tuple(marked + suffix for marked in found)
    return _by_prefix(word, depth)


def _by_prefix(word: str, depth: int) -> tuple[str, ...]:
    """The same for a prefix; restores a root-initial consonant lost to the prefix's nasal."""
    for length in range(6, 1, -1):
        prefix = word[:length]
        rest = word[length:]
        if len(rest) < 3 or not _PREFIX.fullmatch(prefix):
            continue
        found = lexicon().get(rest) or _by_affixes(rest, depth - 1)
        if found:
            return tuple(prefix + marked for marked in found)
        lost = next((v for k, v in _FIRST_LETTER.items() if prefix[2:] == k), None)
        if lost and rest[0] in "aiueo" and lost + rest in lexicon():
            return tuple(prefix + marked[1:] for marked in lexicon()[lost + rest])
    return ()


@cache
def _windows() -> dict[tuple[int, str], Counter[bool]]:
    """Letter context around an e → how often it is é (True) or ə (False) in the lexicon."""
    counts: dict[tuple[int, str], Counter[bool]] = defaultdict(Counter)
    for spellings in lexicon().values():
        marked = spellings[0]
        plain = marked.replace("é", "e")
        for place, letter in enumerate(marked):
            if letter in "eé":
                for number, window in _around(plain, place):
                    counts[number, window][letter == "é"] += 1
    return counts


def _around(word: str, place: int) -> list[tuple[int, str]]:
    """The letter contexts around ``place``, widest first, each with its index."""
    padded = f"###{word}###"
    at = place + 3
    return [
        (number, padded[at - left : at] + "_" + padded[at + 1 : at + 1 + right])
        for number, (left, right) in enumerate(_CONTEXTS)
    ]


def _by_neighbours(word: str) -> Spellings:
    """The 4 likeliest spellings by letter context."""
    spellings: list[tuple[str, float]] = [("", 1.0)]
    for place, letter in enumerate(word):
        choices = _vowel_of_e(word, place) if letter == "e" else ((letter, 1.0),)
        spellings = [(s + c, p * q) for s, p in spellings for c, q in choices]
    best = sorted(spellings, key=lambda pair: -pair[1])[:4]
    total = sum(p for _, p in best)
    return tuple((s, p / total) for s, p in best)


def _vowel_of_e(word: str, place: int) -> tuple[tuple[str, float], ...]:
    """e or é at ``place``, with probabilities from the widest context seen 5 times or more."""
    for number, window in _around(word, place):
        seen = _windows().get((number, window))
        if seen and seen.total() >= 5:
            share = (seen[True] + 0.5) / (seen.total() + 1)
            if share < _DOUBT:
                return (("e", 1.0),)
            if share > 1 - _DOUBT:
                return (("é", 1.0),)
            return (("e", 1 - share), ("é", share))
    return (("e", 1.0),)
