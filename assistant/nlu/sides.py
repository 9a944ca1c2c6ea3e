"""Which leg a sentence is about that names both: "yang kanan tidak, yang kiri sakit"."""

from collections.abc import Sequence, Set

SIDES = {"kiri": "left", "kanan": "right"}
"""Concepts of the sides, and the values of the slot ``leg``."""

_WELL = frozenset({"reda", "baik_saja", "baik", "sehat", "normal", "oke", "lumayan", "biasa"})
_OF_NEXT = frozenset({"yang", "kaki", "betis", "paha", "sebelah", "saya"})
"""Concepts that lead from one side to the next: "kanan tidak, yang kiri"."""

_TOO = "juga"
_GONE = frozenset({"kram", "kejang", "sakit", "kaku", "bengkak", "lagi"})
"""What a denial after a side takes away from it."""

_CORRECTS = "bukan"
"""Denies what follows; other negations deny what was named before, if there is any."""

_EH, _NOT_YET, _THAN = "eh", "belum", "daripada"


def side_in_trouble(names: Sequence[str], negations: Set[str]) -> str:
    """The side that is left over when the other is said to be well; empty if that is not said.

    ``names``: the concepts of the sentence, in order. "eh" corrects what came before,
    "juga" takes both.
    """
    if not {_EH, _TOO}.isdisjoint(names):
        return ""
    if _THAN in names:  # "yang kanan lebih besar daripada yang kiri"
        before = [name for name in names[: names.index(_THAN)] if name in SIDES]
        return SIDES[before[-1]] if before else ""
    places = [at for at, name in enumerate(names) if name in SIDES]
    well = set()
    for number, at in enumerate(places):
        begin = places[number - 1] + 1 if number else 0
        end = places[number + 1] if number + 1 < len(places) else len(names)
        denying = {_CORRECTS} if number else negations - {_NOT_YET}
        before = [name for name in names[begin:at] if name not in _OF_NEXT]
        if not denying.isdisjoint(before[-1:]) or _is_well(names[at + 1 : end], negations):
            well.add(names[at])
    hurting = {names[at] for at in places} - well
    return SIDES[hurting.pop()] if len(hurting) == 1 and well else ""


def corrected_side(names: Sequence[str]) -> str:
    """The side named last, if both are: "kanan, bukan, kiri"; else empty."""
    said = [name for name in names if name in SIDES]
    return SIDES[said[-1]] if set(said) == set(SIDES) else ""


def _is_well(said: Sequence[str], negations: Set[str]) -> bool:
    """Whether ``said``, after a side was named, tells that it is well."""
    said = list(said)
    while said and said[-1] in _OF_NEXT:
        said.pop()
    if said[-1:] == [_CORRECTS]:
        return False  # it denies what follows
    for at, name in enumerate(said):
        following = said[at + 1 : at + 2]
        denied = not negations.isdisjoint(said[max(0, at - 2) : at])
        if name in _WELL and not denied:
            return True
        if name in negations - {_NOT_YET} and (not following or following[0] in _GONE):
            return True
    return False
