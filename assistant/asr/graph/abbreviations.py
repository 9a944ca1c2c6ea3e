"""How Indonesians read abbreviations: by Indonesian or English names of the letters, or as a word.

The letter c is "ce", but in AC and WC everybody says "se"; TV is "te-ve" to most and "ti-vi" to
some; LED is "el-e-de" or a word.
"""

from collections.abc import Mapping

from assistant.asr.graph.g2p import LETTER_NAMES, VOWELS, Pronunciation, pronounce
from assistant.nlu.templates.phrases import Phrasebook

COMMON = frozenset(
    "ac cctv dvd hdmi hp igd led pc pdam rs tv ugd usb vcr wc".split()  # noqa: SIM905
)
"""Abbreviations of a household that are often written in small letters."""

_INDONESIAN: Mapping[str, str] = {**LETTER_NAMES, **{vowel: vowel for vowel in "aeiou"}}
_WITH_SE: Mapping[str, str] = {**_INDONESIAN, "c": "s e"}
_ENGLISH: Mapping[str, str] = {
    **_INDONESIAN,
    "a": "e", "b": "b i", "c": "s i", "d": "d i", "e": "i", "g": "j i", "h": "e c", "i": "a i",
    "k": "k e", "p": "p i", "q": "k y u", "r": "a r", "t": "t i", "u": "y u", "v": "f i",
    "w": "d a b e l y u", "y": "w a i", "z": "z e t",
}  # fmt: skip
_SHARES = ((_WITH_SE, 0.5), (_INDONESIAN, 0.25), (_ENGLISH, 0.25))

_WORD_SHARE = 0.5
"""Probability of reading one as a word beside the likeliest reading by letters."""


def abbreviations(book: Phrasebook) -> frozenset[str]:
    """The words of somebody's own commands that are read letter by letter."""
    return book.abbreviations | COMMON if book.foreign else frozenset()


def spell_abbreviation(word: str) -> tuple[Pronunciation, ...]:
    """The pronunciations of an abbreviation, in small letters; not sorted.

    Raises ``ValueError`` naming a character that is no letter of the alphabet.
    """
    found: dict[tuple[str, ...], float] = {}
    for names, share in _SHARES:
        for letter in word:
            if letter not in names:
                raise ValueError(letter)
        sounds = tuple(" ".join(names[letter] for letter in word).split())
        found[sounds] = found.get(sounds, 0.0) + share
    if len(word) > 2 and word[0] not in VOWELS and word[1] in VOWELS:
        for one in pronounce(word):
            found.setdefault(one.sounds, _WORD_SHARE * one.probability)
    return tuple(Pronunciation(sounds, share) for sounds, share in found.items())
