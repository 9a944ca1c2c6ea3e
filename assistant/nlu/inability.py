"""Who is not able to stand: "tidak kuat untuk berdiri" is "tidak kuat berdiri".

A word of purpose between the two would hide the negation, and leave "berdiri": somebody who
stands, and is told to walk. The phrases of ``words.yaml`` know the short forms only.
"""

from collections.abc import Collection, Sequence

from assistant.nlu.concept import Concept

_ABLE = frozenset({"bisa", "kuat", "berani", "tahan"})
_BETWEEN = frozenset({"untuk", "buat", "guna", "kalau", "lagi", "nggo", "kanggo", "kangge", "rasa"})
_GETTING_UP = frozenset({"berdiri", "bangun", "tegak", "jalan"})
_LONGEST = 4
"""Words between a negation and the getting up."""


def close_up(
    concepts: list[Concept],
    negations: Collection[str],
    expressions: Collection[tuple[str, ...]],
) -> list[Concept]:
    """Drop what stands between "tidak kuat" and "berdiri"; ``expressions`` come first."""
    result: list[Concept] = []
    at = 0
    while at < len(concepts):
        end = _getting_up(concepts, at, negations)
        span = concepts[at : end + 1]
        if end > at and not _begins_one(concepts[at:], expressions):
            result += [one for one in span[:-1] if one.name not in _BETWEEN]
            at = end
        else:
            result.append(concepts[at])
            at += 1
    return result


def _getting_up(concepts: Sequence[Concept], at: int, negations: Collection[str]) -> int:
    """The place of the getting up that a negation at ``at`` says cannot be; else ``at``."""
    able = False
    if concepts[at].name not in negations:
        return at
    for place in range(at + 1, min(at + 2 + _LONGEST, len(concepts))):
        name = concepts[place].name
        if name in _GETTING_UP and able:
            return place
        able = able or name in _ABLE
        if name not in _ABLE | _BETWEEN:
            return at
    return at


def _begins_one(concepts: Sequence[Concept], expressions: Collection[tuple[str, ...]]) -> bool:
    """Whether an expression of three words or more begins here: "tidak bisa buat jalan"."""
    names = tuple(concept.name for concept in concepts)
    return any(len(key) > 2 and names[: len(key)] == key for key in expressions)
