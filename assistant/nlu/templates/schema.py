"""Schema of hassil's YAML: expansion rules, lists and sentence blocks."""

from dataclasses import dataclass

from hassil.expression import Expression

from assistant.core.errors import InputError
from assistant.core.listening_state import PHRASE_STATES, ListeningState
from assistant.core.translation import _
from assistant.core.yaml_reader import Node
from assistant.nlu.templates.context import ContextRule, read_context
from assistant.nlu.templates.expand import Scope, Value, parse
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.slot_lists import read_list


@dataclass(frozen=True)
class Block:
    """A sentence block: templates of one intent that share slots and states."""

    intent: str
    sentences: tuple[Node, ...]
    slots: tuple[tuple[str, str], ...]
    states: frozenset[ListeningState]
    context: ContextRule
    scope: Scope
    """Rules and lists local to this block."""


def check_language(root: Node) -> None:
    """Raise ``InputError`` if the file names another language than Indonesian."""
    node = root.mapping(_("a template file")).get("language")
    if node is None:
        return
    language = node.text("language")
    if language.replace("_", "-").split("-")[0].lower() != "id":
        raise InputError.at(
            node.where,
            _("language is {language!r}, only 'id' can be heard").format(language=language),
            _("write language: id"),
        )


def read_scope(holder: dict[str, Node]) -> Scope:
    """Read the ``expansion_rules`` and ``lists`` of a file or of a block."""
    rules: dict[str, Expression] = {}
    lists: dict[str, tuple[Value, ...]] = {}
    wildcards: dict[str, str] = {}
    if "expansion_rules" in holder:
        for name, node in holder["expansion_rules"].mapping("expansion_rules").items():
            rules[name] = parse(node.text(_("rule <{name}>").format(name=name)), node.where)
    if "lists" in holder:
        for name, node in holder["lists"].mapping("lists").items():
            values = read_list(name, node)
            if values is None:
                wildcards[name] = node.where
            else:
                lists[name] = values
    return Scope(rules, lists, wildcards)


def read_skip_words(root: Node) -> list[str]:
    """Read ``skip_words:``, words and expressions that may be said anywhere; normalised."""
    holder = root.mapping(_("a template file"))
    if "skip_words" not in holder:
        return []
    found = holder["skip_words"].items("skip_words")
    return [words for one in found if (words := normalise(one.text(_("a skip word")), chat=False))]


def read_usual(root: Node) -> list[Node]:
    """Read ``usual:``, an extension to hassil's schema: the most frequent sentences."""
    holder = root.mapping(_("a template file"))
    if "usual" not in holder:
        return []
    sentences = holder["usual"].items("usual")
    for sentence in sentences:
        sentence.text(_("a usual sentence"))
    return list(sentences)


def read_blocks(root: Node) -> list[Block]:
    """Read the sentence blocks of a file; an empty list if it has no ``intents``."""
    holder = root.mapping(_("a template file"))
    if "intents" not in holder:
        return []
    blocks = []
    for intent, node in holder["intents"].mapping("intents").items():
        keys = node.mapping(_("intent {intent}").format(intent=intent))
        if "data" not in keys:
            raise node.error(
                _("intent {intent} needs data: with a list of sentences: blocks").format(
                    intent=intent
                )
            )
        for block in keys["data"].items(_("data of intent {intent}").format(intent=intent)):
            blocks.append(_read_block(intent, block))
    return blocks


def read_barge_in(root: Node) -> dict[str, list[Node]]:
    """Read ``barge_in:``, an extension to hassil's schema: what counts while the guide speaks.

    ``usual:`` lists intents whose frequent sentences interrupt, ``all:`` those whose every
    sentence does, ``fillers:`` sounds that a recogniser may take for words.
    """
    found: dict[str, list[Node]] = {"usual": [], "all": [], "fillers": []}
    holder = root.mapping(_("a template file"))
    if "barge_in" not in holder:
        return found
    for key, names in holder["barge_in"].mapping("barge_in").items():
        if key not in found:
            raise names.error(
                _("barge_in knows no {key!r}").format(key=key), _("write usual:, all: or fillers:")
            )
        for name in names.items(key):
            name.text(_("a filler") if key == "fillers" else _("an intent"))
            found[key].append(name)
    return found


def _read_block(intent: str, node: Node) -> Block:
    keys = node.mapping(_("a data block of intent {intent}").format(intent=intent))
    if "sentences" not in keys:
        raise node.error(
            _("a data block of intent {intent} needs sentences:").format(intent=intent)
        )
    sentences = keys["sentences"].items(_("sentences of intent {intent}").format(intent=intent))
    for sentence in sentences:
        sentence.text(_("a sentence"))
    slots = keys["slots"].mapping("slots") if "slots" in keys else {}
    return Block(
        intent=intent,
        sentences=tuple(sentences),
        slots=tuple((name, _slot(name, value)) for name, value in slots.items()),
        states=_states(keys.get("requires_context")),
        context=read_context(keys.get("requires_context"), keys.get("excludes_context")),
        scope=read_scope(keys),
    )


def _slot(name: str, node: Node) -> str:
    if isinstance(node.value, list):
        return ",".join(item.text(_("slot {name}").format(name=name)) for item in node.value)
    return node.text(_("slot {name}").format(name=name))


def _states(node: Node | None) -> frozenset[ListeningState]:
    """The listening states of ``requires_context``; ``context`` reads its other keys."""
    if node is None:
        return frozenset(PHRASE_STATES)
    state = node.mapping("requires_context").get("state")
    if state is None:
        return frozenset(PHRASE_STATES)
    names = state.value if isinstance(state.value, list) else [state]
    wanted = {name.text("state") for name in names}
    if not wanted or not wanted.issubset(PHRASE_STATES):
        raise state.error(_("state must be idle, conversation, or a list of both"))
    return frozenset(state for state in PHRASE_STATES if state in wanted)
