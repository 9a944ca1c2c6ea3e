"""Phrases after which waiting for more words is not worth it: whatever follows, they mean that."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from assistant.phrasebook.book import Phrase

Settled = Callable[[str], bool]
"""Whether the meaning of these words is settled."""


def never(words: str) -> bool:
    """Nothing is known of meanings."""
    return False


def settled_by(phrases: Sequence[Phrase]) -> Settled:
    """Whether every longer phrase that begins with a phrase means the same as it does."""
    meanings: dict[str, set[object]] = {}
    for phrase in phrases:
        meanings.setdefault(phrase.text, set()).add((phrase.intent, phrase.slots))
    texts = sorted(meanings)

    def settled(words: str) -> bool:
        meaning = meanings.get(words)
        if meaning is None or len(meaning) != 1:
            return False
        place = bisect_left(texts, words + " ")
        while place < len(texts) and texts[place].startswith(words + " "):
            if meanings[texts[place]] != meaning:
                return False
            place += 1
        return True

    return settled
