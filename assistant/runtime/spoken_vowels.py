"""Which of its two vowels the letter e is in what the guide says: the recogniser's lexicon."""

import re
import unicodedata
from functools import lru_cache

from assistant.asr.graph.e_vowels import mark_e
from assistant.asr.graph.g2p import sounds_of

_OURS = {"menelepon": "menélépon"}
"""Words of the guide that the lexicon has wrongly."""


@lru_cache(maxsize=4096)
def spell(word: str) -> str:
    """``word``, in lower case, with é marked where it is e taling."""
    return _OURS.get(word) or max(mark_e(word), key=lambda one: one[1])[0]


def sounds(word: str) -> tuple[str, ...]:
    """The phonemes of a lower-case word; but for é, letters lose their marks."""
    letters = (
        one if one == "é" else unicodedata.normalize("NFKD", one)
        for one in unicodedata.normalize("NFC", word)
    )
    plain = re.sub(r"[^a-zé]", "", "".join(letters))
    if not plain:
        return ()
    return sounds_of(plain if "é" in plain else spell(plain))


def load() -> None:
    """Read the lexicon and count its contexts now, not before the first sentence."""
    spell("telepon")
    mark_e("qeqeq")  # in no lexicon: decided by the letters around
