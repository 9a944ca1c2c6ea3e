"""The automaton of templates accepts exactly the sentences that they expand to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.asr.graph.spoken_courtesies import WORDS, with_courtesies
from assistant.asr.graph.word_grammar import GrammarState, SentenceCosts, WordGrammar, save_acceptor
from assistant.asr.sentence_acceptor import SentenceAcceptor
from assistant.core.errors import InputError
from assistant.core.yaml_reader import parse_yaml
from assistant.nlu.templates.context import ContextRule, Requirement
from assistant.nlu.templates.expand import Scope, expand, parse
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrases import LargeTemplate
from assistant.nlu.templates.schema import read_scope
from assistant.nlu.templates.word_automaton import Position, WordAutomaton

LISTS = b"""
expansion_rules: {on: "(nyala|hidup)(kan|in)", bright: "{n}[%| persen]"}
lists:
  name:
    values:
      - {in: Lampu Dapur, context: {domain: light}}
      - {in: "pintu[ (depan|muka)]", out: door, context: {domain: cover}}
      - Lampu2
  n: {range: {from: -2, to: 24, fractions: halves}}
  jum: {values: ["Jum'at", "\xc3\xa9lok-elok", "3,5"]}
"""
RULE = ContextRule((Requirement("domain", frozenset({"light"})),))
ANY = ContextRule()


def scope() -> Scope:
    root = parse_yaml(LISTS, Path("a.yaml"))
    assert root is not None
    return read_scope(root.mapping())


def template(text: str, context: ContextRule = ANY) -> LargeTemplate:
    expression = parse(text, "a.yaml:1")
    stated = frozenset({"domain"})
    return LargeTemplate(
        text, expression, scope(), "x", (), frozenset(), context, stated, "a.yaml:1"
    )


def listed(one: LargeTemplate) -> set[str]:
    return {
        normalise(variant.text, chat=False)
        for variant in expand(one.expression, one.scope, one.source)
        if one.context.slots(variant.context, one.stated) is not None
    } - {""}


def accepted(automaton: WordAutomaton) -> list[str]:
    def after(position: Position, words: tuple[str, ...]) -> Iterator[str]:
        if position.ends:
            yield " ".join(words)
        for word, next_one in automaton.following(position).items():
            yield from after(next_one, (*words, word))

    return list(after(automaton.start, ()))


pieces = st.sampled_from(
    ["lampu", "di", " ", " ", "-", "- ", "5", "2", ",", "%", "kan", "'", "{name}", "{n}", "{jum}",
     "<on>", "<bright>", "{1..3:m}"]
)  # fmt: skip
texts = st.recursive(
    pieces,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        inner.map("[{}]".format),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({';'.join(parts)})"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(text=texts, context=st.sampled_from([ANY, RULE]))
def test_accepts_exactly_the_sentences_of_a_template(text: str, context: ContextRule) -> None:
    try:
        one = template(text, context)
        expected = listed(one)
    except InputError:
        assume(False)
    found = accepted(WordAutomaton((one,)))
    assert len(found) == len(set(found))  # it is deterministic
    assert set(found) - {""} == expected


def sentences(grammar: list[GrammarState], ids: dict[str, int]) -> Iterator[tuple[str, float]]:
    names = {number: word for word, number in ids.items()}

    def after(state: int, words: tuple[str, ...], cost: float) -> Iterator[tuple[str, float]]:
        one = grammar[state]
        if one.final is not None:
            yield " ".join(words), cost + one.final
        for (word, goal), more in zip(one.following, one.costs, strict=True):
            yield from after(goal, (*words, names[word]), cost + more)

    return after(len(grammar) - 1, (), 0.0)


@settings(max_examples=50, deadline=None)
@given(
    texts=st.lists(texts, min_size=1, max_size=2),
    usual=st.dictionaries(
        st.lists(st.sampled_from(["lampu", "di", "lima", "nyalakan"]), min_size=1, max_size=3).map(
            " ".join
        ),
        st.sampled_from([0.0, 5.0]),
        min_size=1,
        max_size=4,
    ),
    word=st.sampled_from([0.0, 2.3]),
)
def test_the_grammar_is_the_union_with_what_is_listed(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], usual: dict[str, float], word: float
) -> None:
    try:
        several = [template(text) for text in texts]
        expected = dict.fromkeys(set().union(*map(listed, several)), 5.0)
    except InputError:
        assume(False)
    assume(len(expected) < 3000)
    for sentence, cost in usual.items():
        expected[sentence] = min(cost, expected.get(sentence, cost))
    grammar = WordGrammar(SentenceCosts(usual, WordAutomaton(several), 5.0, word))
    ids = {one: number for number, one in enumerate(sorted(grammar.words), 1)}
    totals = {one: cost + word * len(one.split()) for one, cost in expected.items()}
    states = grammar.states(ids)
    found = dict(sentences(states, ids))
    assert found.keys() == expected.keys() and grammar.count == len(expected)
    least = min(totals.values())
    assert found == pytest.approx({one: cost - least for one, cost in totals.items()}, abs=0.05)
    assert len(set(states)) == len(states)

    folder = tmp_path_factory.mktemp("grammar")
    lines = [f"{one} {number}" for one, number in ids.items()]
    (folder / "words.txt").write_text("\n".join(lines), "utf-8")
    save_acceptor(folder / "grammar.npz", states)
    acceptor = SentenceAcceptor(folder / "grammar.npz", folder / "words.txt")
    for one in list(expected)[:200]:
        assert acceptor.whole(one)
        longer = any(other.startswith(one + " ") for other in expected)
        assert acceptor.complete(one) is not longer
        for other in (f"{one} xyz", one.rpartition(" ")[0]):
            assert acceptor.whole(other) is (other in expected)


def test_courtesies_are_heard_at_either_end() -> None:
    grammar = WordGrammar(SentenceCosts({"buka pintu": 0.0, "buka pintu ya": 0.0, "coba": 0.0}))
    ids = {word: number for number, word in enumerate(sorted(grammar.words | WORDS), 1)}
    states = with_courtesies(grammar.states(ids), ids)
    found = list(sentences(states, ids))
    said = dict(found)
    assert len(said) == len(found), "it is deterministic"
    for text in ("buka pintu", "tolong buka pintu", "buka pintu terima kasih", "coba dong",
                 "tolong buka pintu dong", "buka pintu ya", "buka pintu ya makasih"):  # fmt: skip
        assert text in said
    assert said["buka pintu ya"] == 0.0 < said["buka pintu dong"] < said["eh buka pintu dong"]
    for text in ("tolong", "tolong tolong coba", "buka ya pintu", "ya", "buka pintu terima"):
        assert text not in said


def test_a_range_in_a_sentence_is_no_list_of_sentences() -> None:
    automaton = WordAutomaton((template("(a|b|c) {n} dan {n:m} dan {n:o} dan {n:p}"),))
    grammar = WordGrammar(SentenceCosts({}, automaton))
    assert grammar.count == 3 * len(accepted(WordAutomaton((template("{n}"),)))) ** 4
    assert len(grammar.states({word: n for n, word in enumerate(sorted(grammar.words))})) < 200


def test_a_template_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match=r"a\.yaml:1.*200,000 states"):
        WordAutomaton((template(f"({';'.join(['{n}'] * 11)})"),))
