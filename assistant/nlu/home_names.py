"""What the names and sentences of one home say, as far as courtesies could be mistaken for it."""

from collections.abc import Iterable, Sequence

from assistant.nlu.courtesies import ADDRESSES, COURTESIES, SAME_PERSON
from assistant.nlu.templates.number_words import number_vocabulary
from assistant.nlu.templates.phrases import Phrase

_PERSONS = frozenset(
    (*SAME_PERSON, "dokter", "ayah", "anak", "cucu", "teman", "tetangga", "mertua")
)
_SUFFIX = "nya"
_PARTICLE = "lah"
_SHORTEST_STEM = 3


class HomeNames:
    """The names of a home; built once."""

    def __init__(self, exact: dict[str, list[Phrase]], names: Iterable[str]) -> None:
        """``exact``: phrases by text; ``names``: values of the lists."""
        self.names = frozenset(names)
        self._rows = {
            row
            for text in (*exact, *self.names)
            if not _PERSONS.isdisjoint(words := text.split())
            for row in zip(words, words[1:], strict=False)
        }
        self.distinguishing = _distinguishing(exact)
        """Courtesies that distinguish sentences of this home; they are never left out."""

    def has_row(self, first: str, second: str) -> bool:
        """Whether these words, one of them a person's, stand together in a name or sentence."""
        return (first, second) in self._rows

    def has_inside(self, words: Sequence[str], place: int) -> bool:
        """Whether a name in ``words`` begins before ``place`` and goes on there.

        So does a person's title in a template without a list: "panggil suster Ana".
        """
        within = any(
            " ".join(words[start:stop]) in self.names
            for start in range(place)
            for stop in range(place + 1, len(words) + 1)
        )
        ends = any(" ".join(words[start:place]) in self.names for start in range(place))
        begins = any(
            " ".join(words[place:stop]) in self.names for stop in range(place + 1, len(words) + 1)
        )
        return (
            within
            or (words[place - 1] in _PERSONS and not ends)
            or (words[place] in _PERSONS and not begins)
        )


def plainer(words: Sequence[str]) -> list[str]:
    """``words`` without the particle of the verb and the article of the name: "matikanlah …nya".

    A person's keeps it: "lampu kamar ibunya" is another mother's.
    """
    first, *others = words
    if first.endswith(_PARTICLE) and len(first) > _SHORTEST_STEM + len(_PARTICLE):
        first = first.removesuffix(_PARTICLE)
    if others and others[-1].endswith(_SUFFIX):
        stem = others[-1].removesuffix(_SUFFIX)
        if len(stem) >= _SHORTEST_STEM and stem not in _PERSONS | number_vocabulary():
            others[-1] = stem
    return [first, *others]


def _distinguishing(exact: dict[str, list[Phrase]]) -> frozenset[str]:
    found = set()
    single = COURTESIES - {one for (one,) in ADDRESSES}
    for text, phrases in exact.items():
        words = text.split()
        for word in single.intersection(words):
            others = exact.get(" ".join(one for one in words if one != word), ())
            if any(one.meaning not in [other.meaning for other in others] for one in phrases) and (
                others
            ):
                found.add(word)
    return frozenset(found)
