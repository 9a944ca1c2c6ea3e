"""Negations that are remarks of their own: "tidak, bengkak" is not "tidak bengkak"."""

import re

from assistant.nlu.templates.normalise import normalise
from assistant.nlu.vocabulary import Vocabulary

_PUNCTUATION = re.compile(r"[,.;:!?–—…]")


class BareNegation:
    """Finds clauses that are nothing but a negation."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.words = vocabulary.negations | {
            word for word, concept in vocabulary.synonyms.items() if concept in vocabulary.negations
        }
        """Every single word that negates."""
        self._ignored = vocabulary.fillers | vocabulary.tags

    def is_bare(self, remark: str) -> bool:
        """Whether a remark is nothing but a negation, fillers and tags."""
        said = set(remark.split()) - self._ignored
        return bool(said) and said <= self.words

    def is_detached(self, text: str) -> bool:
        """Whether the only negation is a clause of its own, as in "tidak, bengkak"."""
        parts = [normalise(part) for part in _PUNCTUATION.split(text)]
        remarks = [set(part.split()) for part in parts]
        bare = [self.is_bare(part) for part in parts]
        return any(bare[:-1]) and all(
            one or remark.isdisjoint(self.words) for one, remark in zip(bare, remarks, strict=True)
        )
