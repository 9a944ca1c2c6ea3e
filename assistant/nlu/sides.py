"""Which leg a sentence is about that names both: "yang kanan tidak, yang kiri sakit"."""

from collections.abc import Sequence, Set

SIDES = {"kiri": "left", "kanan": "right"}
"""Concepts of the sides, and the values of the slot ``leg``."""

_WELL = frozenset({"reda", "baik_saja", "baik", "sehat", "normal"})
_COMPLAINTS = frozenset({"kram", "kejang", "sakit", "kaku", "bengkak"})
_CORRECTS = "bukan"
"""Denies what follows; other negations deny what was named before, if there is any."""

_EH, _NOT_YET = "eh", "belum"
_AT_MOST_BETWEEN = 1
"""Concepts between a negation and the side that it denies: "bukan yang kanan"."""


def side_in_trouble(names: Sequence[str], negations: Set[str]) -> str:
    """The side that is left over when the other is said to be well; empty if that is not said.

    ``names``: the concepts of the sentence, in order. Whoever says "eh" corrects what came before.
    """
    if _EH in names:
        return ""
    places = [at for at, name in enumerate(names) if name in SIDES]
    well = set()
    for number, at in enumerate(places):
        begin = places[number - 1] + 1 if number else 0
        end = places[number + 1] if number + 1 < len(places) else len(names)
        denying = {_CORRECTS} if number else negations - {_NOT_YET}
        denied = not denying.isdisjoint(names[max(begin, at - 1 - _AT_MOST_BETWEEN) : at])
        if denied or _is_well(names[at + 1 : end], negations):
            well.add(names[at])
    hurting = {names[at] for at in places} - well
    return SIDES[hurting.pop()] if len(hurting) == 1 and well else ""


def corrected_side(names: Sequence[str]) -> str:
    """The side named last, if both are: "kanan, bukan, kiri"; else empty."""
    said = [name for name in names if name in SIDES]
    return SIDES[said[-1]] if set(said) == set(SIDES) else ""


def _is_well(said: Sequence[str], negations: Set[str]) -> bool:
    """Whether ``said``, after a side was named, tells that it is well."""
    if _CORRECTS in said:
        said = said[: said.index(_CORRECTS)]
    for at, name in enumerate(said):
        following, denied = said[at + 1 : at + 2], not negations.isdisjoint(said[at - 1 : at])
        if name in _WELL and not denied:
            return True
        if name in negations - {_NOT_YET} and (not following or following[0] in _COMPLAINTS):
            return True
    return False
