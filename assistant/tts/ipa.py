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

_IPA = {
    "ng": "ŋ", "ny": "ɲ", "c": "ʧ", "j": "ʤ", "y": "j", "r": "ɾ", "kh": "x", "sy": "ʃ", "g": "ɡ",
}  # fmt: skip
"""Phonemes whose symbol is another one; an affricate is one symbol."""

_DIPHTHONG = re.compile(r".*[^aeiou\W]ai(nya|lah|kah|ku|mu)?")
"""A word whose root ends in ai after a consonant: "sampainya"."""

_SUFFIX = {None: 0, "nya": 2, "lah": 3, "kah": 3, "ku": 2, "mu": 2}
"""How many phonemes follow the root."""

_GLIDE = "I"
"""Kokoro's symbol for the diphthong ai. That for au is written "al" and "o" by Whisper, so au is
two vowels; and what is written without stress marks, of which Indonesian needs none, is understood
better (``docs/notes/voice.md``)."""

SPELLING = 2
"""Raised when the same text is written otherwise, so that stored clips are rendered again."""


def transcribe(text: str, sounds: Sounds) -> str:
    """``text`` in IPA, without stress marks, with its punctuation.

    Digits and abbreviations in capital letters are said one by one.
    """
    said = " ".join("".join(_spoken(text, sounds)).split())
    return re.sub(r" (?=[.,:;!?])", "", said)


def _spoken(text: str, sounds: Sounds) -> Iterator[str]:
    for token in _TOKEN.finditer(text):
        word, digit = token["word"], token["digit"]
        if word and word.isupper() and len(word) > 1:
            names = (_LETTERS[one] for one in word.lower() if one in _LETTERS)
            yield " ".join(_symbols(name.split()) for name in names)
        elif word:
            lower = word.lower()
            said = list(sounds(lower))
            yield _symbols(said, _glide(lower, said))
        elif digit:
            yield f" {_symbols(sounds(_DIGITS[int(digit)]))} "
        else:
            yield token["mark"] or " "


def _symbols(said: Sequence[str], glide: int | None = None) -> str:
    """A word; ``glide`` is the place of the second half of a diphthong."""
    symbols = [_IPA.get(one, one) for one in said]
    if glide is not None:
        symbols[glide - 1 : glide + 1] = ["", _GLIDE]
    return "".join(symbols)


def _glide(word: str, said: Sequence[str]) -> int | None:
    """The place of the second half of a diphthong at the end of a root; None without one."""
    found = _DIPHTHONG.fullmatch(word)
    place = len(said) - 1 - _SUFFIX[found[1]] if found else -1
    return place if place > 0 and said[place] == "i" else None
