"""The phone FST accepts exactly the sentences."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asr.graph.const_fst import ARC, STATE, ConstFst, read_fst, write_fst
from assistant.asr.graph.lexicon import WordPronunciations
from assistant.asr.graph.phone_fst import LgBuilder, PhoneFst
from assistant.asr.graph.phone_map import Flow
from assistant.asr.graph.word_grammar import GrammarState, SentenceCosts, WordGrammar
from assistant.core.errors import InputError

pytestmark = pytest.mark.decodes_sound

SILENCE = 1
WORDS = {
    1: WordPronunciations((((20, 21), 0.0), ((22, 21), 1.0)), (((23, 21), 0.5),)),
    2: WordPronunciations((((20, 24), 0.0),), (((20, 24), 0.0),)),
    3: WordPronunciations((((25,), 0.25),), (((25,), 0.0), ((20, 21), 2.0))),
}
NAMES = {"a": 1, "b": 2, "c": 3}
FLOW = Flow(pause=0.5, no_pause=0.25, word=-1.0)

Path_ = tuple[tuple[int, ...], tuple[int, ...], float]


def paths(network: PhoneFst, start: int) -> set[Path_]:
    """Everything that an acyclic network can say: phones, words, cost."""
    found: set[Path_] = set()
    todo: list[tuple[int, tuple[int, ...], tuple[int, ...], float]] = [(start, (), (), 0.0)]
    while todo:
        state, phones, words, cost = todo.pop()
        final = network.final[state]
        if final is not None and words:
            found.add((phones, words, round(cost + final, 3)))
        for phone, word, more, goal in network.arcs[state]:
            said = (*words, word) if word else words
            todo.append((goal, (*phones, phone), said, cost + more))
    return found


def spelled(sentence: str) -> set[Path_]:
    """The same, worked out by hand: pauses anywhere between words."""
    words = tuple(NAMES[word] for word in sentence.split())
    ways: set[tuple[tuple[int, ...], float, bool]] = {((), 0.25, True), ((SILENCE,), 0.5, True)}
    for word in words:
        grown = set()
        for phones, cost, rested in ways:
            spoken = WORDS[word].after_pause if rested else WORDS[word].in_flow
            for more, extra in spoken:
                total = cost + extra - 1.0
                grown.add(((*phones, *more), round(total + 0.25, 3), False))
                grown.add(((*phones, *more, SILENCE), round(total + 0.5, 3), True))
        ways = grown
    return {(phones, words, round(cost, 3)) for phones, cost, _ in ways}


def grammar(sentences: list[str]) -> list[GrammarState]:
    return WordGrammar(SentenceCosts(dict.fromkeys(sentences, 0.0))).states(NAMES)


@given(st.sets(st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(" ".join), min_size=1))
def test_says_the_sentences_and_nothing_else(sentences: set[str]) -> None:
    network = PhoneFst()
    joints = grammar(sorted(sentences))
    start = LgBuilder(network, WORDS, SILENCE, FLOW).sentences(joints)
    expected = set().union(*(spelled(sentence) for sentence in sentences))
    assert paths(network, start) == expected


def test_equal_ends_are_shared() -> None:
    sentences = [f"{first} {second} a b c" for first in "abc" for second in "abc"]
    network = PhoneFst()
    joints = grammar(sentences)
    LgBuilder(network, WORDS, SILENCE, FLOW).sentences(joints)
    one = PhoneFst()
    LgBuilder(one, WORDS, SILENCE, FLOW).sentences(grammar(["a a a b c"]))
    assert len(network.arcs) < 2 * len(one.arcs)


def small_fst() -> ConstFst:
    states = np.array([(np.inf, 0, 1, 0, 1), (0.5, 1, 0, 0, 0)], STATE)
    return ConstFst(0, states, np.array([(4, 0, 1.5, 1)], ARC))


def test_graph_file_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "HCLG.fst"
    write_fst(path, small_fst())
    again = read_fst(path)
    assert again.start == 0
    assert again.states.tolist() == small_fst().states.tolist()
    assert again.arcs.tolist() == small_fst().arcs.tolist()


@given(st.integers(0, 90))
def test_a_cut_graph_file_is_refused(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "HCLr.fst"
    write_fst(path, small_fst())
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError, match=r"HCLr\.fst"):
        read_fst(path)
