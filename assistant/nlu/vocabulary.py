"""The NLU vocabulary: synonyms and word classes of ``phrases/id/words.yaml``."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from assistant.core.paths import OWN_PHRASES
from assistant.core.translation import _
from assistant.core.yaml_reader import Node, read_yaml
from assistant.nlu.templates.normalise import normalise

DEFAULT_PATH = OWN_PHRASES / "words.yaml"


@dataclass(frozen=True)
class ContextualSynonym:
    """What a concept means beside certain others."""

    meaning: str
    beside: frozenset[str]
    """Concepts of which one must be said as well."""

    without: frozenset[str] = frozenset()
    """Concepts that prevent it."""

    always: frozenset[str] = frozenset()
    """Concepts beside which nothing prevents it: "mati lampu, kaki kram, gelap lagi"."""

    def applies(self, names: Set[str]) -> bool:
        """True in a sentence with the concepts ``names``."""
        prevented = not self.without.isdisjoint(names)
        return not self.always.isdisjoint(names) or (
            not prevented and not self.beside.isdisjoint(names)
        )


@dataclass(frozen=True)
class Vocabulary:
    """Synonyms, and the classes of words and concepts with special treatment."""

    synonyms: Mapping[str, str]
    """Word to concept."""

    expressions: Mapping[tuple[str, ...], str]
    """Multi-word expression to concept."""

    fillers: frozenset[str]
    tags: frozenset[str]
    """Sentence-final particles without meaning ("bengkak nggak, ya")."""

    negations: frozenset[str]
    prohibitions: frozenset[str]
    unnegated: frozenset[str]
    """Concepts that are never in the scope of a negation before them."""

    reach_over: frozenset[str]
    """Concepts that the scope of a negation skips."""

    danger: frozenset[str]
    """Danger concepts, some of them ambiguous in other contexts."""

    certain: frozenset[str]
    """Danger concepts that are hardly ambiguous."""

    ask_back: frozenset[str]
    """Concepts that are accepted without a question in an exact match only."""

    contextual_synonyms: Mapping[str, ContextualSynonym]
    """Concept to what it means beside others."""

    adversatives: frozenset[str]
    """Words ("but") between two remarks of which one may deny and the other affirm."""

    body: frozenset[str]
    """Body parts and the like: together with them a danger concept must be confirmed."""

    leading: frozenset[str]
    """Concepts that decide the intent of a sentence that begins with them."""

    topics: frozenset[str]
    """Concepts of the topic of the conversation."""

    required: frozenset[str]
    """Concepts without which a phrase that contains them scores low."""

    other_body_parts: frozenset[str]
    """Body parts whose cramps are out of scope."""

    never_alone: frozenset[str]
    """Concepts that do not make a segment on their own."""

    embedded: frozenset[str]
    """Concepts whose phrases are also spotted inside longer sentences."""

    hedges: frozenset[str]
    """Words that make a denied sign a guess or a hope."""

    stop_concepts: frozenset[str]
    """Concepts of minimal weight in the score, like stop words."""

    conjunctions: frozenset[str]
    """Words that join two remarks which may be interpreted separately."""

    supposable: frozenset[str]
    """Signs that are a question, and no sign, if they are only supposed ("kalau bengkak")."""

    questions: frozenset[str]
    """Concepts that make a supposed sign a question."""

    frame_gap: frozenset[str]
    """Concepts that may stand between a frame ("takut", "dulu pernah") and its sign."""

    now: frozenset[str]
    """Words that say that a sign is one of now."""

    qualities: frozenset[str]
    """What may be said of a ``subject`` that the remark before named."""

    subjects: frozenset[str]
    """Body parts that a second remark ("tapi berat") still is about."""

    limiters: frozenset[str]
    """Words ("cuma") that begin a second remark behind a denial."""

    at_hand: frozenset[str]
    """Words beside which a cramp is the speaker's own, or of somebody at hand."""

    harmless: frozenset[str]
    """Concepts that are no other sign when they follow a denied one."""

    spotted_signs: Mapping[str, tuple[frozenset[str], ...]]
    """Sign to sets of concepts that mean it in any sentence, a negated one with its mark."""

    spotted_in_conversation: Mapping[str, tuple[frozenset[str], ...]]
    """The same for what is too common to be asked about out of idle."""

    spotted_answers: Mapping[str, tuple[frozenset[str], ...]]
    """Intent to sets of concepts that mean it in a conversation, if nothing else is understood."""

    spotted_calls: tuple[frozenset[str], ...]
    """Sets of concepts that are asked about out of idle, as a cramp."""

    spotted_situations: Mapping[str, tuple[frozenset[str], ...]]
    """The same for situations."""

    spotted_questions: Mapping[str, tuple[frozenset[str], ...]]
    """The same for questions, by their topic."""

    self_repairs: frozenset[tuple[str, ...]]
    """Markers of a self-repair, after which the speaker starts again ("eh bukan")."""

    corrections: frozenset[tuple[str, ...]]
    """Those self-repairs that take back what came before them; after the others both may count."""


_SET_FIELDS = (
    "conjunctions",
    "supposable",
    "questions",
    "frame_gap",
    "now",
    "qualities",
    "subjects",
    "limiters",
    "at_hand",
    "harmless",
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
"""Fields that are plain lists in the file."""


def load_vocabulary(path: Path = DEFAULT_PATH) -> Vocabulary:
    """Read the vocabulary. Raises ``InputError`` with file and line if it is invalid."""
    keys = read_yaml(path).mapping(_("the word list"))
    synonyms: dict[str, str] = {}
    expressions: dict[tuple[str, ...], str] = {}
    for concept, node in keys["synonyms"].mapping("synonyms").items() if "synonyms" in keys else ():
        for item in node.items(concept):
            words = tuple(normalise(item.text(concept)).split())
            if not words:
                raise item.error(_("a synonym must be a word"))
            known = synonyms.get(words[0]) if len(words) == 1 else expressions.get(words)
            if known is not None and known != concept:
                raise item.error(
                    _("{words!r} is read as {known} and as {concept}").format(
                        words=" ".join(words), known=known, concept=concept
                    )
                )
            if len(words) == 1:
                synonyms[words[0]] = concept
            else:
                expressions[words] = concept
    return Vocabulary(
        synonyms=synonyms,
        expressions=expressions,
        contextual_synonyms=_contextual_synonyms(keys),
        spotted_signs=_spotted(keys, "spotted_signs"),
        spotted_in_conversation=_spotted(keys, "spotted_in_conversation"),
        spotted_answers=_spotted(keys, "spotted_answers"),
        spotted_calls=tuple(frozenset(one.split()) for one in sorted(_set(keys, "spotted_calls"))),
        spotted_situations=_spotted(keys, "spotted_situations"),
        spotted_questions=_spotted(keys, "spotted_questions"),
        self_repairs=_expressions(keys, "self_repairs") | _expressions(keys, "corrections"),
        corrections=_expressions(keys, "corrections"),
        **{name: _set(keys, name) for name in _SET_FIELDS},
    )


def _set(keys: dict[str, Node], name: str) -> frozenset[str]:
    if name not in keys:
        return frozenset()
    return frozenset(item.text(name) for item in keys[name].items(name))


def _spotted(keys: dict[str, Node], name: str) -> dict[str, tuple[frozenset[str], ...]]:
    if name not in keys:
        return {}
    return {
        sign: tuple(frozenset(item.text(sign).split()) for item in node.items(sign))
        for sign, node in keys[name].mapping(name).items()
    }


def _expressions(keys: dict[str, Node], name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(normalise(text).split()) for text in _set(keys, name))


def _contextual_synonyms(keys: dict[str, Node]) -> dict[str, ContextualSynonym]:
    result: dict[str, ContextualSynonym] = {}
    for concept, node in (
        keys["contextual_synonyms"].mapping("contextual_synonyms").items()
        if "contextual_synonyms" in keys
        else ()
    ):
        entry = node.mapping(concept)
        if "read_as" not in entry:
            raise node.error(_("{concept} needs read_as: and words:").format(concept=concept))
        meaning = entry["read_as"].text("read_as")
        result[concept] = ContextualSynonym(
            meaning, _set(entry, "words"), _set(entry, "without"), _set(entry, "always")
        )
    return result
