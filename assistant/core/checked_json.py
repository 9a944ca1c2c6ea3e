"""Reads values of JSON that may hold anything: each reader returns a checked value.

All of them raise ``ValueError`` for what is of another type, too long, or out of range.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from math import isfinite
from typing import TYPE_CHECKING, TypeVar, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
D = TypeVar("D", bound="DataclassInstance")
Reader = Callable[[object], object]

LONGEST_TEXT = 2000
"""Characters."""

MOST_ENTRIES = 500
"""Entries of a list."""

_FARTHEST = 1e12
"""Largest magnitude of a number."""

_MOST_COUNTED = 1_000_000


def plain_text(value: object) -> str:
    """A printable string: one line that can be spoken, shown and encoded."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"no plain text: {value!r:.60}")
    return value


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"neither true nor false: {value!r:.60}")
    return value


def number_between(low: float, high: float) -> Callable[[object], float]:
    """A reader of finite numbers from ``low`` to ``high``."""

    def read(value: object) -> float:
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not low <= value <= high or not isfinite(value):  # type: ignore[operator,arg-type]
            raise ValueError(f"no number from {low:g} to {high:g}: {value!r:.60}")
        return float(value)  # type: ignore[arg-type]

    return read


def whole_from(low: int) -> Callable[[object], int]:
    """A reader of whole numbers from ``low`` to a million."""

    def read(value: object) -> int:
        usable = isinstance(value, int) and not isinstance(value, bool)
        if not usable or not low <= value <= _MOST_COUNTED:  # type: ignore[operator]
            raise ValueError(f"no whole number from {low}: {value!r:.60}")
        return int(value)  # type: ignore[call-overload,no-any-return]

    return read


def one_of(*known: str) -> Callable[[object], str]:
    """A reader of these strings."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"none of {', '.join(known)}: {value!r:.60}")
        return value

    return read


def many(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """A reader of lists whose entries ``read`` reads."""

    def read_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            raise ValueError(f"no list: {value!r:.60}")
        return tuple(read(entry) for entry in value)

    return read_all


def pair(value: object) -> tuple[object, object]:
    """A list of two."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"no pair: {value!r:.60}")
    return value[0], value[1]


def members(value: object) -> dict[str, object]:
    """The members of an object, by name."""
    if not isinstance(value, dict):
        raise ValueError(f"no object: {value!r:.60}")
    return value


_BY_TYPE: Mapping[object, Reader] = {
    str: plain_text,
    bool: flag,
    int: whole_from(0),
    float: number_between(-_FARTHEST, _FARTHEST),
}


def build(cls: type[D], value: object, readers: Mapping[str, Reader]) -> D:
    """An instance of the dataclass ``cls`` from an object with its fields, and no others.

    ``readers`` by name; other fields are read by their type. What has a default may be missing.
    """
    data, hints = members(value), get_type_hints(cls)
    known = {one.name: one for one in fields(cls)}
    if unknown := data.keys() - known.keys():
        raise ValueError(f"unknown: {', '.join(sorted(unknown))!r:.60}")
    for name, one in known.items():
        if name not in data and one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(f"without {name}")
    return cls(**{
        name: (readers.get(name) or _BY_TYPE[hints[name]])(entry) for name, entry in data.items()
    })  # fmt: skip
