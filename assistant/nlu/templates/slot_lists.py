"""Slot lists of hassil's YAML: values, ranges of numbers, wildcards."""

from hassil.expression import TextChunk
from hassil.util import is_template

from assistant.core.translation import _
from assistant.core.yaml_reader import Node
from assistant.nlu.templates.expand import (
    FRACTIONS,
    MOST_PER_TEMPLATE,
    NumberRange,
    Pairs,
    Value,
    parse,
)


def read_list(name: str, node: Node) -> tuple[Value, ...] | None:
    """Read one list; None for a wildcard, which has no values."""
    keys = node.mapping(_("list {{{name}}}").format(name=name))
    if "values" in keys:
        values = keys["values"].items(_("the values of list {{{name}}}").format(name=name))
        if not values:
            raise node.error(_("list {{{name}}} is empty").format(name=name))
        return tuple(_read_value(name, value) for value in values)
    if "range" in keys:
        return _read_range(name, keys["range"]).values()
    if "wildcard" in keys:
        return None
    raise node.error(_("list {{{name}}} needs values: or range:").format(name=name))


def _read_value(name: str, node: Node) -> Value:
    context: Pairs = ()
    if isinstance(node.value, dict):
        said = node.value.get("in")
        if said is None:
            raise node.error(_("a value of list {{{name}}} needs in: and out:").format(name=name))
        text = said.text("in")
        out = node.value.get("out")
        meaning = out.text("out") if out is not None else None
        if "context" in node.value:
            given = node.value["context"].mapping("context")
            context = tuple((key, _context_value(key, one)) for key, one in given.items())
    else:
        text = node.text(_("a value of list {{{name}}}").format(name=name))
        meaning = None if is_template(text) else text
    said_as = parse(text, node.where) if is_template(text) else TextChunk(text)
    return Value(said_as, meaning, context)


def _context_value(key: str, node: Node) -> str:
    """A value of a context, which hassil also takes as a mapping with ``value:``."""
    if isinstance(node.value, dict) and "value" in node.value:
        return node.value["value"].text(key)
    return node.text(key)


def _read_range(name: str, node: Node) -> NumberRange:
    keys = node.mapping(_("the range of list {{{name}}}").format(name=name))
    if "from" not in keys or "to" not in keys:
        raise node.error(_("the range of list {{{name}}} needs from: and to:").format(name=name))
    start, stop = keys["from"].whole("from"), keys["to"].whole("to")
    step = keys["step"].whole("step") if "step" in keys else 1
    fractions = keys["fractions"].text("fractions") if "fractions" in keys else ""
    if fractions and fractions not in FRACTIONS:
        raise keys["fractions"].error(
            _("fractions must be one of {fractions}").format(fractions=", ".join(FRACTIONS))
        )
    parts = 1 + len(FRACTIONS.get(fractions, ()))
    if step < 1 or stop < start or (stop - start) // step * parts >= MOST_PER_TEMPLATE:
        raise node.error(
            _("the range of list {{{name}}} must go up, in at most 20,000 steps").format(name=name)
        )
    factor = keys["multiplier"].number(-1e6, 1e6) if "multiplier" in keys else 1.0
    return NumberRange(start, stop, step, fractions, factor)
