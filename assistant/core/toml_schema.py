"""Validates the user's TOML file: known sections and keys only, errors with line numbers."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from assistant.core.errors import InputError
from assistant.core.translation import Translatable, _, joined

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
        raise InputError.at(
            path, _("cannot be read as UTF-8 text ({error})").format(error=error), _("fix it")
        ) from error


def parse_sections(path: Path, text: str, known: Sections) -> dict[str, dict[str, object]]:
    """Parse ``text``; returns the converted values by section and key.

    ``path`` is only used in messages. Raises ``InputError`` with file, line (if it can be
    found) and what to write.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = _("not valid TOML ({told})").format(told=_syntax_problem(str(error), text))
        raise InputError.at(path, problem, _("fix or remove the file")) from error
    for name in data:
        if name not in known:
            home = next((one for one, keys in known.items() if name in keys), None)
            if home:
                raise wrong_at(
                    path,
                    text,
                    "",
                    name,
                    _("belongs below [{home}]").format(home=home),
                    _("move it there"),
                )
            sections = ", ".join(f"[{one}]" for one in known)
            raise wrong_at(
                path,
                text,
                "",
                name,
                _("is unknown"),
                _("the sections are {sections}").format(sections=sections),
            )
    return {
        name: check_section(path, text, name, data.get(name, {}), readers)
        for name, readers in known.items()
    }


def _syntax_problem(told: str, text: str) -> Translatable:
    """What tomllib says, with the last line's number for "end of document".

    The words of the common mistakes are in the catalogue too.
    """
    found = _PLACE.fullmatch(told)
    if found is None:
        return Translatable(told)
    if found[2] is None:
        place = _("at line {line}, the end").format(line=len(text.splitlines()))
    else:
        place = _("at line {line}, column {column}").format(line=found[2], column=found[3])
    what = Translatable(found[1])
    return Translatable("{what} ({place})").format(what=what, place=place)


_PLACE = re.compile(r"(.*) \(at (?:end of document|line (\d+), column (\d+))\)", re.DOTALL)


def check_section(
    path: Path, text: str, name: str, section: object, readers: Mapping[str, Reader]
) -> dict[str, object]:
    """The converted values of one section; ``text`` is the file's text, for line numbers."""
    if not isinstance(section, dict):
        advice = _("write [{name}] on its own line").format(name=name)
        raise wrong_at(path, text, "", name, _("must be a section"), advice)
    values: dict[str, object] = {}
    for key, value in section.items():
        if key not in readers:
            advice = _("write one of {readers}").format(readers=", ".join(readers))
            raise wrong_at(path, text, name, key, _("is unknown"), advice)
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
    where = _("{path}, line {number}").format(path=path, number=number) if number else str(path)
    return InputError(
        Translatable("{where}: {key!r} {problem}").format(where=where, key=key, problem=problem),
        advice,
    )


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
        if not isinstance(value, str):
            raise InvalidValue(
                _("must be a text in quotes"), _('write "{example}"').format(example=example)
            )
        if len(value) > longest or not value.isprintable():
            raise InvalidValue(
                _("must be of at most {longest} letters").format(longest=longest),
                _('write "{example}"').format(example=example),
            )
        return " ".join(value.split()) if plain else value

    return read


def choice(known: Mapping[str, T], offered: Iterable[str] = ()) -> Callable[[object], T]:
    """One of the strings in ``known``, converted to its value there.

    The error names those ``offered``, by default all but the empty one, which nobody writes.
    """
    names = tuple(offered) or tuple(filter(None, known))

    def read(value: object) -> T:
        if not isinstance(value, str) or value not in known:
            choices = joined(", ", (Translatable('"{one}"').format(one=one) for one in names))
            raise InvalidValue(_("must be one of {choices}").format(choices=choices))
        return known[value]

    return read


def switch(value: object) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise InvalidValue(_("must be true or false, without quotes"))
    return value


def several(known: tuple[str, ...]) -> Callable[[object], tuple[str, ...]]:
    """A list of strings out of ``known``; duplicates are removed."""

    def read(value: object) -> tuple[str, ...]:
        names = ", ".join(f'"{one}"' for one in known)
        if not isinstance(value, list):
            raise InvalidValue(
                _('must be a list of any of {names}, as in ["{known}"]').format(
                    names=names, known=known[0]
                )
            )
        for one in value:
            if one not in known:
                raise InvalidValue(
                    _("knows no {one!r}").format(one=one),
                    _("write any of {names}").format(names=names),
                )
        return tuple(dict.fromkeys(value))

    return read


def number(low: float, high: float, normal: str) -> Callable[[object], float]:
    """A number from ``low`` to ``high``; ``normal`` is the default, for messages."""

    def read(value: object) -> float:
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not low <= value <= high:  # type: ignore[operator]
            raise InvalidValue(
                _("must be a number from {low} to {high}").format(low=low, high=high),
                _("{normal} is the normal one").format(normal=normal),
            )
        return float(value)  # type: ignore[arg-type]

    return read


def whole(low: int, high: int, normal: int) -> Callable[[object], int]:
    """An integer from ``low`` to ``high``; ``normal`` is the default, for messages."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise InvalidValue(
                _("must be a whole number from {low} to {high}").format(low=low, high=high),
                _("{normal} is the normal one").format(normal=normal),
            )
        return value

    return read
