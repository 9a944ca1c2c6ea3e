"""Declares a key of a TOML file once, as a dataclass field with its reader and its question.

A section is a frozen dataclass whose fields are made by ``key``; the file is a frozen dataclass
whose fields are such sections. What ``toml_schema`` needs to read the file is derived from them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.core.toml_schema import Reader, Sections, check_section, parse_sections

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
S = TypeVar("S", bound="DataclassInstance")

_READER = "reader"
_QUESTION = "question"


@dataclass(frozen=True)
class KeyQuestion:
    """How ``settings`` asks for a key in the terminal."""

    position: int
    """Place among all questions; the first is 1."""

    text: str
    hint: str = ""
    """What can be answered; if empty, it follows from the type of the value."""

    needs: str = ""
    """Key of the same section without which the question makes no sense."""


def key(read: Callable[[object], T], default: T, question: KeyQuestion | None = None) -> T:
    """Field of a section: the reader checks and converts the value of the file.

    Typed as the value, so that mypy compares reader, default and field. Without ``question``
    the key can be set only by editing the file.
    """
    return field(default=default, metadata={_READER: read, _QUESTION: question})


def readers_of(section: "DataclassInstance") -> Mapping[str, Reader]:
    """The section's readers by key, in the order of the fields."""
    return {one.name: one.metadata[_READER] for one in fields(section)}


def sections_of(config: "DataclassInstance") -> Sections:
    """The readers of a whole file, by section and key."""
    return {one.name: readers_of(getattr(config, one.name)) for one in fields(config)}


def questions_of(config: "DataclassInstance") -> list[tuple[str, str, KeyQuestion]]:
    """Section, key and question of every key that ``settings`` asks for, in the order of asking."""
    found = [
        (section.name, one.name, one.metadata[_QUESTION])
        for section in fields(config)
        for one in fields(getattr(config, section.name))
        if one.metadata[_QUESTION] is not None
    ]
    return sorted(found, key=lambda entry: entry[2].position)


def read_file(defaults: S, path: Path, text: str) -> S:
    """``defaults`` with the values of ``text``; ``path`` is only named in errors.

    Raises ``InputError`` with the file, the line if it can be found, and what to write.
    """
    values = parse_sections(path, text, sections_of(defaults))
    return replace(
        defaults,
        **{name: replace(getattr(defaults, name), **found) for name, found in values.items()},
    )


def read_section(defaults: S, path: Path, name: str, values: object) -> S:
    """``defaults`` with ``values``, checked as the section ``name`` of the file would be.

    Raises ``InputError``; ``path`` is named in it.
    """
    return replace(defaults, **check_section(path, "", name, values, readers_of(defaults)))
