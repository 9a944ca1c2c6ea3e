"""hassil itself is the oracle: the same sentences match, with the same slots."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hassil import string_matcher
from hassil.intents import Intents
from hassil.recognize import recognize_all
from hassil.sample import sample_intents
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.yaml_reader import parse_yaml
from assistant.nlu import VerbatimInterpreter
from assistant.nlu.templates import load_phrases, normalise
from assistant.nlu.templates.expand import expand, parse
from assistant.nlu.templates.number_words import NEGATIVE_WORDS, spoken_numbers
from assistant.nlu.templates.schema import read_scope
from assistant.nlu.templates.template_matcher import matching_variants

Slots = dict[str, str]


def written(value: Any) -> str:
    """A slot value of hassil's in the form that ours have."""
    return f"{round(value, 6):.12g}" if isinstance(value, int | float) else str(value)


def oracle(tree: dict[str, Any], text: str) -> list[tuple[str, Slots]]:
    """All meanings that hassil gives a text."""
    # its cache of number words forgets the multiplier of a range
    string_matcher._RANGE_TRIE_CACHE.clear()
    return [
        (found.intent.name, {name: written(one.value) for name, one in found.entities.items()})
        for found in recognize_all(text, Intents.from_dict(tree))
    ]


def ours(tree: dict[str, Any], folder: Path) -> VerbatimInterpreter:
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(tree, allow_unicode=True)
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return VerbatimInterpreter(load_phrases(folder, warn=False))


def meaning(kram: VerbatimInterpreter, text: str) -> list[tuple[str, Slots]]:
    found = kram.interpret(text)
    if not found.accepted or found.intent is None:
        return []
    return [(found.intent.name, dict(found.intent.slots))]


def tree_of(sentence: str, **lists: Any) -> dict[str, Any]:
    return {
        "language": "id",
        "intents": {"x": {"data": [{"sentences": [sentence]}]}},
        "lists": lists,
    }


TENTHS = st.one_of(st.integers(0, 65).map(lambda number: number * 10), st.integers(0, 650))
ranges = st.fixed_dictionaries(
    {"from": st.integers(0, 30), "to": st.integers(31, 60)},
    optional={
        "step": st.integers(1, 7),
        "fractions": st.sampled_from(["halves", "tenths"]),
        "multiplier": st.sampled_from([-1, 0.5, 10]),
    },
)


@settings(max_examples=100, deadline=None)
@given(limits=ranges, tenths=TENTHS, mark=st.sampled_from(".,"), words=st.booleans())
def test_a_number_matches_when_it_does_for_hassil(
    tmp_path_factory: pytest.TempPathFactory,
    limits: dict[str, Any],
    tenths: int,
    mark: str,
    words: bool,
) -> None:
    tree = tree_of("setel jadi {n} derajat", n={"range": limits})
    kram = ours(tree, tmp_path_factory.mktemp("range"))
    said, *_ = spoken_numbers(tenths / 10)
    number = said if words else f"{tenths / 10:g}".replace(".", mark)
    text = f"setel jadi {number} derajat"
    beyond = tenths / 10 > limits["to"]
    assert meaning(kram, text) == ([] if beyond else oracle(tree, text)[:1]), text


@pytest.mark.parametrize(("fractions", "last"), [("halves", "30.5"), ("tenths", "30.9")])
def test_a_fraction_above_the_range_is_none_where_hassil_takes_it(
    tmp_path: Path, fractions: str, last: str
) -> None:
    """hassil adds the fractions to the last whole number, too."""
    tree = tree_of("setel {n}", n={"range": {"from": 16, "to": 30, "fractions": fractions}})
    assert oracle(tree, f"setel {last}") == [("x", {"n": last})]
    kram = ours(tree, tmp_path)
    assert meaning(kram, f"setel {last}") == []
    assert meaning(kram, "setel 30") == [("x", {"n": "30"})]


@settings(max_examples=40, deadline=None)
@given(number=st.integers(-40, 10), words=st.booleans(), step=st.integers(1, 4))
def test_a_whole_number_below_zero_matches_when_it_does_for_hassil(
    tmp_path_factory: pytest.TempPathFactory, number: int, words: bool, step: int
) -> None:
    tree = tree_of("setel {n}", n={"range": {"from": -30, "to": 5, "step": step}})
    kram = ours(tree, tmp_path_factory.mktemp("below"))
    text = f"setel {spoken_numbers(number)[-1] if words else number}"
    assert meaning(kram, text) == oracle(tree, text)[:1], text


def test_a_fraction_below_zero_is_right_where_hassil_is_wrong(tmp_path: Path) -> None:
    """hassil says "negatif empat" for -4.5, and does not find -4.9 among its tenths."""
    tree = tree_of("setel {n}", n={"range": {"from": -5, "to": -1, "fractions": "halves"}})
    kram = ours(tree, tmp_path)
    assert oracle(tree, "setel negatif empat koma lima") == []
    for sign in NEGATIVE_WORDS:
        text = f"setel {sign} empat koma lima"
        assert meaning(kram, text) == [("x", {"n": "-4.5"})]
    for text in ("setel -4.5", "setel -4,5", "setel −4,5"):  # noqa: RUF001
        assert meaning(kram, text) == [("x", {"n": "-4.5"})]
    assert meaning(kram, "setel negatif empat") == [("x", {"n": "-4"})]
    for other in ("4.5", "4,5", "empat koma lima", "-4.2", "45", "4", "-5,5"):
        assert meaning(kram, f"setel {other}") == []


names = st.lists(
    st.sampled_from(["lampu dapur", "lampu kamar", "kipas", "Lampu2", "pintu (depan|muka)"]),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
templates = st.sampled_from([
    "nyalakan {name}", "(nyalakan|hidupkan) [itu] {name} [malam ini]", "{name} nyalakan",
    "(nyalakan;{name})", "atur {name:device} (ke|jadi) {n}[ persen|%]", "pasang {n} {name}",
    "nyalakan {name:@device}", "tambah {1..9:n} {@name}",
])  # fmt: skip
others = st.sampled_from([
    "nyala", "ini", "lampu dapur", "lampu kamar", "Lampu2", "Lampu3", "pintu", "dapur", "ke",
    "5", "lima", "12", "jangan", "lampu dapur lampu kamar", "",
])  # fmt: skip


@st.composite
def sentences(draw: st.DrawFn, tree: dict[str, Any]) -> str:
    """A sentence that hassil makes of ``tree``, half of them with one word changed or added."""
    named = json.loads(json.dumps(tree).replace("{1..9:n}", "{n}"))  # it samples lists alone
    made = sorted({text for _, text in sample_intents(Intents.from_dict(named), language="id")})
    words = draw(st.sampled_from(made)).split()
    if draw(st.booleans()):
        place = draw(st.integers(0, len(words)))
        words[place : place + draw(st.integers(0, 1))] = [draw(others)]
    return " ".join(words)


@settings(max_examples=120, deadline=None)
@given(names=names, template=templates, data=st.data())
def test_a_sentence_matches_when_it_does_for_hassil(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    template: str,
    data: st.DataObject,
) -> None:
    tree = tree_of(template, name={"values": names}, n={"range": {"from": 0, "to": 9}})
    text = data.draw(sentences(tree))
    expected = oracle(tree, text)[:1]
    assert meaning(ours(tree, tmp_path_factory.mktemp("sentence")), text) == expected, (tree, text)


@settings(max_examples=40, deadline=None)
@given(template=templates, data=st.data())
def test_matching_a_large_template_is_the_same_as_expanding_it(
    template: str, data: st.DataObject
) -> None:
    lists = {
        "name": {"values": ["lampu dapur", "kipas", "Lampu2", "pintu (depan|muka)"]},
        "n": {"range": {"from": 0, "to": 9}},
    }
    tree = tree_of(template, **lists)
    words = normalise(data.draw(sentences(tree)), chat=False)
    root = parse_yaml(json.dumps(tree).encode(), Path("a.yaml"))
    assert root is not None
    scope, expression = read_scope(root.mapping()), parse(template, "a.yaml:1")
    expanded = expand(expression, scope, "a.yaml:1")
    assert set(matching_variants(expression, scope, "a.yaml:1", words)) == {
        one for one in expanded if normalise(one.text, chat=False) == words
    }


DOMAINS = {
    "language": "id",
    "skip_words": ["ayolah", "kalau bisa"],
    "lists": {
        "name": {
            "values": [
                {"in": "lampu", "out": "lampu", "context": {"domain": "light"}},
                {"in": "pintu", "out": "pintu", "context": {"domain": {"value": "cover"}}},
                "radio",
            ]
        }
    },
    "intents": {
        "on": {"data": [{"sentences": ["buka {name}"], "requires_context": {"domain": ["light"]}}]},
        "open": {
            "data": [
                {
                    "sentences": ["buka {name}"],
                    "requires_context": {"domain": {"value": "cover", "slot": True}},
                    "slots": {"way": "up"},
                }
            ]
        },
        "here": {"data": [{"sentences": ["gelap"], "requires_context": {"area": {"slot": True}}}]},
        "not": {"data": [{"sentences": ["cat {name}"], "excludes_context": {"domain": "cover"}}]},
    },
}


@pytest.mark.parametrize(
    "text",
    ["buka lampu", "buka pintu", "buka radio", "gelap", "cat pintu", "cat lampu", "cat radio",
     "ayolah buka pintu", "buka ayolah pintu kalau bisa", "kalau buka pintu"],
)  # fmt: skip
def test_contexts_and_skip_words_are_those_of_hassil(tmp_path: Path, text: str) -> None:
    assert meaning(ours(DOMAINS, tmp_path), text) == oracle(DOMAINS, text)[:1]


def test_a_domain_that_no_list_states_is_not_required(tmp_path: Path) -> None:
    """So that Home Assistant's sentences work with a plain list of names."""
    plain = {**DOMAINS, "lists": {"name": {"values": ["lampu"]}}}
    assert meaning(ours(plain, tmp_path), "buka lampu") == [("on", {"name": "lampu"})]
    assert meaning(ours(plain, tmp_path), "gelap") == []


def test_a_multiplier_is_right_where_hassil_is_wrong(tmp_path: Path) -> None:
    """hassil keeps the words of a range by its limits: the second list has the first's factor."""
    limits = {"from": 0, "to": 10}
    tree = tree_of("naik {up}", up={"range": limits}, down={"range": {**limits, "multiplier": -1}})
    tree["intents"]["y"] = {"data": [{"sentences": ["turun {down}"]}]}
    kram, intents = ours(tree, tmp_path), Intents.from_dict(tree)
    string_matcher._RANGE_TRIE_CACHE.clear()
    found = [
        next(iter(recognize_all(text, intents))).entities[name].value
        for text, name in (("naik lima", "up"), ("turun lima", "down"), ("turun 5", "down"))
    ]
    assert found == [5, 5, -5]
    for text in ("turun lima", "turun 5"):
        assert meaning(kram, text) == [("y", {"down": "-5"})]
