"""hassil's contexts: what a template requires, and what the values of lists bring along."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.core.translation import _
from assistant.core.yaml_reader import Node
from assistant.nlu.templates.expand import Pairs

DOMAIN = "domain"
"""The kind of a device. Required of names whose list states none, it is not checked."""

_STATE = "state"
"""The listening state, an extension to hassil's schema; see ``schema.read_blocks``."""


@dataclass(frozen=True)
class Requirement:
    """One key of ``requires_context`` or ``excludes_context``."""

    key: str
    values: frozenset[str]
    """The values that it may have; empty: any, as long as there is one."""

    slot: str = ""
    """The slot that takes its value."""


@dataclass(frozen=True)
class ContextRule:
    """What the context of a sentence must have, and what it must not have."""

    required: tuple[Requirement, ...] = ()
    excluded: tuple[Requirement, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The keys that decide."""
        return frozenset(one.key for one in (*self.required, *self.excluded))

    def slots(self, context: Pairs, stated: frozenset[str]) -> Pairs | None:
        """The slots that the context fills; None if it does not fit.

        ``stated``: the keys that any value of the folder's lists states. There is no other
        source of context here: no room that a microphone stands in.
        """
        known: Mapping[str, str] = dict(context)
        if any(known.get(one.key) in one.values for one in self.excluded):
            return None
        found: list[tuple[str, str]] = []
        for one in self.required:
            if one.key == DOMAIN and DOMAIN not in stated:
                continue
            value = known.get(one.key)
            if value is None or (one.values and value not in one.values):
                return None
            if one.slot:
                found.append((one.slot, value))
        return tuple(found)

    def unknown(self, stated: frozenset[str]) -> dict[str, str]:
        """Required keys that nothing states → what becomes of them."""
        return {
            one.key: _("is stated by no list, so it is not required")
            if one.key == DOMAIN
            else _("is stated by no list, so these sentences are never understood")
            for one in self.required
            if one.key not in stated
        }


def read_context(required: Node | None, excluded: Node | None) -> ContextRule:
    """Read ``requires_context`` and ``excludes_context`` of a block, without ``state``."""
    return ContextRule(_requirements(required), _requirements(excluded))


def _requirements(node: Node | None) -> tuple[Requirement, ...]:
    if node is None:
        return ()
    found = node.mapping(_("a context")).items()
    return tuple(_requirement(key, one) for key, one in found if key != _STATE)


def _requirement(key: str, node: Node) -> Requirement:
    value: Node | None = node
    slot = ""
    if isinstance(node.value, dict):
        value = node.value.get("value")
        if "slot" in node.value:
            wanted = node.value["slot"].text("slot")
            slot = {"true": key, "false": ""}.get(wanted.lower(), wanted)
    if value is None or value.value is None:
        return Requirement(key, frozenset(), slot)
    return Requirement(key, frozenset(value.texts(key)), slot)
