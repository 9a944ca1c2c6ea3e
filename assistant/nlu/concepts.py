"""A sentence to the concepts that it is made of."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from assistant.nlu.stemmer import stems
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.vocabulary import Vocabulary

NOT = "!"
"""Mark before a concept that was denied: "!bengkak"."""

DONT = "~"
"""Mark before a concept that was forbidden: "~keras" (jangan keras-keras)."""

WHETHER = "kah"
"""The concept of a question that ends with a negation: "bahaya nggak"."""

_SLIP = 84.0
"""Likeness (0 to 100) of an unknown word to a known one to be taken as a slip of it."""

_SLIP_WEIGHT = 0.75
_COMMON = 3.3
"""Zipf frequency (10 to the power of this in a thousand million words) of a real word."""

_HUNG_ON = re.compile(r"(?<=\w{4})(nya|ku|mu)$")
_DRAWN_OUT = re.compile(r"(.)\1+")
_SHORTEST_SLIP = 5


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept and how sure it is (1 as said, less for a slip)."""

    name: str
    sure: float = 1.0
    foreign: bool = False
    """Whether it is an ordinary word that Kram knows nothing about."""


class ConceptExtractor:
    """Reads all registers as one: synonyms, affixes, fillers and negation."""

    def __init__(self, words: Vocabulary, vocabulary: Iterable[str] = ()) -> None:
        """``vocabulary`` are the words that the phrases are made of."""
        self._words = words
        denials = words.negations | words.prohibitions
        meant = frozenset(words.synonyms) | frozenset(words.synonyms.values())
        self._roots = meant | denials | words.fillers
        # A slip or a long word is never taken for a denial: a "not" must be heard as such.
        self._stems = {word for word in meant if words.synonyms.get(word, word) not in denials}
        self._vocabulary = frozenset(vocabulary) - denials
        self._targets: dict[str, list[str]] = {}
        for word in sorted(self._stems | words.fillers | self._vocabulary):
            if len(word) >= _SHORTEST_SLIP:
                self._targets.setdefault(word[0], []).append(word)
        self._parts = frozenset(word for key in words.expressions for word in key)
        self._cache: dict[str, Concept] = {}
        self._expressions = {
            tuple(self._concept(word).name for word in key): concept
            for key, concept in words.expressions.items()
        }
        self._longest = max((len(key) for key in self._expressions), default=1)

    def extract(self, text: str) -> tuple[Concept, ...]:
        """The concepts of a sentence, in order, none twice."""
        concepts = self._joined([self._concept(word) for word in normalise(text).split()])
        concepts = self._beside(concepts)
        content = [concept for concept in concepts if concept.name not in self._words.fillers]
        if len(content) > 1 and content[-1].name in self._words.tags:
            content.pop()
        marked = self._negated(self._question(content or concepts))
        return tuple({concept.name: concept for concept in marked}.values())

    def _concept(self, word: str) -> Concept:
        if word not in self._cache:
            self._cache[word] = self._look_up(word)
        return self._cache[word]

    def _look_up(self, word: str) -> Concept:
        if word in self._roots:
            return Concept(self._words.synonyms.get(word, word))
        candidates = list(stems(word))
        if word not in self._vocabulary:
            candidates.append(_DRAWN_OUT.sub(r"\1", word))  # "toloong", "iyaa"
        for known in (self._stems, self._vocabulary):
            for stem in candidates:
                if stem in known:
                    return Concept(self._words.synonyms.get(stem, stem))
        if word in self._vocabulary:
            return Concept(word)
        if word in self._parts or _is_common(word):
            return Concept(word, foreign=True)  # a word of its own, not a slip
        if len(word) < _SHORTEST_SLIP:
            return Concept(word)
        near = process.extractOne(
            word, self._targets.get(word[0], ()), scorer=fuzz.ratio, score_cutoff=_SLIP
        )
        if near is None:
            return Concept(word)
        return Concept(self._words.synonyms.get(near[0], near[0]), _SLIP_WEIGHT)

    def _joined(self, concepts: list[Concept]) -> list[Concept]:
        """Whole expressions ("rumah sakit") as one concept; repeated words once."""
        result: list[Concept] = []
        at = 0
        while at < len(concepts):
            found, step = concepts[at], 1
            for length in range(min(self._longest, len(concepts) - at), 1, -1):
                key = tuple(concept.name for concept in concepts[at : at + length])
                if key in self._expressions:
                    found, step = Concept(self._expressions[key]), length
                    break
            if not result or result[-1].name != found.name:
                result.append(found)
            at += step
        return result

    def _beside(self, concepts: list[Concept]) -> list[Concept]:
        """A concept that means something else beside others: "kejang" of the calf is a cramp."""
        names = {concept.name for concept in concepts}
        read = {
            concept: meaning
            for concept, (meaning, others) in self._words.contextual_synonyms.items()
            if not others.isdisjoint(names)
        }
        return [replace(one, name=read.get(one.name, one.name)) for one in concepts]

    def _question(self, concepts: list[Concept]) -> list[Concept]:
        """A negation at the end asks: "bahaya nggak", "kram atau bukan"."""
        denials = self._words.negations | self._words.prohibitions
        if all(concept.name in denials for concept in concepts):
            return concepts[:1]  # "tidak, belum"
        if concepts[-1].name not in self._words.negations:
            return concepts
        body = concepts[:-1]
        if len(body) > 1 and body[-1].name == "atau":
            body = body[:-1]
        return [*body, Concept(WHETHER)]

    def _negated(self, concepts: list[Concept]) -> list[Concept]:
        result: list[Concept] = []
        mark = ""
        for place, concept in enumerate(concepts):
            last = place == len(concepts) - 1
            if concept.name in self._words.unnegated:
                mark = ""
            if concept.name in self._words.negations | self._words.prohibitions and not last:
                mark = DONT if concept.name in self._words.prohibitions else NOT
            elif mark and concept.name in self._words.reach_over and not last:
                continue
            elif concept.name in self._words.negations | self._words.prohibitions:
                result.append(concept)
            elif concept.name != "atau":
                result.append(replace(concept, name=mark + concept.name))
                # "tidak bengkak atau merah" denies both.
                mark = mark if not last and concepts[place + 1].name == "atau" else ""
        return result or concepts[:1]


def _is_common(word: str) -> bool:
    """Whether Indonesians write ``word`` often (the ``wordfreq`` lists)."""
    # Its lists cost 10 MB, which nobody pays who only hears the sentences of the phrasebook.
    from wordfreq import zipf_frequency

    bare = _HUNG_ON.sub("", word)
    return max(zipf_frequency(one, "id") for one in (word, bare)) >= _COMMON
