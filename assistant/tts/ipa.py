"""Indonesian text in the International Phonetic Alphabet, for a synthesizer that reads it."""

import re
from collections.abc import Callable, Iterator, Sequence

Sounds = Callable[[str], Sequence[str]]
"""The phonemes of a lower-case word, in the names of ``asr/graph/g2p``."""

_TOKEN = re.compile(r"(?P<word>[^\W\d_]+)|(?P<digit>[0-9])|(?P<mark>[.,:;!?])|[\s-]+")

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")

_LETTERS = {
    "a": "a", "b": "b e", "c": "c e", "d": "d e", "e": "e", "f": "e f", "g": "g e", "h": "h a",
    "i": "i", "j": "j e", "k": "k a", "l": "e l", "m": "e m", "n": "e n", "o": "o", "p": "p e",
    "q": "k i", "r": "e r", "s": "e s", "t": "t e", "u": "u", "v": "f e", "w": "w e",
    "x": "e k s", "y": "y e", "z": "z e t",
}  # fmt: skip
"""The names of the letters, in phonemes."""

_VOWELS = frozenset("aəeiouIW")

_IPA = {
    "ng": "ŋ", "ny": "ɲ", "c": "ʧ", "j": "ʤ", "y": "j", "r": "ɾ", "kh": "x", "sy": "ʃ", "g": "ɡ",
}  # fmt: skip
"""Phonemes whose symbol is another one; an affricate is one symbol."""

_DIPHTHONG = re.compile(r".*[^aeiou\W]a[iu](nya|lah|kah|ku|mu)?")
"""A word whose root ends in ai or au after a consonant: "kalau", "sampainya"."""

_SUFFIX = {None: 0, "nya": 2, "lah": 3, "kah": 3, "ku": 2, "mu": 2}
"""How many phonemes follow the root."""

_GLIDES = {"i": "I", "u": "W"}
"""Kokoro's symbols for the diphthongs ai and au, by their second half."""


def transcribe(text: str, sounds: Sounds) -> str:
    """``text`` in IPA with stress marks and its punctuation.

    Digits and abbreviations in capital letters are said one by one.
    """
    said = " ".join("".join(_spoken(text, sounds)).split())
    return re.sub(r" (?=[.,:;!?])", "", said)


def _spoken(text: str, sounds: Sounds) -> Iterator[str]:
    for token in _TOKEN.finditer(text):
        word, digit = token["word"], token["digit"]
        if word and word.isupper() and len(word) > 1:
            names = (_LETTERS[one] for one in word.lower() if one in _LETTERS)
            yield " ".join(_stressed(name.split()) for name in names)
        elif word:
            lower = word.lower()
            said = list(sounds(lower))
            yield _stressed(said, _glide(lower, said))
        elif digit:
            yield f" {_stressed(sounds(_DIGITS[int(digit)]))} "
        else:
            yield token["mark"] or " "


def _stressed(said: Sequence[str], glide: int | None = None) -> str:
    """A word with its stress: on the last vowel but one, on the last if that one is ə.

    A word whose only vowel is ə ("ke") has none.
    """
    symbols = [_IPA.get(one, one) for one in said]
    if glide is not None:
        symbols[glide - 1 : glide + 1] = ["", _GLIDES[said[glide]]]
    places = [place for place, one in enumerate(symbols) if one in _VOWELS]
    full = [place for place in places if symbols[place] != "ə"]
    if full:
        early = len(places) > 1 and symbols[places[-2]] != "ə"
        symbols.insert(places[-2] if early else places[-1], "ˈ")
    return "".join(symbols)


def _glide(word: str, said: Sequence[str]) -> int | None:
    """The place of the second half of a diphthong at the end of a root; None without one."""
    found = _DIPHTHONG.fullmatch(word)
    place = len(said) - 1 - _SUFFIX[found[1]] if found else -1
    return place if place > 0 and said[place] in _GLIDES else None
