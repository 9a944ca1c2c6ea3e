"""Grapheme-to-phoneme conversion, and phonemes to phones."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asr.graph.e_vowels import mark_e
from assistant.asr.graph.g2p import SOUNDS, pronounce
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.core.errors import InputError
from tests.support.paths import ROOT

pytestmark = pytest.mark.decodes_sound

TABLE = ROOT / "models" / "phones" / "ko.yaml"


@pytest.mark.parametrize(
    ("word", "marked"),
    [
        ("kereta", "keréta"),
        ("merah", "mérah"),
        ("nenek", "nénék"),
        ("sebelumnya", "sebelumnya"),
        ("peregangan", "peregangan"),
        ("keretanya", "keréta" + "nya"),
        ("kaki", "kaki"),
    ],
)
def test_both_vowels_of_the_letter_e(word: str, marked: str) -> None:
    assert mark_e(word)[0][0] == marked


def test_digraphs_are_one_sound() -> None:
    assert pronounce("nyanyang")[0].sounds == ("ny", "a", "ny", "a", "ng")


def test_a_word_without_vowels_is_spelled_out() -> None:
    assert pronounce("ktp")[0].sounds == ("k", "a", "t", "e", "p", "e")


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_any_letters_can_be_said(word: str) -> None:
    spoken = pronounce(word)
    assert spoken
    assert all(set(one.sounds) <= SOUNDS for one in spoken)
    assert abs(sum(one.probability for one in spoken) - 1) < 1e-6
    said = Lexicon(load_phone_map(TABLE)).pronounce(word)
    assert said.after_pause
    assert said.in_flow


def test_a_strange_character_is_named_with_its_place() -> None:
    lexicon = Lexicon(load_phone_map(TABLE))
    with pytest.raises(InputError, match=r"stop\.yaml:7.*'k2'.*'2'"):
        lexicon.pronounce("k2", "stop.yaml:7")


def test_exceptions_come_before_rules(tmp_path: Path) -> None:
    path = tmp_path / "pronunciations.yaml"
    path.write_text("words: {ugd: u g e d e}\n", encoding="utf-8")
    table = load_phone_map(TABLE)
    by_rule = Lexicon(table).pronounce("ugd")
    assert Lexicon(table, load_exceptions(path)).pronounce("ugd") != by_rule
    same = Lexicon(table).pronounce("ugédé")
    assert Lexicon(table, load_exceptions(path)).pronounce("ugd") == same


@pytest.mark.parametrize(
    "text", ["words: {igd: i q9}\n", "words: {igd: ''}\n", "word: 1\n", "- a\n", "words: [\n"]
)
def test_broken_exceptions_say_where(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pronunciations.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"pronunciations\.yaml"):
        load_exceptions(path)


def test_sounds_differ_after_a_pause() -> None:
    said = Lexicon(load_phone_map(TABLE)).pronounce("bantuan")
    assert said.after_pause[0] != said.in_flow[0]


def test_words_of_the_phone_table_are_ways_beside_the_rules(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8").split("\nwords:\n")[0]
    bare, more = tmp_path / "bare.yaml", tmp_path / "more.yaml"
    bare.write_text(text, encoding="utf-8")
    more.write_text(text + "\nwords:\n  bantuan: {KK O KK: 1.5}\n", encoding="utf-8")
    table = load_phone_map(more)
    before = dict(Lexicon(load_phone_map(bare)).pronounce("bantuan").after_pause)
    after = dict(Lexicon(table).pronounce("bantuan").after_pause)
    kinds = (38, 28, 38)
    added = table.phone_ids(kinds)
    assert added in after
    assert set(after) <= {*before, added}
    rules = table.variants(pronounce("bantuan")[0].sounds, 999, True)
    least = min(cost - table.entry_costs(said) for said, cost in rules)
    assert after[added] == pytest.approx(least + 1.5 + table.entry_costs(kinds))
    assert Lexicon(table).pronounce("bantu") == Lexicon(load_phone_map(bare)).pronounce("bantu")


def test_a_kind_costs_wherever_it_stands() -> None:
    bare = load_phone_map(TABLE)
    dearer = replace(bare, entry_cost={21: 0.3})
    ways = dict(bare.variants(("k", "a", "m", "a"), 999, True))
    assert len(ways) > 1
    for kinds, cost in dearer.variants(("k", "a", "m", "a"), 999, True):
        assert cost == pytest.approx(ways[kinds] + 0.3 * kinds.count(21))


def test_fitted_costs_are_other_costs_of_the_same_ways() -> None:
    table = load_phone_map(TABLE)
    assert table.fitted is not None
    assert set(table.fitted.entry_cost) == set(table.fitted.self_loop_cost) == set(range(46)) - {33}
    assert table.fitted.sounds.keys() == table.sounds.keys()
    for key, cases in table.sounds.items():
        ways = [(case.conditions, {kinds for kinds, _ in case.alternatives}) for case in cases]
        fitted = [
            (c.conditions, {kinds for kinds, _ in c.alternatives}) for c in table.fitted.sounds[key]
        ]
        assert fitted == ways


def test_a_word_said_as_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "phones.yaml"
    text = TABLE.read_text(encoding="utf-8").split("\nwords:\n")[0]
    path.write_text(text + '\nwords:\n  bantuan: {"": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match="bantuan"):
        load_phone_map(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tuples: 5943", "tupels: 5943"),
        ("  a: [", "  aa: ["),
        ("a: [{when", "a: [{wenn"),
        ("enter: {", "enter: {XX: 1, "),
        ("flow: {", "flow: {rest: 1, "),
    ],
)
def test_a_broken_phone_table_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "ko.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=r"ko\.yaml"):
        load_phone_map(path)


def test_what_was_found_for_a_word_is_never_dropped() -> None:
    table = load_phone_map(TABLE)
    table = table.fitted or table
    lexicon = Lexicon(table)
    for word, ways in table.words.items():
        said = {phones for phones, _ in lexicon.pronounce(word).after_pause}
        assert {table.phone_ids(kinds) for kinds, _ in ways} <= said, word
