"""Keys of hassil's YAML that have no effect here: named, so that nobody relies on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.core.translation import _
from assistant.core.yaml_reader import Node

_TOP = frozenset({
    *("language", "intents", "lists", "expansion_rules", "skip_words"),
    *("responses", "usual", "barge_in", "alike"),
})  # fmt: skip
"""``responses``: what Home Assistant answers; not needed to understand a sentence. The last three
are the project's own."""

_BLOCK = frozenset({
    *("sentences", "slots", "requires_context", "excludes_context", "expansion_rules", "lists"),
    *("response", "metadata", "inferred_domain", "name_domains"),
})  # fmt: skip
"""The last four do not decide which sentences match."""

_LIST = frozenset({"values", "range", "wildcard"})
_VALUE = frozenset({"in", "out", "context", "metadata"})
_RANGE = frozenset({"from", "to", "step", "type", "fractions", "multiplier"})

_DEFAULTS = {
    "digits": {"true", "yes"},
    "words": {"true", "yes"},
    "words_language": {"id"},
    "ignore_whitespace": {"false", "no"},
    "filter_with_regex": {"true", "yes", "false", "no"},
}
"""Values of further keys that ask for what is done anyway."""


@dataclass(frozen=True)
class UnsupportedKey:
    """A key that is read over."""

    key: str
    source: str
    """``file:line``."""

    effect: str = _("has no effect here")
    """What becomes of it, after its name."""

    advice: str = _("do not rely on it")


def unsupported_keys(root: Node) -> Iterator[UnsupportedKey]:
    """The keys of a template file that have no effect."""
    keys = _mapping(root)
    yield from _unknown(keys, _TOP | {"settings"})
    yield from _unknown(_mapping(keys.get("settings")), frozenset())
    yield from _of_lists(keys.get("lists"))
    for intent in _mapping(keys.get("intents")).values():
        parts = _mapping(intent)
        yield from _unknown(parts, frozenset({"data"}))
        for block in _items(parts.get("data")):
            inner = _mapping(block)
            yield from _unknown(inner, _BLOCK | {"settings"})
            yield from _unknown(_mapping(inner.get("settings")), frozenset())
            yield from _of_lists(inner.get("lists"))


def _of_lists(node: Node | None) -> Iterator[UnsupportedKey]:
    for one in _mapping(node).values():
        keys = _mapping(one)
        yield from _unknown(keys, _LIST)
        yield from _unknown(_mapping(keys.get("range")), _RANGE)
        for value in _items(keys.get("values")):
            yield from _unknown(_mapping(value), _VALUE)


def _unknown(keys: dict[str, Node], known: frozenset[str]) -> Iterator[UnsupportedKey]:
    for name, node in keys.items():
        if name not in known and str(node.value).lower() not in _DEFAULTS.get(name, ()):
            yield UnsupportedKey(name, node.place)


def _mapping(node: Node | None) -> dict[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _items(node: Node | None) -> list[Node]:
    return node.value if node is not None and isinstance(node.value, list) else []
