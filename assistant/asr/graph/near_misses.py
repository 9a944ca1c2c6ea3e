"""The background of a home: its own words in the order of its sentences, and any others between.

What is said beside a home's commands mostly consists of the same words: "the lamp in grandmother's
room", where there is none. Against frequent words alone the nearest command always wins, because
each of its other words fits. So the background is a back-off bigram: home words follow each other
as in the sentences, and any word may come between them.
"""

import math
from collections import Counter
from collections.abc import Mapping

from assistant.asr.graph.language_model import END, BackoffBigram, costs_of, smoothed
from assistant.asr.graph.word_grammar import WordGrammar

HOME_SHARE = 0.7
"""Share of the home's words in the unigrams."""

SENTENCES = 50.0
"""How many random sentences of the home the counts are worth, against unseen pairs of words."""

ENTRY = 4.0
"""Cost in nats of the background, for its paths cost what a sentence does not: its words'
probabilities (``bench homes --spoken``)."""


def near_misses(grammar: WordGrammar, general: Mapping[str, float]) -> BackoffBigram:
    """The bigram beside the sentences of ``grammar``.

    ``general``: word of ordinary Indonesian → negative log probability.
    """
    pairs = grammar.word_pairs()
    singles: Counter[str] = Counter()
    for row in pairs.values():
        singles.update(row)
    total = sum(singles.values())
    probability = {word: HOME_SHARE * count / total for word, count in singles.items()}
    for word, cost in general.items():
        probability[word] = probability.get(word, 0.0) + (1 - HOME_SHARE) * math.exp(-cost)
    rows = {
        word: smoothed({one: SENTENCES * count for one, count in row.items()}, probability)
        for word, row in pairs.items()
    }
    start, start_backoff = rows.pop(END)
    return BackoffBigram(
        unigrams=costs_of(probability),
        start=costs_of(start),
        bigrams={word: costs_of(row) for word, (row, _) in rows.items()},
        start_backoff=-math.log(start_backoff),
        backoff={word: -math.log(backoff) for word, (_, backoff) in rows.items()},
    )
