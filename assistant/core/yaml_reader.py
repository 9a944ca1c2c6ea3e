"""Reads YAML into nodes that know their file and line, so that every error message has both.

Scalars stay text: ``yes``, ``no`` and ``1`` are words here. No file content raises anything but
``InputError``: size and depth are limited, aliases and duplicate keys are rejected.
"""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.core.errors import InputError
from assistant.core.numerals import decimal, integer
from assistant.core.translation import Translatable, _, reason

_MAX_BYTES = 5_000_000
_MAX_DEPTH = 40
_FORMAT = string.Formatter()

# Events, not nodes: libyaml's composer recurses in C and crashes on deep nesting; its events are
# read one by one, about ten times as fast as by the parser written in Python.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL_TAG = "tag:yaml.org,2002:null"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its file and line. Every reading method raises ``InputError``."""

    value: "str | None | list[Node] | dict[str, Node]"
    """Scalars are the text as written ("no" and "1" are strings), null is None."""

    path: Path
    line: int

    @property
    def place(self) -> str:
        """``name:line``, the short form, for the sources shown beside a sentence."""
        return f"{self.path.name}:{self.line}"

    @property
    def where(self) -> str:
        """``path:line``, for messages."""
        return f"{self.path}:{self.line}"

    def error(self, problem: str, advice: str = _("correct this line")) -> InputError:
        """An error at this place."""
        return InputError.at(self.where, problem, advice)

    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.value, list)

    def is_scalar(self) -> bool:
        """Whether this is a single value, or null."""
        return self.value is None or isinstance(self.value, str)

    def text(self, what: str = _("the text")) -> str:
        """A non-empty text, with runs of white space collapsed to one space."""
        if not self.is_scalar():
            raise self.error(_("{what} must be text").format(what=what), _("write it in quotes"))
        text = " ".join(str(self.value or "").split())
        if not text:
            raise self.error(
                _("{what} is empty").format(what=what), _("write a text or remove the key")
            )
        return text

    def format_text(self, allowed: str, what: str = _("the text")) -> str:
        """A text for ``str.format`` whose placeholders are all among the ``allowed`` names."""
        text = self.text(what)
        try:
            parts = list(_FORMAT.parse(text))
        except ValueError as error:
            problem = _("stray brace in {text!r}").format(text=text)
            raise self.error(problem, _("remove it, or close it behind a name")) from error
        for _text, name, form, conversion in parts:
            if name is not None and (name not in allowed.split() or form or conversion):
                known = ", ".join(sorted(allowed.split())) or "none"
                advice = _("allowed are {known}").format(known=known)
                raise self.error(_("unknown {{{name}}}").format(name=name), advice)
        return text

    def number(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        text = self.text(_("the number"))
        try:
            value = decimal(text)
        except ValueError as error:
            raise self.error(
                _("a number is needed, not {text!r}").format(text=text), _("write digits")
            ) from error
        if not low <= value <= high:
            raise self.error(
                _("{value:g} is out of bounds").format(value=value),
                _("use {low:g} to {high:g}").format(low=low, high=high),
            )
        return value

    def whole(
        self, what: str = _("the number"), low: int = -99_999_999, high: int = 999_999_999
    ) -> int:
        """A whole number from ``low`` to ``high``."""
        try:
            value = integer(self.text(what))
        except ValueError as error:
            raise self.error(_("{what} must be a whole number").format(what=what)) from error
        if not low <= value <= high:
            raise self.error(
                _("{what} is out of bounds").format(what=what),
                _("use {low} to {high}").format(low=low, high=high),
            )
        return value

    def items(self, what: str = "this") -> "list[Node]":
        """The elements of a list."""
        if not isinstance(self.value, list):
            raise self.error(
                _("{what} must be a list").format(what=what), _("begin each element with '- '")
            )
        return self.value

    def texts(self, what: str = _("the text")) -> tuple[str, ...]:
        """The texts of a list, or a single one."""
        if self.is_scalar():
            return (self.text(what),)
        return tuple(item.text(what) for item in self.items(what))

    def mapping(self, what: str = "this") -> "dict[str, Node]":
        """A mapping with any keys."""
        if not isinstance(self.value, dict):
            raise self.error(
                _("{what} must be a mapping").format(what=what),
                _("write lines such as 'key: value'"),
            )
        return self.value

    def fields(self, optional: str, required: str = "") -> "dict[str, Node]":
        """A mapping that has all ``required`` keys and no others but ``optional`` ones."""
        found = self.mapping()
        names = {*optional.split(), *required.split()}
        for name, node in found.items():
            if name not in names:
                raise node.error(
                    _("unknown key {name!r}").format(name=name),
                    _("allowed are {names}").format(names=", ".join(sorted(names))),
                )
        for name in required.split():
            if name not in found:
                raise self.error(_("the key {name!r} is missing").format(name=name), _("add it"))
        return found


_QUOTES = _("check quotes and spaces at the beginning, in this line or the one before")


def read_yaml(path: Path) -> Node:
    """Read a file with one document.

    Raises ``InputError`` with file and line if it is not plain YAML, or empty.
    """
    node = read_optional_yaml(path)
    if node is None:
        raise InputError.at(f"{path}:1", _("the file is empty"), _("fill it or remove it"))
    return node


def read_optional_yaml(path: Path) -> Node | None:
    """Like ``read_yaml``, but None for an empty file."""
    return parse_yaml(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The content of ``path``, for ``parse_yaml``; raises ``InputError`` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError.at(
            path, _("cannot be read ({reason})").format(reason=reason(error)), _("check the file")
        ) from error


def parse_yaml(data: bytes, path: Path) -> Node | None:
    """Like ``read_optional_yaml``, from the content of ``path``."""
    text = _decode(data, path)
    try:
        events = iter(yaml.parse(text, Loader=_LOADER))
        root = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                if root is not None:
                    place = f"{path}:{_line(event)}"
                    raise InputError.at(place, _("a second document"), _("remove the line '---'"))
                root = _build(events, event, path, _MAX_DEPTH)
        return root
    except yaml.MarkedYAMLError as error:
        raise _marked(error, text, path) from error
    except (yaml.YAMLError, ValueError) as error:
        strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = 1 + text.count("\n", 0, strange.start() if strange else 0)
        problem = " ".join(str(error).split())
        raise InputError.at(
            f"{path}:{line}", _("not valid YAML ({problem})").format(problem=problem), _QUOTES
        ) from error


def _decode(data: bytes, path: Path) -> str:
    if len(data) > _MAX_BYTES:
        raise InputError.at(
            path, _("larger than 5 MB"), _("split it or check that it is the right file")
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError.at(
            f"{path}:{line}", _("not UTF-8 text"), _("save the file as UTF-8")
        ) from error


def _marked(error: yaml.MarkedYAMLError, text: str, path: Path) -> InputError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    line = min(line, text.rstrip().count("\n"))  # libyaml's end of the file is a line beyond it
    problem = Translatable(" ".join((error.problem or "not valid").split()))
    tab = "\t" in "".join(text.splitlines()[line : line + 1])[: column + 1]
    advice = _("write spaces in place of the Tab") if tab else _QUOTES
    return InputError.at(
        f"{path}:{line + 1}", _("not valid YAML ({problem})").format(problem=problem), advice
    )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _build(events: Iterator[yaml.Event], event: yaml.Event, path: Path, depth: int) -> Node:
    """The node that begins at ``event``; consumes ``events`` up to its end."""
    line = _line(event)
    if depth == 0:
        raise InputError.at(
            f"{path}:{line}", _("nested too deeply"), _("check brackets and indentation")
        )
    match event:
        case yaml.ScalarEvent():
            null = event.value in _NULLS if event.implicit[0] else event.tag == _NULL_TAG
            return Node(None if null else event.value, path, line)
        case yaml.SequenceStartEvent():
            items: list[Node] = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(_build(events, event, path, depth - 1))
            return Node(items, path, line)
        case yaml.MappingStartEvent():
            return Node(_mapping(events, path, depth - 1), path, line)
        case _:
            raise InputError.at(
                f"{path}:{line}", _("YAML aliases (*) are not supported"), _("write it out")
            )


def _mapping(events: Iterator[yaml.Event], path: Path, depth: int) -> dict[str, Node]:
    mapping: dict[str, Node] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        where = f"{path}:{_line(event)}"
        if not isinstance(event, yaml.ScalarEvent):
            raise InputError.at(where, _("a key must be text"), _("put quotes around it"))
        if event.value in mapping:
            raise InputError.at(
                where,
                _("the key {value!r} is there twice").format(value=event.value),
                _("remove one"),
            )
        name = str(event.value)
        mapping[name] = _build(events, next(events), path, depth)
    return mapping
