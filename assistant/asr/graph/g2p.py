"""Grapheme-to-phoneme conversion (G2P) for Indonesian.

The phonemes ("sounds") are a ə e i o u, p t k b d g, c j, m n ny ng, s z sy kh f h, l r w y;
mostly one letter each. The phone map (``phone_map.py``) turns them into phones of the base model.
"""

from dataclasses import dataclass

from assistant.asr.graph.e_vowels import mark_e

VOWELS = frozenset({"a", "ə", "e", "i", "o", "u"})
_CONSONANTS = "p t k b d g c j m n ny ng s z sy kh f h l r w y"
SOUNDS = VOWELS | frozenset(_CONSONANTS.split(" "))
"""The phoneme inventory."""

_DIGRAPHS = {"ng": "ng", "ny": "ny", "sy": "sy", "kh": "kh", "dh": "d", "th": "t"}
_LETTERS = {
    "é": ("e",), "e": ("ə",), "x": ("k", "s"), "q": ("k",), "v": ("f",),
    **{letter: (letter,) for letter in "aiouptkbdgcjmnszfhlrwy"},
}  # fmt: skip


@dataclass(frozen=True)
class Pronunciation:
    """A pronunciation in phonemes, with its probability among those of the word."""

    sounds: tuple[str, ...]
    probability: float = 1.0


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    """Return the likely pronunciations of a lower-case Indonesian word.

    Raises ``ValueError`` naming a character that no rule covers.
    """
    return tuple(Pronunciation(sounds_of(marked), share) for marked, share in mark_e(word))


def sounds_of(marked: str) -> tuple[str, ...]:
    """Phonemes of a spelling with é marked; digraphs (ng, ny …) first.

    Raises ``ValueError`` naming a character that no rule covers.
    """
    sounds: list[str] = []
    place = 0
    while place < len(marked):
        digraph = _DIGRAPHS.get(marked[place : place + 2])
        if digraph:
            sounds.append(digraph)
            place += 2
            continue
        letter = marked[place]
        if letter not in _LETTERS:
            raise ValueError(letter)
        sounds.extend(_LETTERS[letter])
        place += 1
    if not VOWELS.intersection(sounds):
        return _spelled_out(marked)
    return tuple(sounds)


LETTER_NAMES = {
    "b": "b e", "c": "c e", "d": "d e", "f": "e f", "g": "g e", "h": "h a", "j": "j e",
    "k": "k a", "l": "e l", "m": "e m", "n": "e n", "p": "p e", "q": "k i", "r": "e r",
    "s": "e s", "t": "t e", "v": "f e", "w": "w e", "x": "e k s", "y": "y e", "z": "z e t",
}  # fmt: skip
"""The Indonesian names of the consonants, in phonemes."""


def _spelled_out(letters: str) -> tuple[str, ...]:
    """An abbreviation without a vowel is read letter by letter."""
    return tuple(sound for letter in letters for sound in LETTER_NAMES[letter].split())
