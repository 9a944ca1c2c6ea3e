"""The language model of free speech: an interpolated back-off bigram over Indonesian words.

Trained when a model is built, from the phrases of the folder, from sentences that people wrote
without knowing the phrases (``corpus/`` of the folder) and, for what is not ours, from the
frequent words of the background. Smoothing is Witten-Bell's (Witten and Bell 1991, "The
zero-frequency problem"), which takes weighted counts.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.graph.word_grammar import SentenceCosts
from assistant.core.errors import InputError
from assistant.core.paths import CORPUS
from assistant.core.translation import _
from assistant.core.yaml_reader import read_bytes

_CALLS = "calls.tsv"
_OTHER_SPEECH = "other_speech.tsv"
_HEADER = "situation\tregister\tutterance"

PHRASE_WEIGHT = 0.2
"""Weight of a generated sentence: there are many, and similar."""

CALL_WEIGHT = 2.0
"""Weight of a sentence that somebody wrote for a situation of a night."""

OTHER_WEIGHT = 1.0
"""Weight of a sentence that is not meant for the device."""

REMARKS, REMARK_LETTERS = 700, 4
"""Frequent words, of so many letters at least, that are each a sentence of other speech as well: a
word alone is not always one of ours."""

GENERAL_SHARE = 0.2
"""Share of the frequent words of ordinary Indonesian in the unigrams."""

SCALE = 2.0
"""Factor on all costs of the model in a graph. The network was made for another language: its
scores spread more than they know (``bench spoken``)."""

WORD_COST = 2.3
"""Cost in nats of each word in a graph; it undoes the negative one of the phone map, which was
fitted to a list of sentences."""

VARIANTS = 16
"""Pronunciations per word at most, cheapest first."""

EMPTY = 8.0
"""Cost in nats, in a graph, of ending without a history: of hearing no word at all."""

USUAL_SHARE = 0.1
RARE_SHARE = 0.05
"""Probability that an utterance is one of the usual, and of the rare, sentences of the folder."""

END = ""
"""The end of a sentence, as a word."""


@dataclass(frozen=True)
class BackoffBigram:
    """A bigram model as the arcs of a back-off automaton; all costs in nats."""

    unigrams: Mapping[str, float]
    """Word → negative log probability."""

    start: Mapping[str, float]
    """The same at the start of a sentence, for the words that were seen there."""

    bigrams: Mapping[str, Mapping[str, float]]
    """Word → following word, or ``END`` → negative log probability, for pairs that were seen."""

    start_backoff: float
    backoff: Mapping[str, float]
    """Word → cost of backing off to ``unigrams`` after it, for the words of ``bigrams``."""

    @property
    def words(self) -> list[str]:
        """The vocabulary, sorted."""
        return sorted(self.unigrams.keys() - {END})

    def cost(self, words: Sequence[str]) -> float:
        """Negative log probability of a sentence; infinite with an unknown word."""
        row, backoff, total = self.start, self.start_backoff, 0.0
        for word in (*words, END):
            if word in row:
                total += row[word]
            else:
                total += backoff + self.unigrams.get(word, math.inf)
            row, backoff = self.bigrams.get(word, {}), self.backoff.get(word, 0.0)
        return total


@dataclass(frozen=True)
class Corpus:
    """The sentences of a folder of phrases that train its language model."""

    calls: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


def read_corpus(phrases: Path) -> Corpus | None:
    """Read ``corpus/`` of a folder of phrases; None if it has none.

    Raises ``InputError`` with file and line.
    """
    folder = phrases / CORPUS
    if not folder.is_dir():
        return None
    return Corpus(_utterances(folder / _CALLS), _utterances(folder / _OTHER_SPEECH))


def _utterances(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    try:
        lines = read_bytes(path).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(
            _("{path} is not UTF-8").format(path=path), _("save it as UTF-8")
        ) from error
    if not lines or lines[0] != _HEADER:
        raise InputError.at(
            f"{path}:1", _("not a corpus"), _("begin with situation, register, utterance")
        )
    found = []
    for number, line in enumerate(lines[1:], 2):
        columns = line.split("\t")
        words = columns[-1].split()
        if len(columns) != 3 or not words or not all(_plain(word) for word in words):
            raise InputError.at(
                f"{path}:{number}",
                _("not situation, register and an utterance"),
                _("separate them by tabs, and write the utterance in lower-case letters"),
            )
        found.append(" ".join(words))
    return tuple(found)


def _plain(word: str) -> bool:
    return word.isascii() and word.isalpha() and word.islower()


def sentence_costs(sentences: SentenceCosts) -> SentenceCosts:
    """Costs of sentences beside the language model, in its scale.

    ``sentences``: those that cost 0 are the usual ones.
    """
    costs = sentences.listed
    rare = sum(1 for cost in costs.values() if cost)
    usual = max(1, len(costs) - rare)
    share = {False: USUAL_SHARE / usual, True: RARE_SHARE / max(1, rare)}
    priors = {rare: -SCALE * math.log(one) for rare, one in share.items()}
    return SentenceCosts(
        {sentence: priors[cost > 0] for sentence, cost in costs.items()},
        sentences.templates,
        priors[True],
        WORD_COST,
    )


def train(corpus: Corpus, phrases: Iterable[str], general: Mapping[str, float]) -> BackoffBigram:
    """Train on the sentences of ``corpus`` and ``phrases``.

    ``general``: word of ordinary Indonesian → negative log probability.
    """
    ours = tuple(phrases)
    weighted = (
        *((sentence, PHRASE_WEIGHT) for sentence in ours),
        *((sentence, CALL_WEIGHT) for sentence in corpus.calls),
        *((sentence, OTHER_WEIGHT) for sentence in corpus.other),
        *((word, OTHER_WEIGHT) for word in remarks(general, {*ours, *corpus.calls})),
    )
    singles: Counter[str] = Counter()
    first: Counter[str] = Counter()
    pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence, weight in weighted:
        before = first
        for word in (*sentence.split(), END):
            singles[word] += weight  # type: ignore[assignment]
            before[word] += weight  # type: ignore[assignment]
            before = pairs[word]
    total = sum(singles.values())
    probability = {word: (1 - GENERAL_SHARE) * count / total for word, count in singles.items()}
    for word, cost in general.items():
        probability[word] = probability.get(word, 0.0) + GENERAL_SHARE * math.exp(-cost)
    # A sentence of no word at all is silence, which is nobody's remark.
    first.pop(END, None)
    start, start_backoff = smoothed(first, probability)
    rows = {word: smoothed(row, probability) for word, row in pairs.items() if word and row}
    return BackoffBigram(
        unigrams=costs_of(probability),
        start=costs_of(start),
        bigrams={word: costs_of(row) for word, (row, _) in rows.items()},
        start_backoff=-math.log(start_backoff),
        backoff={word: -math.log(backoff) for word, (_, backoff) in rows.items()},
    )


def remarks(general: Mapping[str, float], ours: Set[str]) -> list[str]:
    """The ``REMARKS`` likeliest words of ``general`` that are none of the sentences ``ours``."""
    others = [word for word in general if len(word) >= REMARK_LETTERS and word not in ours]
    return sorted(others, key=lambda word: (general[word], word))[:REMARKS]


def smoothed(
    counts: Mapping[str, float], lower: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """Witten-Bell: the probabilities of the words that were seen, and the back-off factor."""
    types = len(counts)
    total = sum(counts.values()) + types
    seen = {word: (count + types * lower[word]) / total for word, count in counts.items()}
    rest = max(1e-6, 1 - sum(seen.values()))
    return seen, rest / max(1e-6, 1 - sum(lower[word] for word in counts))


def costs_of(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {word: -math.log(share) for word, share in probabilities.items() if share > 0}


def perplexity(model: BackoffBigram, sentences: Iterable[str]) -> tuple[float, int, int]:
    """Perplexity over the known words of ``sentences``, number of unknown words, and of all."""
    cost, known, unknown = 0.0, 0, 0
    for sentence in sentences:
        row, backoff = model.start, model.start_backoff
        for word in (*sentence.split(), END):
            if word in model.unigrams:
                cost += row[word] if word in row else backoff + model.unigrams[word]
                known += 1
            else:
                unknown += 1
            row, backoff = model.bigrams.get(word, {}), model.backoff.get(word, 0.0)
    return math.exp(cost / max(1, known)), unknown, known + unknown
