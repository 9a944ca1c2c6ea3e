"""Test sentences: what a user may say and the intent it should have.

Two formats. Tables (``*.tsv`` with columns ``intent`` and ``utterance``) count for template
coverage only, because such lists contain hard cases too. The sentences of YAML files, in our own
form (``tests: {intent: [{slots, sentences}]}``) or hassil's
(``tests: [{sentences, intent: {name, slots}}]``), must have the given intent and slots.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.core.yaml_reader import Node, read_optional_yaml


@dataclass(frozen=True)
class Example:
    """A sentence with its expected intent and slots."""

    text: str
    intent: str
    source: str
    """``file:line``."""

    slots: Mapping[str, str] = field(default_factory=dict)
    binding: bool = True
    """Whether another interpretation is a finding."""


def read_examples(folder: Path) -> list[Example]:
    """Every test sentence of a folder; raises ``InputError`` naming the invalid file."""
    if not folder.is_dir():
        raise InputError.at(folder, _("no such folder"), _("name a folder of test sentences"))
    found: list[Example] = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".tsv":
            found += _table(path)
        elif path.suffix in (".yaml", ".yml"):
            found += _tree(path)
    return found


def _table(path: Path) -> Iterator[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        try:
            for number, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2):
                place = f"{path.name}:{number}"
                yield Example(row["utterance"], row["intent"], place, binding=False)
        except (KeyError, UnicodeDecodeError) as error:
            raise InputError.at(
                path,
                _("not a table of test sentences ({error})").format(error=error),
                _("separate the columns by tabs and name intent and utterance in the first line"),
            ) from error


def _tree(path: Path) -> Iterator[Example]:
    root = read_optional_yaml(path)
    tests = root.mapping(_("a file of tests")).get("tests") if root else None
    if tests is None:
        return
    if isinstance(tests.value, list):  # hassil's own form
        for node in tests.value:
            group = node.mapping(_("a test"))
            intent = _part(group, "intent", node).mapping("intent")
            yield from _group(path, _part(intent, "name", node).text("name"), intent, group, node)
        return
    for name, many in tests.mapping("tests").items():
        for node in many.items(_("the tests of {name}").format(name=name)):
            group = node.mapping(_("a test"))
            yield from _group(path, name, group, group, node)


def _group(
    path: Path, intent: str, holder: dict[str, Node], group: dict[str, Node], node: Node
) -> Iterator[Example]:
    slots = {}
    if "slots" in holder and holder["slots"].value:
        slots = {k: _slot(k, one) for k, one in holder["slots"].mapping("slots").items()}
    for sentence in _part(group, "sentences", node).items("sentences"):
        yield Example(sentence.text(_("a sentence")), intent, sentence.place, slots)


def _part(holder: dict[str, Node], name: str, node: Node) -> Node:
    if name not in holder:
        raise node.error(_("a test needs {name}:").format(name=name))
    return holder[name]


def _slot(name: str, node: Node) -> str:
    inner = node.value.get("value") if isinstance(node.value, dict) else None
    return (inner or node).text(_("slot {name}").format(name=name))
