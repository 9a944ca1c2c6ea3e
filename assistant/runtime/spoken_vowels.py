"""Which of its two vowels the letter e is in what the guide says: the recogniser's lexicon."""

from functools import lru_cache

from assistant.asr.graph.e_vowels import mark_e

_OURS = {"menelepon": "menélépon"}
"""Words of the guide that the lexicon has wrongly."""


@lru_cache(maxsize=4096)
def spell(word: str) -> str:
    """``word``, in lower case, with é marked where it is e taling."""
    return _OURS.get(word) or max(mark_e(word), key=lambda one: one[1])[0]


def load() -> None:
    """Read the lexicon and count its contexts now, not before the first sentence."""
    spell("telepon")
    mark_e("qeqeq")  # in no lexicon: decided by the letters around
