"""What is known about Indonesian words: ``phrases/id/words.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.core.paths import OWN_PHRASES
from assistant.core.yaml_reader import Node, read_yaml
from assistant.nlu.templates.normalise import normalise

DEFAULT = OWN_PHRASES / "words.yaml"


@dataclass(frozen=True)
class Vocabulary:
    """Synonyms and the few words that have a grammar of their own."""

    synonyms: Mapping[str, str]
    """A word and the word that it is read as."""

    expressions: Mapping[tuple[str, ...], str]
    """Several words and the one word that they are read as."""

    fillers: frozenset[str]
    tags: frozenset[str]
    """Words that say nothing at the end of a sentence ("bengkak nggak, ya")."""

    negations: frozenset[str]
    prohibitions: frozenset[str]
    unnegated: frozenset[str]
    """Concepts that no negation before them is meant for."""

    reach_over: frozenset[str]
    danger: frozenset[str]
    """Words of danger, some of which can mean something else in another sentence."""

    certain: frozenset[str]
    """Words of danger that hardly mean anything else."""

    ask_back: frozenset[str]
    """Concepts that are never taken as said unless word for word."""

    contextual_synonyms: Mapping[str, tuple[str, frozenset[str]]]
    """A concept, what it means beside others, and those others."""

    adversatives: frozenset[str]
    """Words between two remarks of which one may deny and the other affirm."""

    body: frozenset[str]
    """Concepts beside which a word of danger is never let go."""

    leading: frozenset[str]
    """Concepts that settle a sentence which begins with them."""

    topics: frozenset[str]
    """What the conversation is about."""

    required: frozenset[str]
    """Concepts without which no phrase that has them is meant."""

    other_body_parts: frozenset[str]
    """Parts of the body whose cramp is none of Kram's."""

    never_alone: frozenset[str]
    """Concepts that are no remark of their own when a sentence is cut."""

    embedded: frozenset[str]
    """Concepts of which a phrase is looked for inside longer sentences too."""

    hedges: frozenset[str]
    """Words beside which a denied sign is only hoped or guessed to be none."""

    stop_concepts: frozenset[str]
    """Concepts that speak neither for nor against a phrase."""

    conjunctions: frozenset[str]
    """Words that join two remarks which may be understood one by one."""

    self_repairs: frozenset[tuple[str, ...]]
    """Words after which a sentence is begun anew ("eh bukan")."""

    corrections: frozenset[tuple[str, ...]]
    """Those of them behind which only the rest counts; behind the others both may."""


_SETS = (
    "conjunctions",
    "fillers",
    "tags",
    "negations",
    "prohibitions",
    "unnegated",
    "reach_over",
    "danger",
    "certain",
    "ask_back",
    "adversatives",
    "body",
    "leading",
    "topics",
    "required",
    "other_body_parts",
    "never_alone",
    "embedded",
    "hedges",
    "stop_concepts",
)
"""Fields that are plain lists of words in the file."""


def load_vocabulary(path: Path = DEFAULT) -> Vocabulary:
    """Read the word list. Raises ``InputError`` with file and line if it is not one."""
    keys = read_yaml(path).mapping("the word list")
    same: dict[str, str] = {}
    expressions: dict[tuple[str, ...], str] = {}
    for concept, node in keys["synonyms"].mapping("synonyms").items() if "synonyms" in keys else ():
        for item in node.items(concept):
            words = tuple(normalise(item.text(concept)).split())
            if not words:
                raise item.error("a synonym must be a word")
            known = same.get(words[0]) if len(words) == 1 else expressions.get(words)
            if known is not None and known != concept:
                raise item.error(f"{' '.join(words)!r} is read as {known} and as {concept}")
            if len(words) == 1:
                same[words[0]] = concept
            else:
                expressions[words] = concept
    return Vocabulary(
        synonyms=same,
        expressions=expressions,
        contextual_synonyms=_beside(keys),
        self_repairs=_expressions(keys, "self_repairs") | _expressions(keys, "corrections"),
        corrections=_expressions(keys, "corrections"),
        **{name: _set(keys, name) for name in _SETS},
    )


def _set(keys: dict[str, Node], name: str) -> frozenset[str]:
    if name not in keys:
        return frozenset()
    return frozenset(item.text(name) for item in keys[name].items(name))


def _expressions(keys: dict[str, Node], name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(normalise(text).split()) for text in _set(keys, name))


def _beside(keys: dict[str, Node]) -> dict[str, tuple[str, frozenset[str]]]:
    result: dict[str, tuple[str, frozenset[str]]] = {}
    for concept, node in (
        keys["contextual_synonyms"].mapping("contextual_synonyms").items()
        if "contextual_synonyms" in keys
        else ()
    ):
        entry = node.mapping(concept)
        if "read_as" not in entry:
            raise node.error(f"{concept} needs read_as: and words:")
        result[concept] = (entry["read_as"].text("read_as"), _set(entry, "words"))
    return result
