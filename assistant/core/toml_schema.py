"""Validates the user's TOML file: known sections and keys only, errors with line numbers."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from assistant.core.errors import InputError

T = TypeVar("T")

Reader = Callable[[object], object]
"""Validates and converts a value; raises ``InvalidValue``."""

Sections = Mapping[str, Mapping[str, Reader]]
"""The keys of each section with their readers."""


class InvalidValue(InputError):
    """A value that cannot be used; says what to write."""


def read_text(path: Path) -> str:
    """The file's text, empty if it does not exist. Raises ``InputError``."""
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows Notepad writes a byte order mark
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})", "fix it") from error


def parse_sections(path: Path, text: str, known: Sections) -> dict[str, dict[str, object]]:
    """Parse ``text``; returns the converted values by section and key.

    ``path`` is only used in messages. Raises ``InputError`` with file, line (if it can be
    found) and what to write.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        end = f"at line {len(text.splitlines())}, the end"
        told = str(error).replace("at end of document", end)
        raise InputError(f"{path}: not valid TOML ({told})", "fix or remove the file") from error
    for name in data:
        if name not in known:
            home = next((one for one, keys in known.items() if name in keys), None)
            if home:
                raise wrong_at(path, text, "", name, f"belongs below [{home}]", "move it there")
            sections = ", ".join(f"[{one}]" for one in known)
            raise wrong_at(path, text, "", name, "is unknown", f"the sections are {sections}")
    return {
        name: check_section(path, text, name, data.get(name, {}), readers)
        for name, readers in known.items()
    }


def check_section(
    path: Path, text: str, name: str, section: object, readers: Mapping[str, Reader]
) -> dict[str, object]:
    """The converted values of one section; ``text`` is the file's text, for line numbers."""
    if not isinstance(section, dict):
        advice = f"write [{name}] on its own line"
        raise wrong_at(path, text, "", name, "must be a section", advice)
    values: dict[str, object] = {}
    for key, value in section.items():
        if key not in readers:
            advice = f"write one of {', '.join(readers)}"
            raise wrong_at(path, text, name, key, "is unknown", advice)
        try:
            values[key] = readers[key](value)
        except InvalidValue as wrong:
            raise wrong_at(path, text, name, key, wrong.problem, wrong.advice) from wrong
    return values


def wrong_at(
    path: Path, text: str, section: str, key: str, problem: str, advice: str
) -> InputError:
    """The error for ``key`` of ``section``; for the section ``key`` if ``section`` is empty."""
    number = _line_of(text, section, key)
    where = f"{path}, line {number}" if number else str(path)
    return InputError(f"{where}: {key!r} {problem}", advice)


_HEADER = re.compile(r"\s*\[\s*[\"']?([^\]\"'.]+?)[\"']?\s*[.\]]")


def _line_of(text: str, section: str, key: str) -> int | None:
    """Number of the line that sets the key, from 1; None if it is not found."""
    word = rf"[\"']?{re.escape(key)}[\"']?"
    inside = re.compile(rf"\s*{word}\s*[=.]")
    dotted = re.compile(rf"\s*[\"']?{re.escape(section)}[\"']?\s*\.\s*{word}\s*[=.]")
    inline = re.compile(rf"\s*[\"']?{re.escape(section)}[\"']?\s*=.*\b{word}\s*=")
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            current = header[1]
            if not section and current == key:
                return number
        elif (current == section and inside.match(line)) or (
            section and not current and (dotted.match(line) or inline.match(line))
        ):
            return number
    return None


def text(longest: int, example: str, plain: bool = True) -> Callable[[object], str]:
    """A string of at most ``longest`` printable characters; ``plain`` collapses white space."""

    def read(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise InvalidValue(f"must be of at most {longest} letters", f'write "{example}"')
        return " ".join(value.split()) if plain else value

    return read


def choice(known: Mapping[str, T]) -> Callable[[object], T]:
    """One of the strings in ``known``, converted to its value there."""

    def read(value: object) -> T:
        if not isinstance(value, str) or value not in known:
            choices = ", ".join(f'"{one}"' for one in known)
            raise InvalidValue(f"must be one of {choices}")
        return known[value]

    return read


def switch(value: object) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise InvalidValue("must be true or false, without quotes")
    return value


def several(known: tuple[str, ...]) -> Callable[[object], tuple[str, ...]]:
    """A list of strings out of ``known``; duplicates are removed."""

    def read(value: object) -> tuple[str, ...]:
        names = ", ".join(f'"{one}"' for one in known)
        if not isinstance(value, list):
            raise InvalidValue(f'must be a list of any of {names}, as in ["{known[0]}"]')
        for one in value:
            if one not in known:
                raise InvalidValue(f"knows no {one!r}", f"write any of {names}")
        return tuple(dict.fromkeys(value))

    return read


def number(low: float, high: float, normal: str) -> Callable[[object], float]:
    """A number from ``low`` to ``high``; ``normal`` is the default, for messages."""

    def read(value: object) -> float:
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not low <= value <= high:  # type: ignore[operator]
            raise InvalidValue(
                f"must be a number from {low} to {high}", f"{normal} is the normal one"
            )
        return float(value)  # type: ignore[arg-type]

    return read


def whole(low: int, high: int, normal: int) -> Callable[[object], int]:
    """An integer from ``low`` to ``high``; ``normal`` is the default, for messages."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise InvalidValue(
                f"must be a whole number from {low} to {high}", f"{normal} is the normal one"
            )
        return value

    return read
