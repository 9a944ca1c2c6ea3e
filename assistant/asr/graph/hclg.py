"""From LG, the phone FST, to the decoding graph HCLG.

Context dependency (C, left biphones) and HMM topology (H) are applied in one pass, without
OpenFst (``context_expansion.py``). Input labels are the transition-ids of the base model, output
labels words.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from assistant.asr.graph.background_words import MARK, Background
from assistant.asr.graph.const_fst import ConstFst
from assistant.asr.graph.context_dependency import ContextDependency
from assistant.asr.graph.context_expansion import expand_contexts
from assistant.asr.graph.language_model import SCALE, VARIANTS, WORD_COST, BackoffBigram
from assistant.asr.graph.lexicon import Lexicon, WordPronunciations
from assistant.asr.graph.near_misses import ENTRY, near_misses
from assistant.asr.graph.phone_fst import Arc, LgBuilder, PhoneFst
from assistant.asr.graph.phone_map import Flow, PhoneMap
from assistant.asr.graph.spoken_courtesies import WORDS, with_courtesies
from assistant.asr.graph.word_grammar import GrammarState, SentenceCosts, WordGrammar
from assistant.core.paths import CORPUS

RIVAL_COST = 5.0
"""Cost in nats of a rival: whoever speaks over the guide mostly wants to interrupt it."""

Pronouncer = Callable[[str], WordPronunciations]


@dataclass(frozen=True)
class GraphSpec:
    """Everything a decoding graph is compiled from."""

    sentences: SentenceCosts

    pronounce: Pronouncer
    silence: int
    """Phone id of the silence phone."""

    contexts: ContextDependency
    background: Background | None = None
    home: bool = False
    """Whether the sentences are somebody's own commands: courtesies may be added, and the
    background is the one of ``near_misses.py``."""

    language_model: "FreeSpeech | None" = None
    """Free speech beside the sentences, instead of the background."""

    rivals: Mapping[str, float] = field(default_factory=dict)
    """Sentence → cost in nats; hypotheses of the background, but with their words."""

    vocabulary: tuple[str, ...] = ()
    """More words that have an id, so that graphs with other sentences share ``words.txt``."""

    flow: Flow = field(default_factory=Flow)
    self_loop_costs: Mapping[int, float] = field(default_factory=dict)
    """Phone id → cost in nats of every output frame (30 ms) after its first."""


@dataclass(frozen=True)
class CompiledGraph:
    """What the decoder needs."""

    fst: ConstFst
    """HCLG."""

    words: list[str]
    """Its output symbols, word id 1 first."""

    grammar: list[GrammarState]
    """The acceptor of the sentences, with word ids."""


def compile_graph(spec: GraphSpec) -> CompiledGraph:
    """Compile sentences, lexicon, context dependency and topology."""
    sentences, rivals = WordGrammar(spec.sentences), WordGrammar(SentenceCosts(spec.rivals))
    spoken = sentences.words | rivals.words | (WORDS if spec.home else frozenset())
    free = spec.language_model
    words = sorted(spoken.union(free.words if free else (), spec.vocabulary))
    ids = {word: number for number, word in enumerate(words, 1)}
    pronunciations = {ids[word]: spec.pronounce(word) for word in spoken}
    fst = free.fst.copy() if free else PhoneFst()
    builder = LgBuilder(fst, pronunciations, spec.silence, spec.flow)
    grammar = sentences.states(ids)
    if spec.home:
        grammar = with_courtesies(grammar, ids)
    start = builder.sentences(grammar)
    if free:
        # The mark tells words of free speech from the same words of a sentence.
        words.append(MARK)
        least = round(sentences.least, 2)
        start = fst.state([(0, 0, least, start), (0, len(words), 0.0, free.start)])
    elif spec.background:
        # One output symbol for the whole background: its paths are one n-best entry, not many.
        words.append(MARK)
        if spec.home:
            loops = _add_near_misses(fst, spec, spec.background, sentences, len(words))
        else:
            ending = round(spec.background.ending(sentences.count), 2)
            loops = _add_loops(fst, spec, spec.background, ending, len(words))
        if spec.rivals:
            few = {one: _truncate(each, VARIANTS) for one, each in pronunciations.items()}
            builder = LgBuilder(fst, few, spec.silence, spec.flow)
            target = builder.sentences(rivals.states(ids))
            loops.append((0, len(words), RIVAL_COST, target))
        start = fst.state([(0, 0, 0.0, start), *loops])
    hclg = expand_contexts(fst, start, spec.contexts, spec.self_loop_costs)
    return CompiledGraph(hclg, words, grammar)


@dataclass(frozen=True)
class FreeSpeech:
    """The language model as a phone FST, which the graphs of all listening states share."""

    words: tuple[str, ...]
    """The vocabulary; word ids are those of ``compile_graph``, so all sentences' words too."""

    fst: PhoneFst
    start: int


def free_speech(
    model: BackoffBigram, sentences: Iterable[str], vocabulary: "PronouncedVocabulary"
) -> FreeSpeech:
    """Compile ``model`` for graphs of any of ``sentences``."""
    spoken = {word for sentence in sentences for word in sentence.split()}
    words = tuple(sorted(spoken.union(model.words)))
    ids = {word: number for number, word in enumerate(words, 1)}
    pronunciations = {
        ids[word]: _truncate(vocabulary.pronunciations[word], VARIANTS) for word in model.words
    }
    table, fst = vocabulary.table, PhoneFst()
    builder = LgBuilder(fst, pronunciations, table.silence, table.flow)
    return FreeSpeech(words, fst, builder.bigram(model, ids, SCALE, WORD_COST))


def compile_background(spec: GraphSpec) -> ConstFst:
    """Return the HCLG of the background alone, without words and without a cost of ending."""
    fst = PhoneFst()
    loops = _add_loops(fst, spec, spec.background, 0.0, 0) if spec.background else []
    return expand_contexts(fst, fst.state(loops), spec.contexts, spec.self_loop_costs)


def _add_loops(
    fst: PhoneFst, spec: GraphSpec, background: Background, ending: float, output: int
) -> list[Arc]:
    """Add the word loops of ``background``; returns the epsilon arcs into them.

    Each of these arcs outputs the word id ``output``; the words in the loops output nothing.
    """
    entries: list[Arc] = []
    for loop in background.loops:
        pronunciations = {
            number: _truncate(spec.pronounce(word), loop.variants)
            for number, word in enumerate(loop.words)
        }
        builder = LgBuilder(fst, pronunciations, spec.silence, spec.flow)
        target = builder.loop(dict(enumerate(loop.words.values())), ending, emit_words=False)
        entries.append((0, output, loop.entry, target))
    return entries


def _add_near_misses(
    fst: PhoneFst, spec: GraphSpec, background: Background, grammar: WordGrammar, output: int
) -> list[Arc]:
    """Add the background of a home; returns the epsilon arcs into it, as ``_add_loops`` does."""
    words, *others = background.loops
    model = near_misses(grammar, words.words)
    ids = {word: number for number, word in enumerate(model.words)}
    pronunciations = {
        number: _truncate(
            spec.pronounce(word), VARIANTS if word in grammar.words else words.variants
        )
        for word, number in ids.items()
    }
    builder = LgBuilder(fst, pronunciations, spec.silence, spec.flow)
    target = builder.bigram(model, ids, 1.0, 0.0, emit_words=False)
    entries = _add_loops(fst, spec, Background(tuple(others)), 0.0, output)
    entries.append((0, output, 0.0, target))
    return [(phone, word, cost + ENTRY, goal) for phone, word, cost, goal in entries]


def _truncate(variants: WordPronunciations, most: int) -> WordPronunciations:
    return WordPronunciations(variants.after_pause[:most], variants.in_flow[:most])


Pronunciations = dict[str, WordPronunciations]


@dataclass(frozen=True)
class PronouncedVocabulary:
    """All words of a model with their pronunciations under one phone map."""

    table: PhoneMap
    pronunciations: Pronunciations

    def spec(
        self,
        sentences: SentenceCosts,
        rivals: Mapping[str, float],
        contexts: ContextDependency,
        background: Background,
    ) -> GraphSpec:
        """The spec of a graph of these sentences and the background.

        Only ``rivals`` whose words all have a pronunciation count.
        """
        table, known = self.table, self.pronunciations.keys()
        rivals = {one: cost for one, cost in rivals.items() if known >= set(one.split())}
        return GraphSpec(
            sentences, self.pronunciations.__getitem__, table.silence, contexts, background,
            rivals=rivals, flow=table.flow, self_loop_costs=table.self_loop_costs(),
        )  # fmt: skip

    def content(self) -> list[object]:
        """Everything that a graph depends on, for the fingerprint of the model."""
        table = self.table
        lexicon = [
            (word, variants.after_pause, variants.in_flow)
            for word, variants in sorted(self.pronunciations.items())
        ]
        return [lexicon, table.silence, repr(table.flow), sorted(table.self_loop_costs().items())]


def pronounce_all(
    places: Mapping[str, str],
    background: Background,
    lexicon: Lexicon,
    language_model: BackoffBigram | None = None,
) -> Pronunciations:
    """Pronounce all words of the background, the language model and the sentences.

    ``places``: sentence → ``file:line`` of its template, to be named by the ``InputError`` for
    a word without a pronunciation.
    """
    pronunciations = {word: lexicon.pronounce(word) for word in background.words}
    for sentence, place in sorted(places.items()):
        for word in sentence.split():
            if word not in pronunciations:
                pronunciations[word] = lexicon.pronounce(word, place)
    for word in language_model.words if language_model else ():
        if word not in pronunciations:
            pronunciations[word] = lexicon.pronounce(word, CORPUS, VARIANTS)
    return pronunciations
