"""Reads the elements of a script: lines, conditions, questions, actions, parts."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.core.translation import _
from assistant.core.yaml_reader import Node
from assistant.dialogue.facts import FACT_KEYS, Condition, Fact, FactKey, Wanted
from assistant.dialogue.script.model import Action, Line, Part, Question
from assistant.dialogue.script.required import MESSAGES

FILLS = frozenset(
    {"leg", "name", "step", "sign", "unsure", "minutes", "seconds", "title", "who", "span"}
)
"""Placeholders that a spoken text may have."""

_SAYABLE = re.compile(r"[a-zA-Z]")


@dataclass(frozen=True)
class OptionalTexts:
    """Optional texts of a mapping."""

    fields: Mapping[str, Node]

    def get(self, key: str, default: str = "") -> str:
        """The text under ``key``, or ``default`` when the key is not there."""
        return self.fields[key].text() if key in self.fields else default


def spoken(node: Node) -> str:
    """A text that can be spoken; its placeholders are checked."""
    text = node.text()
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise node.error(
            _("stray brace in {text!r}").format(text=text), _("write {leg} or no brace")
        ) from error
    for name in names:
        if name not in FILLS:
            raise node.error(
                _("unknown {{{name}}}").format(name=name),
                _("allowed are {fills}").format(fills=", ".join(sorted(FILLS))),
            )
    if "{" in re.sub(r"\{[a-z]+\}", "", text) or not _SAYABLE.search(text):
        raise node.error(
            _("{text!r} cannot be spoken").format(text=text),
            _("write plain words and {leg} or the like"),
        )
    return text


def condition_of(fields: Mapping[str, Node]) -> Condition:
    """The ``when`` and ``unless`` of a mapping."""

    def wanted(key: str) -> Wanted:
        if key not in fields:
            return ()
        pairs = fields[key].mapping().items()
        return tuple((_fact_key(name, node), frozenset(node.texts())) for name, node in pairs)

    return Condition(wanted("when"), wanted("unless"))


def sets_of(node: Node) -> tuple[Fact, ...]:
    """Facts of a mapping, each key with one or more values."""
    return tuple(
        (_fact_key(key, one), value) for key, one in node.mapping().items() for value in one.texts()
    )


def _fact_key(name: str, node: Node) -> FactKey:
    if name not in FACT_KEYS:
        raise node.error(
            _("unknown fact {name!r}").format(name=name),
            _("write one of {fact_keys}").format(fact_keys=", ".join(sorted(FACT_KEYS))),
        )
    return FACT_KEYS[name]


def line_of(node: Node, kind: str = "", outer: Line | None = None) -> Line:
    """A text, or a mapping with ``text``; ``outer`` holds the defaults."""
    base = outer or Line("", kind=kind)
    if node.is_scalar():
        return Line(spoken(node), base.source, base.condition, base.pause, base.kind, node.where)
    fields = node.fields("source when unless pause kind", "text")
    return Line(
        text=spoken(fields["text"]),
        source=fields["source"].texts() if "source" in fields else base.source,
        condition=condition_of(fields),
        pause=fields["pause"].number(0, 20) if "pause" in fields else base.pause,
        kind=fields["kind"].text() if "kind" in fields else base.kind,
        where=node.where,
    )


def lines_of(node: Node, kind: str = "", outer: Line | None = None) -> tuple[Line, ...]:
    """One line or a list of lines."""
    if not node.is_list():
        return (line_of(node, kind, outer),)
    lines = tuple(line_of(child, kind, outer) for child in node.items())
    if not lines:
        raise node.error(_("the list is empty"), _("add a text"))
    return lines


def action_of(node: Node, kind: str = "") -> Action:
    """The action of an answer."""
    fields = node.fields("when unless say source set signs deny go do")
    texts = OptionalTexts(fields)
    source = fields["source"].texts() if "source" in fields else ()
    return Action(
        condition=condition_of(fields),
        lines=lines_of(fields["say"], kind, Line("", source, kind=kind)) if "say" in fields else (),
        set=sets_of(fields["set"]) if "set" in fields else (),
        signs=fields["signs"].texts() if "signs" in fields else (),
        deny=fields["deny"].texts() if "deny" in fields else (),
        go=texts.get("go"),
        do=texts.get("do"),
    )


def question_of(node: Node, key: str, extra: str = "", kind: str = "") -> Question:
    """A question; its text is under ``key``."""
    fields = node.fields(f"source wait again offer only {extra}", f"{key} short answers")
    source = fields["source"].texts() if "source" in fields else ()
    answers: list[tuple[frozenset[str], tuple[Action, ...]]] = []
    for names, one in fields["answers"].mapping().items():
        actions = one.items() if one.is_list() else [one]
        answers.append(
            (frozenset(names.split()), tuple(action_of(action, kind) for action in actions))
        )
    return Question(
        lines=lines_of(fields[key], kind, Line("", source, kind=kind)),
        short=spoken(fields["short"]),
        wait=fields["wait"].number(1, 60) if "wait" in fields else 6.0,
        again=fields["again"].whole("again", 0, 3) if "again" in fields else 1,
        offer=spoken(fields["offer"]) if "offer" in fields else "",
        only="only" in fields and fields["only"].text() == "yes",
        answers=tuple(answers),
    )


_KINDS = ("say", "hold", "ask", "listen", "cue", "tell", "volume", "go")


def parts_of(node: Node, kind: str = "") -> tuple[Part, ...]:
    """The parts of a step."""
    parts = tuple(_part(child, kind) for child in node.items())
    if not parts:
        raise node.error(_("the step has no parts"), _("add one such as '- say: …'"))
    return parts


def _part(node: Node, kind: str) -> Part:
    keys = set(node.mapping())
    kinds = [one for one in _KINDS if one in keys]
    if len(kinds) > 1 or (not kinds and "set" not in keys):
        raise node.error(
            _("a part needs exactly one kind"),
            _("write one of {kinds}, set").format(kinds=", ".join(_KINDS)),
        )
    if not kinds:
        fields = node.fields("when unless set")
        return Part("set", condition_of(fields), set=sets_of(fields["set"]))
    if kinds[0] == "ask":
        return _asking(node, kind)
    fields = node.fields("when unless label source pause count resume", kinds[0])
    texts = OptionalTexts(fields)
    value = fields[kinds[0]]
    if kinds[0] == "tell" and value.text() not in MESSAGES.split():
        raise value.error(
            _("there is no message {text!r}").format(text=value.text()),
            _("write one of {messages}").format(messages=MESSAGES),
        )
    source = fields["source"].texts() if "source" in fields else ()
    outer = Line("", source, kind=kind)
    if "pause" in fields:
        outer = Line("", source, pause=fields["pause"].number(0, 20), kind=kind)
    return Part(
        kind=kinds[0],
        condition=condition_of(fields),
        label=texts.get("label"),
        lines=lines_of(value, kind, outer) if kinds[0] == "say" else (),
        seconds=value.number(0.1, 600) if kinds[0] in ("hold", "listen", "volume") else 0.0,
        count=fields["count"].number(0, 60) if "count" in fields else 5.0,
        resume=lines_of(fields["resume"], kind, Line("", source)) if "resume" in fields else (),
        value=value.text() if kinds[0] in ("cue", "tell", "go") else "",
    )


def _asking(node: Node, kind: str) -> Part:
    question = question_of(node, "ask", "when unless label", kind)
    fields = node.mapping()
    return Part("ask", condition_of(fields), OptionalTexts(fields).get("label"), question=question)
