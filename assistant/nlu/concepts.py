"""Concept extraction: synonyms, affix stripping, fuzzy matching, negation scope.

A token is a word of the normalised sentence; a concept is the canonical word that several tokens
or expressions stand for, with a mark if it is negated.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from assistant.nlu.concept import DONT, NOT, WHETHER, Concept
from assistant.nlu.frames import apply_frames
from assistant.nlu.inability import close_up
from assistant.nlu.quantities import tag_quantities
from assistant.nlu.stemmer import stems
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.vocabulary import Vocabulary

_MIN_FUZZY_RATIO = 84.0
"""Least normalised edit similarity (rapidfuzz's ``ratio``, 0 to 100) of a fuzzy match."""

_FUZZY_CONFIDENCE = 0.75
"""Confidence of a concept that was found by a fuzzy match."""

_COMMON_ZIPF = 3.3
"""Least Zipf frequency (log10 of occurrences per billion words) of a common word."""

_ENCLITIC = re.compile(r"(?<=\w{4})(nya|ku|mu)$")
_ELONGATION = re.compile(r"(.)\1+")
_MIN_FUZZY_LENGTH = 5
_THERE_IS = "ada"

_REMEMBERED = 512
"""Sentences and parts of sentences whose concepts are kept."""


class ConceptExtractor:
    """Maps a sentence of any register to concepts: synonyms, affixes, fillers and negation."""

    def __init__(self, vocabulary: Vocabulary, phrase_words: Iterable[str] = ()) -> None:
        """``phrase_words`` are the words of all phrases."""
        self._vocabulary = vocabulary
        self._denials = denials = vocabulary.negations | vocabulary.prohibitions
        mapped = frozenset(vocabulary.synonyms) | frozenset(vocabulary.synonyms.values())
        self._roots = mapped | denials | vocabulary.fillers
        # Neither a fuzzy match nor a stem may yield a negation: those must be said as such.
        self._stems = {
            word for word in mapped if vocabulary.synonyms.get(word, word) not in denials
        }
        self._phrase_words = frozenset(phrase_words) - denials
        self._fuzzy_targets: dict[str, list[str]] = {}
        for word in sorted(self._stems | vocabulary.fillers | self._phrase_words):
            if len(word) >= _MIN_FUZZY_LENGTH:
                self._fuzzy_targets.setdefault(word[0], []).append(word)
        self._expression_words = frozenset(word for key in vocabulary.expressions for word in key)
        self._cache: dict[str, Concept] = {}
        self._expressions = {
            tuple(self._concept(word).name for word in key): concept
            for key, concept in vocabulary.expressions.items()
        }
        self._lengths: dict[str, list[int]] = {}
        """First concept → lengths of the expressions that it begins, the longest first."""
        for first, length in sorted(
            {(key[0], -len(key)) for key in self._expressions if len(key) > 1}
        ):
            self._lengths.setdefault(first, []).append(-length)
        # a recogniser's alternatives share most of their parts
        self._sequence = lru_cache(_REMEMBERED)(self._find_sequence)
        self._extract = lru_cache(_REMEMBERED)(self._find_concepts)

    def extract(self, text: str) -> tuple[Concept, ...]:
        """The concepts of a sentence in order, without duplicates, marked by negation scope."""
        return self._extract(text)

    def sequence(self, text: str) -> list[Concept]:
        """Every concept of a sentence in order, fillers and negation words too, unmarked."""
        return list(self._sequence(text))

    def _find_concepts(self, text: str) -> tuple[Concept, ...]:
        concepts = apply_frames(self._plain_denials(self.sequence(text)), self._vocabulary)
        content = [concept for concept in concepts if concept.name not in self._vocabulary.fillers]
        if len(content) > 1 and content[-1].name in self._vocabulary.tags:
            content.pop()
        marked = self._apply_negation(self._mark_question_tag(content or concepts))
        return tuple({concept.name: concept for concept in marked}.values())

    def _find_sequence(self, text: str) -> tuple[Concept, ...]:
        words = tag_quantities(normalise(text)).split()
        concepts = close_up(
            [self._concept(word) for word in words], self._vocabulary.negations, self._expressions
        )
        return tuple(self._apply_contextual_synonyms(self._merge_expressions(concepts)))

    def _plain_denials(self, concepts: list[Concept]) -> list[Concept]:
        """Drop the "ada" of "tidak ada, tidak bengkak"; "tidak ada yang tidak bengkak" keeps it."""
        words = self._vocabulary.negations
        return [
            one
            for at, one in enumerate(concepts)
            if not (
                one.name == _THERE_IS
                and 0 < at < len(concepts) - 1
                and concepts[at - 1].name in words
                and concepts[at + 1].name in words
            )
        ]

    def _concept(self, word: str) -> Concept:
        if word not in self._cache:
            self._cache[word] = self._look_up(word)
        return self._cache[word]

    def _look_up(self, word: str) -> Concept:
        """The concept of one token: exact, else by stem, else by edit distance, else itself."""
        if "_" in word:
            return Concept(word)  # a class of quantities (``quantities.py``), not a word
        if word in self._roots:
            return Concept(self._vocabulary.synonyms.get(word, word))
        candidates = list(stems(word))
        if word not in self._phrase_words:
            candidates.append(_ELONGATION.sub(r"\1", word))  # "toloong", "iyaa"
        for known in (self._stems, self._phrase_words):
            for stem in candidates:
                if stem in known:
                    return Concept(self._vocabulary.synonyms.get(stem, stem))
        if word in self._phrase_words:
            return Concept(word)
        if word in self._expression_words or _is_common(word):
            return Concept(word, out_of_domain=True)  # a real word, not a misspelling
        if len(word) < _MIN_FUZZY_LENGTH:
            return Concept(word)
        near = process.extractOne(
            word,
            self._fuzzy_targets.get(word[0], ()),
            scorer=fuzz.ratio,
            score_cutoff=_MIN_FUZZY_RATIO,
        )
        if near is None:
            return Concept(word)
        return Concept(self._vocabulary.synonyms.get(near[0], near[0]), _FUZZY_CONFIDENCE)

    def _merge_expressions(self, concepts: list[Concept]) -> list[Concept]:
        """Merge multi-word expressions ("rumah sakit"), longest match first; drop repetitions."""
        result: list[Concept] = []
        at = 0
        while at < len(concepts):
            found, step = concepts[at], 1
            for length in self._lengths.get(found.name, ()):
                key = tuple(concept.name for concept in concepts[at : at + length])
                if key in self._expressions and not self._hides_a_denial(key, result):
                    found, step = Concept(self._expressions[key]), length
                    break
            if not result or result[-1].name != found.name:
                result.append(found)
            at += step
        return result

    def _hides_a_denial(self, key: tuple[str, ...], before: list[Concept]) -> bool:
        """Whether an expression would swallow a denied danger: "tidak panas, biasa saja"."""
        danger, denied = self._vocabulary.danger, before and before[-1].name in self._denials
        return bool(denied) and key[0] in danger and self._expressions[key] not in danger

    def _apply_contextual_synonyms(self, concepts: list[Concept]) -> list[Concept]:
        """Replace concepts by the context: "kejang" of the calf is a cramp."""
        names = {concept.name for concept in concepts}
        if self._vocabulary.contextual_synonyms.keys().isdisjoint(names):
            return concepts
        replacements = {
            concept: one.meaning
            for concept, one in self._vocabulary.contextual_synonyms.items()
            if one.applies(names)
        }
        if not replacements:
            return concepts
        return [replace(one, name=replacements.get(one.name, one.name)) for one in concepts]

    def _mark_question_tag(self, concepts: list[Concept]) -> list[Concept]:
        """Replace a sentence-final negation, which asks: "bahaya nggak", "kram atau bukan"."""
        if all(concept.name in self._denials for concept in concepts):
            return concepts[:1]  # "tidak, belum"
        if concepts[-1].name not in self._vocabulary.negations:
            return concepts
        body = concepts[:-1]
        if len(body) > 1 and body[-1].name == "atau":
            body = body[:-1]
        return [*body, Concept(WHETHER)]

    def _apply_negation(self, concepts: list[Concept]) -> list[Concept]:
        """Mark the concepts in the scope of a negation or prohibition, and drop its word.

        The scope is the next concept, past those of ``reach_over``, and goes on after "atau";
        concepts of ``unnegated`` end it.
        """
        result: list[Concept] = []
        mark, repeated, words, doubled = "", "", self._vocabulary.negations, False
        for place, concept in enumerate(concepts):
            last = place == len(concepts) - 1
            if concept.name in self._vocabulary.unnegated:
                mark = ""
            if concept.name in self._denials and not last:
                # "bukan tidak sesak", "tidak ada yang tidak bengkak"
                doubled = bool(mark) and concept.name in words and concept.name != repeated
                repeated = concept.name
                mark = DONT if concept.name in self._vocabulary.prohibitions else NOT
            elif mark and concept.name in self._vocabulary.reach_over and not last:
                repeated = repeated if concept.name == "kok" else ""
                continue
            elif concept.name in self._denials:
                result.append(concept)
            elif doubled and concept.name in self._vocabulary.danger:
                result += [Concept(WHETHER), concept]
                mark, doubled = "", False
            elif concept.name != "atau":
                result.append(replace(concept, name=mark + concept.name) if mark else concept)
                # "tidak bengkak atau merah" denies both.
                mark = mark if not last and concepts[place + 1].name == "atau" else ""
        return result or concepts[:1]


def _is_common(word: str) -> bool:
    """Whether ``word`` is frequent in Indonesian (``wordfreq``)."""
    # Imported lazily: its lists take 10 MB, and sentences of the phrasebook do not need them.
    from wordfreq import zipf_frequency

    bare = _ENCLITIC.sub("", word)
    return max(zipf_frequency(one, "id") for one in (word, bare)) >= _COMMON_ZIPF
