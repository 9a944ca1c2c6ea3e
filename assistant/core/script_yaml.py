"""Reads YAML so that every mistake can be named with its file and line.

Scalars stay texts: ``yes`` and ``no`` are answers here, not truth values.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.core.errors import InputError


@dataclass(frozen=True)
class Node:
    """A YAML node that knows where it stands; all readers raise ``InputError``."""

    file: str
    raw: yaml.Node

    @property
    def where(self) -> str:
        """``file, line N``, for messages."""
        return f"{self.file}, line {self.raw.start_mark.line + 1}"

    def error(self, problem: str, advice: str) -> InputError:
        """An error at this place."""
        return InputError(f"{self.where}: {problem}", advice)

    def is_text(self) -> bool:
        """Whether this is a single value."""
        return isinstance(self.raw, yaml.ScalarNode)

    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.raw, yaml.SequenceNode)

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.raw, yaml.ScalarNode):
            raise self.error("a text is needed here", "write it in quotes")
        value = " ".join(str(self.raw.value).split())
        if not value:
            raise self.error("the text is empty", "write something or remove the key")
        return value

    def number(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        try:
            value = float(self.text())
        except ValueError as error:
            raise self.error(f"a number is needed, not {self.text()!r}", "write digits") from error
        if not low <= value <= high:
            raise self.error(f"{value:g} is out of bounds", f"use {low:g} to {high:g}")
        return value

    def items(self) -> list["Node"]:
        """The elements of a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            raise self.error("a list is needed here", "begin each element with '- '")
        return [Node(self.file, child) for child in self.raw.value]

    def texts(self) -> tuple[str, ...]:
        """A list of texts, or a single one."""
        if self.is_text():
            return (self.text(),)
        return tuple(child.text() for child in self.items())

    def pairs(self) -> dict[str, "Node"]:
        """A mapping with any keys, each once."""
        if not isinstance(self.raw, yaml.MappingNode):
            raise self.error("keys with values are needed here", "write them as in 'key: value'")
        found: dict[str, Node] = {}
        for key, value in self.raw.value:
            name = Node(self.file, key).text()
            if name in found:
                raise Node(self.file, key).error(f"the key {name!r} is there twice", "remove one")
            found[name] = Node(self.file, value)
        return found

    def fields(self, allowed: str, required: str = "") -> dict[str, "Node"]:
        """A mapping with the ``allowed`` keys only, and all of the ``required`` ones."""
        found = self.pairs()
        names = set(allowed.split()) | set(required.split())
        for name, node in found.items():
            if name not in names:
                raise node.error(f"unknown key {name!r}", f"allowed are {', '.join(sorted(names))}")
        for name in required.split():
            if name not in found:
                raise self.error(f"the key {name!r} is missing", "add it")
        return found


_FIX = "check quotes and indentation, in this line or the one before"


def read_yaml(path: Path) -> Node:
    """Read one document; raises ``InputError`` with file and line when it is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})", "fix it") from error
    try:
        # not the quicker CSafeLoader: it crashes the process on very deep nesting
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise InputError(f"{path}, line {line}: not valid YAML ({error.problem})", _FIX) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        detail = " ".join(str(error).split())
        raise InputError(f"{path}: not valid YAML ({detail})", "fix the file") from error
    if node is None:
        raise InputError(f"{path}: the file is empty", "fill it or remove it")
    return Node(str(path), node)
