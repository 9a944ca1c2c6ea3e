"""Allowed confusable pairs, with a reason: ``alike:`` in any YAML file of the templates folder."""

from dataclasses import dataclass
from pathlib import Path

from assistant.core.translation import _
from assistant.core.yaml_reader import Node, read_optional_yaml
from assistant.nlu.templates import normalise


@dataclass(frozen=True)
class Allowance:
    """Two words or phrases that are allowed to be confusable."""

    between: frozenset[str]
    """The words in which two sentences differ, or the two complete sentences."""

    reason: str
    source: str
    """``file:line``."""


def read_allowances(folder: Path) -> list[Allowance]:
    """Read ``alike: [{between: [a, b], reason: …}]`` from every YAML file in ``folder``.

    Raises ``InputError`` with file and line.
    """
    found = []
    for path in sorted(folder.iterdir()):
        root = read_optional_yaml(path) if path.suffix in (".yaml", ".yml") else None
        holder = root.mapping(_("a template file")) if root else {}
        if "alike" in holder:
            found += [_read(node) for node in holder["alike"].items("alike")]
    return found


def _read(node: Node) -> Allowance:
    keys = node.mapping(_("an allowance"))
    if set(keys) != {"between", "reason"}:
        raise node.error(_("an allowance needs between: [word, word] and reason:, nothing else"))
    words = [one.value for one in keys["between"].items("between")]
    if len(words) != 2 or not all(isinstance(word, str) for word in words):
        raise node.error(_('between must be two words or phrases, as in [jeda, sudah] or [ah, ""]'))
    return Allowance(
        frozenset(normalise(str(word)) for word in words),
        keys["reason"].text("reason"),
        node.place,
    )
