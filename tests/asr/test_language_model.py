"""The language model: probabilities, the corpus, and the automaton that is made of it."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asr.graph.language_model import (
    END,
    SCALE,
    WORD_COST,
    Corpus,
    perplexity,
    read_corpus,
    sentence_costs,
    train,
)
from assistant.asr.graph.word_grammar import SentenceCosts
from assistant.core.errors import InputError
from assistant.core.paths import OWN_PHRASES
from assistant.core.yaml_reader import read_yaml
from assistant.nlu.templates import load_phrases

GENERAL = {"buka": math.log(2), "pintu": math.log(2)}
WORDS = ["kaki", "saya", "kram", "sakit", "tolong"]
sentences = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=8
)


@given(sentences, sentences)
def test_the_probabilities_after_each_word_sum_to_one(calls: list[str], other: list[str]) -> None:
    model = train(Corpus(tuple(calls), tuple(other)), ["kaki saya kram"], GENERAL)
    assert sum(math.exp(-cost) for cost in model.unigrams.values()) == pytest.approx(1, abs=1e-6)
    rows = [(model.start, model.start_backoff)]
    rows += [(row, model.backoff[word]) for word, row in model.bigrams.items()]
    for row, backoff in rows:
        total = sum(math.exp(-cost) for cost in row.values())
        lower = sum(math.exp(-model.unigrams[word]) for word in model.unigrams.keys() - row.keys())
        assert total + math.exp(-backoff) * lower == pytest.approx(1, abs=1e-3)


def test_a_sentence_that_was_written_is_likelier_than_its_words_in_disorder() -> None:
    model = train(Corpus(("kaki saya kram", "kaki saya sakit")), (), GENERAL)
    assert model.cost(["kaki", "saya", "kram"]) < model.cost(["kram", "kaki", "saya"])
    assert math.isinf(model.cost(["xylofon"]))


def test_no_sentence_is_empty() -> None:
    model = train(Corpus(("kaki saya kram",)), (), GENERAL)
    assert END not in model.start


def test_usual_sentences_cost_less_than_rare_ones() -> None:
    listed = {"tunggu": 0.0, "ulangi": 0.0, "sebentar": 5.0, "stop": 5.0}
    found = sentence_costs(SentenceCosts(listed))
    assert found.listed["tunggu"] == pytest.approx(-SCALE * math.log(0.05))
    assert found.listed["tunggu"] < found.listed["sebentar"] == found.template_cost
    assert found.word == WORD_COST


def test_the_own_corpus_predicts_sentences_of_others() -> None:
    """Perplexity 184 and 3.0 % unknown words when the margin was set; without it 500 and 17 %."""
    corpus = read_corpus(OWN_PHRASES)
    assert corpus is not None
    lines = (Path(__file__).parent / "strangers.tsv").read_text(encoding="utf-8").splitlines()
    others = [line.split("\t")[2] for line in lines[1:]]
    value, unknown, words = perplexity(train(corpus, (), GENERAL), others)
    assert value < 260
    assert unknown / words < 0.05


def test_a_folder_without_a_corpus_has_none(tmp_path: Path) -> None:
    assert read_corpus(tmp_path) is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("cramp-now\tplain", "calls.tsv:2"),
        ("cramp-now\tplain\tKaki saya 2", "calls.tsv:2"),
        ("cramp-now\tplain\t", "calls.tsv:2"),
    ],
)
def test_a_bad_line_of_the_corpus_is_named(tmp_path: Path, line: str, problem: str) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "calls.tsv").write_text(f"situation\tregister\tutterance\n{line}\n")
    with pytest.raises(InputError, match=problem):
        read_corpus(tmp_path)


TYPED = {
    "bngkak", "abuhh", "bengkakk", "pns", "hot", "mrah", "itemm", "hitem", "biruu", "dngin",
    "dinginn", "kekebasan", "numbness", "lemess", "kugerakin", "digerakan", "geraken",
    "digoyangkan", "sesakk", "ambeg", "napass", "nafass", "cough", "pingsaan", "semaputt",
    "pingsn", "fainted", "passed", "jatuhh", "tiboo", "jtuh", "sango", "satus", "sangalas",
    "rolas", "songolas", "one", "nine", "ambulanz", "ambulns", "ngambulan", "kreek", "kraak",
    "snapped", "ngosngosan", "terengahengah", "endas", "ndas", "kpala", "ilat",
}  # fmt: skip
"""Words of danger that are only typed, or heard with an ending or in another word of theirs."""


def test_every_word_for_a_danger_can_be_heard() -> None:
    """ "Keno racun" or "tidak menyahut" was understood when typed, and no word of the ear's."""
    corpus = read_corpus(OWN_PHRASES)
    assert corpus is not None
    phrases = load_phrases(OWN_PHRASES).phrases
    sentences = [*corpus.calls, *corpus.other, *(phrase.text for phrase in phrases)]
    known = {word for sentence in sentences for word in sentence.split()} | TYPED
    words = read_yaml(OWN_PHRASES / "words.yaml").mapping()
    synonyms = words["synonyms"].mapping()
    said = {
        concept: synonyms[concept].texts()
        for concept in words["danger"].texts()
        if concept in synonyms
    }
    assert len(said) > 40
    unheard = {
        concept: missing
        for concept, texts in said.items()
        if (missing := [text for text in texts if not known.issuperset(text.split())])
    }
    assert unheard == {}
