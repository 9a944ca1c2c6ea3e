"""Courtesies before and after a home's sentences: "tolong …", "… terima kasih".

The interpreter leaves them out (``nlu/courtesies.py``). Only single ones are heard, of those that
are said most.
"""

from collections.abc import Mapping, Sequence

from assistant.asr.graph.word_grammar import GrammarState

OPENING = ("tolong", "coba", "mohon", "oke", "halo", "eh")
CLOSING = ("dong", "makasih", "sekarang", "ya")
_THANKS = ("terima", "kasih")
WORDS = frozenset((*OPENING, *CLOSING, *_THANKS))
"""All of their words."""

CLOSING_STATES = 2
"""Number of states, the first ones, that only a closing courtesy leads to."""

COST = 4.0
"""Cost in nats of a courtesy."""

YA_COST = 12.0
"""The same of "ya", which ends many other words: at 4 nats "oranye" is heard as "merah ya"."""


def with_courtesies(grammar: Sequence[GrammarState], ids: Mapping[str, int]) -> list[GrammarState]:
    """``grammar`` with an optional courtesy at either end, still deterministic.

    A word that a sentence has in that place anyway stays a word of the sentence.
    """
    end = GrammarState((), (), 0.0)
    thanks = GrammarState(((ids[_THANKS[1]], 0),), (0.0,), None)
    states = [end, thanks]
    closing = {ids[word]: 0 for word in CLOSING} | {ids[_THANKS[0]]: 1}
    costs = dict.fromkeys(closing, COST) | {ids["ya"]: YA_COST}
    for one in grammar:
        arcs = {
            word: (goal + 2, cost)
            for (word, goal), cost in zip(one.following, one.costs, strict=True)
        }
        if one.final is not None:
            polite = {word: (goal, one.final + costs[word]) for word, goal in closing.items()}
            arcs = polite | arcs
        states.append(_state(arcs, one.final))
    start = {ids[word]: (len(states) - 1, COST) for word in OPENING}
    last = states[-1]
    start |= {
        word: (goal, cost) for (word, goal), cost in zip(last.following, last.costs, strict=True)
    }
    return [*states, _state(start, last.final)]


def _state(arcs: Mapping[int, tuple[int, float]], final: float | None) -> GrammarState:
    ordered = sorted(arcs.items())
    return GrammarState(
        tuple((word, goal) for word, (goal, _) in ordered),
        tuple(cost for _, (_, cost) in ordered),
        final,
    )
