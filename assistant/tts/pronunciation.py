"""Says the letter e as our lexicon has it: e pepet (ə) or e taling (é).

Indonesian spells both with the same letter. espeak-ng says é except in some prefixes and listed
words: "bétis", "kéring". Accents in the text change nothing, so such words are handed over as
phonemes in double brackets: espeak-ng's own, with its stress, but the vowels of our lexicon.
So are words with "sy": espeak-ng says the ch of German "ich", which MBROLA's voice does not have.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z]+")
_VOWEL = re.compile(r"eI|@U|[Ee@]")
"""espeak-ng's phonemes for e; the two diphthongs belong to other spellings."""

_LINKED = re.compile(r"(?<=\w )[AEIOUaeiou]")
"""A word that begins with a vowel, directly after another one."""

_PEPET, _TALING = "@", "E"

_SY = re.compile("sy", re.IGNORECASE)
_ICH, _SH = "C", "S"


@dataclass(frozen=True)
class Transcription:
    """A text for espeak-ng with phonemes in it, and where its words come from."""

    text: str
    origins: tuple[tuple[int, int, int], ...] = ()
    """For each replaced word: its place in ``text``, in the original, and its length there."""

    def original(self, place: int) -> tuple[int, int | None]:
        """Where the word at ``place`` of ``text`` is in the original; its length if replaced."""
        shift = 0
        for start, origin, length in self.origins:
            end = self.text.index("]]", start) + 2
            if start > place:
                break
            if place < end:
                return origin, length
            shift = origin + length - end
        return place + shift, None


def needs_phonemes(text: str) -> bool:
    """Whether espeak-ng says some word of ``text`` wrongly, whoever decides about its e."""
    return _SY.search(text) is not None


def transcribe(
    text: str,
    spell: Callable[[str], str] | None,
    phonemes: Callable[[str], str],
    glottal_stop: str = "",
) -> Transcription:
    """Replace the words of ``text`` with "sy", and those whose e ``spell`` has otherwise.

    ``spell`` marks é in a lower-case word, ``phonemes`` gives espeak-ng's phonemes of one.
    ``glottal_stop`` is put before a word that begins with a vowel after another word.
    """
    parts: list[str] = []
    origins: list[tuple[int, int, int]] = []
    done = length = 0
    for found in _WORD.finditer(text):
        said = corrected(found.group(), spell, phonemes)
        stop = glottal_stop if _LINKED.match(text, found.start()) else ""
        for phoneme, end in ((stop, found.start()), (said, found.end())):
            if phoneme:
                before = text[done : found.start()]
                origins.append((length + len(before), found.start(), end - found.start()))
                parts += [before, f"[[{phoneme}]]"]
                length += len(before) + len(parts[-1])
                done = end
    return Transcription("".join([*parts, text[done:]]), tuple(origins))


def corrected(
    word: str, spell: Callable[[str], str] | None, phonemes: Callable[[str], str]
) -> str | None:
    """The phonemes of ``word`` as it should be; None if espeak-ng says it so, or spells it out."""
    lower, soft = word.lower(), needs_phonemes(word)
    if (word.isupper() and len(word) > 1) or not (soft or (spell and "e" in lower)):
        return None
    usual = phonemes(lower)
    said = _with_vowels(usual, spell(lower)) if spell else usual
    if soft:
        said = said.replace(_ICH, _SH)
    return said if said != usual else None


def _with_vowels(usual: str, spelling: str) -> str:
    """``usual`` with the vowels that ``spelling`` marks; as it is if they are not as many."""
    wanted = [letter for letter in spelling if letter in "eé"]
    places = [vowel for vowel in _VOWEL.finditer(usual) if len(vowel.group()) == 1]
    if len(places) != len(wanted):
        return usual
    said = list(usual)
    for vowel, letter in zip(places, wanted, strict=True):
        if (letter == "e") != (vowel.group() == _PEPET):
            said[vowel.start()] = _PEPET if letter == "e" else _TALING
    return "".join(said)
