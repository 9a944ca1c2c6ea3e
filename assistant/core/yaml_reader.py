"""YAML as plain values that remember their lines."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.core.errors import InputError

_MOST_BYTES = 5_000_000
_DEEPEST = 40


@dataclass(frozen=True)
class Node:
    """A value of a YAML file and where it stands."""

    value: "str | None | list[Node] | dict[str, Node]"
    """Scalars are the text as written ("no" and "1" are strings), null is None."""

    file: str
    line: int

    @property
    def place(self) -> str:
        """``file:line``, for messages."""
        return f"{self.file}:{self.line}"

    def wrong(self, expected: str, advice: str = "correct this line") -> InputError:
        """The error for a value of another type than ``expected``."""
        return InputError(f"{self.place}: {expected}", advice)

    def mapping(self, what: str) -> "dict[str, Node]":
        """The value as a mapping; raises ``InputError`` if it is none."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"{what} must be a mapping (name: value)")
        return self.value

    def items(self, what: str) -> "list[Node]":
        """The value as a list; raises ``InputError`` if it is none."""
        if not isinstance(self.value, list):
            raise self.wrong(f"{what} must be a list (lines that begin with '- ')")
        return self.value

    def text(self, what: str) -> str:
        """The value as text; raises ``InputError`` if it is none or empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"{what} must be text")
        return self.value

    def number(self, what: str) -> int:
        """The value as a whole number; raises ``InputError`` if it is none."""
        text = self.text(what).strip()
        if not text.lstrip("-").isdecimal() or len(text) > 9:
            raise self.wrong(f"{what} must be a whole number")
        return int(text)


_FIX = "check quotes and indentation, in this line or the one before"


def read_yaml(path: Path) -> Node | None:
    """Read one YAML file; None when it holds nothing.

    Raises ``InputError`` with file and line for anything that is not plain YAML.
    """
    text = _read_text(path)
    try:
        _check_depth(text, path.name)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or "not valid").replace("\n", " ")
        advice = "write spaces in place of the Tab" if "'\\t'" in problem else _FIX
        raise InputError(f"{path.name}:{line}: broken YAML ({problem})", advice) from error
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{path.name}:1: broken YAML ({problem})", _FIX) from error
    return None if root is None else _convert(root, path.name)


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})", "check the file") from error
    if len(data) > _MOST_BYTES:
        raise InputError(
            f"{path.name}: larger than 5 MB", "split it or check that it is a template"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{path.name}:{line}: not UTF-8 text", "save the file as UTF-8") from error


def _check_depth(text: str, file: str) -> None:
    """Refuse what would explode or overflow the stack, before a tree is made of it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = 1 + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{file}:{line}: YAML aliases (*) are not supported", "use a <rule>")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise InputError(f"{file}:{line}: nested too deeply", "check brackets and indentation")


def _convert(node: yaml.Node, file: str) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            where = f"{file}:{key.start_mark.line + 1}"
            if name is None:
                raise InputError(f"{where}: a name must be text", "put quotes around the sentence")
            if name in mapping:
                raise InputError(f"{where}: {name!r} is here twice", "join the two")
            mapping[name] = _convert(value, file)
        return Node(mapping, file, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(item, file) for item in node.value], file, line)
    if node.tag == "tag:yaml.org,2002:null":
        return Node(None, file, line)
    return Node(str(node.value), file, line)
