"""Reads a phone map from YAML; the comments of ``models/phones/ko.yaml`` describe the format."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from pathlib import Path

from assistant.asr.graph.g2p import SOUNDS
from assistant.asr.graph.phone_map import Alternatives, Flow, PhoneMap, Rule
from assistant.asr.graph.rule_conditions import CONDITIONS
from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.core.yaml_reader import Node, parse_yaml, read_bytes

_REQUIRED = "name tuples first silence kinds sounds"
_OPTIONAL = "words enter stay flow alike faint"

_MAX_COST = 1000.0
"""Largest cost in nats; far beyond the decoder's beam."""

Kinds = Mapping[str, int]
"""Name of a base phone → its number."""


def load_phone_map(path: Path) -> PhoneMap:
    """Read a phone map; raises ``InputError`` with file and line."""
    if not path.is_file():
        raise InputError(
            _("no phone table {path}").format(path=path), _("write one (see models/phones/ko.yaml)")
        )
    data = read_bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    root = parse_yaml(data, path)
    if root is None:
        raise InputError.at(f"{path}:1", _("the file is empty"), _("compare with ko.yaml"))
    fields = dict(root.fields(f"{_OPTIONAL} fitted", _REQUIRED))
    fitted = fields.pop("fitted", None)
    table = _read_table(fields, digest)
    if fitted is None:
        return table
    other = fitted.fields(f"{_OPTIONAL} {_REQUIRED}")
    return replace(table, fitted=_read_table({**fields, **other}, digest))


def _read_table(fields: Mapping[str, Node], digest: str) -> PhoneMap:
    kinds = {name: _natural(node) for name, node in fields["kinds"].mapping("kinds").items()}

    def entries(key: str) -> Iterator[tuple[str, Node]]:
        yield from fields[key].mapping(key).items() if key in fields else ()

    return PhoneMap(
        name=fields["name"].text(),
        tuples=_natural(fields["tuples"]),
        first=_natural(fields["first"]),
        silence=_natural(fields["silence"]),
        sounds=_read_sounds(fields["sounds"], kinds),
        fingerprint=digest,
        words={word: _read_word(word, node, kinds) for word, node in entries("words")},
        entry_cost={_kind(name, node, kinds): _cost(node) for name, node in entries("enter")},
        self_loop_cost={_kind(name, node, kinds): _cost(node) for name, node in entries("stay")},
        flow=_read_flow(fields.get("flow")),
        changes=_read_changes(entries("alike"), kinds),
        drops={
            _kind(name, node, kinds): _share(share, node)
            for share, node in entries("faint")
            for name in node.text().split()
        },
    )


def _natural(node: Node) -> int:
    value = node.whole()
    if value < 0:
        raise node.error(
            _("{value} is below zero").format(value=value), _("write a whole number from 0")
        )
    return value


def _cost(node: Node) -> float:
    return node.number(-_MAX_COST, _MAX_COST)


def _share(text: str, node: Node) -> float:
    """The number from 0 to 1 that is the key of ``node``."""
    return replace(node, value=text).number(0, 1)


def _kind(name: str, node: Node, kinds: Kinds) -> int:
    if name not in kinds:
        raise node.error(
            _("there is no kind {name!r}").format(name=name), _("write one of those under kinds:")
        )
    return kinds[name]


def _read_flow(node: Node | None) -> Flow:
    if node is None:
        return Flow()
    known = " ".join(one.name for one in fields_of(Flow))
    return Flow(**{name: _cost(cost) for name, cost in node.fields(known).items()})


def _read_sounds(node: Node, kinds: Kinds) -> dict[tuple[str, ...], tuple[Rule, ...]]:
    sounds: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    for key, cases in node.mapping("sounds").items():
        names = tuple(key.split())
        strange = [name for name in names if name not in SOUNDS]
        if strange or not names:
            raise cases.error(
                _("{key!r} is not an Indonesian sound").format(key=key), _("remove it")
            )
        sounds[names] = tuple(
            _read_rule(case, kinds) for case in cases.items(_("sound {key!r}").format(key=key))
        )
    for sound in sorted(SOUNDS):
        if all(rule.conditions for rule in sounds.get((sound,), ())):
            raise node.error(
                _("sound {sound!r} needs a case without conditions").format(sound=sound),
                _("add one"),
            )
    return sounds


def _read_rule(node: Node, kinds: Kinds) -> Rule:
    fields = node.fields("when", "say")
    conditions = tuple(fields["when"].text().split()) if "when" in fields else ()
    for condition in conditions:
        if condition.partition(":")[0] not in CONDITIONS:
            known = ", ".join(sorted(CONDITIONS))
            raise fields["when"].error(
                _("unknown condition {condition!r}").format(condition=condition),
                _("write one of {known}").format(known=known),
            )
    say = _read_say(fields["say"], kinds)
    if not say:
        raise fields["say"].error(
            _("nothing is said"), _('write kinds, or "": 0 to drop the sound')
        )
    return Rule(conditions, say)


def _read_word(word: str, node: Node, kinds: Kinds) -> Alternatives:
    say = _read_say(node, kinds)
    if not say or not all(sequence for sequence, _ in say):
        raise node.error(
            _("{word!r} has an empty pronunciation").format(word=word),
            _("write its kinds or remove it"),
        )
    return say


def _read_say(node: Node, kinds: Kinds) -> Alternatives:
    """Sequences of base phones and their costs in nats."""
    return tuple(
        (tuple(_kind(name, cost, kinds) for name in names.split()), _cost(cost))
        for names, cost in node.mapping("say").items()
    )


def _read_changes(groups: Iterator[tuple[str, Node]], kinds: Kinds) -> dict[tuple[int, int], float]:
    """``0.3: ["PH B"]``: substitution cost of any two base phones of a group, at most."""
    found: dict[tuple[int, int], float] = {}
    for share, members in groups:
        distance = _share(share, members)
        for member in members.items("alike"):
            numbers = [_kind(name, member, kinds) for name in member.text().split()]
            for pair in itertools.permutations(numbers, 2):
                found[pair] = min(distance, found.get(pair, 1.0))
    return found
