"""Folders of hassil YAML expand to sentences, or raise one clear error."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.core.errors import InputError
from assistant.core.listening_state import PHRASE_STATES
from assistant.nlu.templates import Phrasebook, load_phrases, normalise
from tests.support.paths import ROOT

OWN = ROOT / "phrases" / "id"


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def texts(book: Phrasebook) -> list[str]:
    return [phrase.text for phrase in book.phrases]


def sentences(*templates: str, more: str = "") -> str:
    lines = "".join(f"          - '{template}'\n" for template in templates)
    return f"language: id\nintents:\n  x:\n    data:\n      - sentences:\n{lines}{more}"


def test_alternatives_options_and_permutations(tmp_path: Path) -> None:
    book = load_phrases(write(tmp_path, sentences("(kaki|betis) saya [lagi] kram", "(a;b)")))
    assert texts(book) == [
        *("kaki saya lagi kram", "kaki saya kram", "betis saya lagi kram", "betis saya kram"),
        *("a b", "b a"),
    ]


def test_rules_and_lists_of_all_files_and_of_a_block(tmp_path: Path) -> None:
    write(tmp_path, "expansion_rules: {who: saya}\nlists: {l: {values: [{in: kiri, out: left}]}}")
    more = "        expansion_rules: {who: gue}\n        slots: {a: no}\n"
    book = load_phrases(write(tmp_path, sentences("kaki {l:leg} <who>", more=more), "b.yml"))
    (phrase,) = book.phrases
    assert phrase.text == "kaki kiri gue"
    assert dict(phrase.slots) == {"leg": "left", "a": "no"}
    assert phrase.source == "b.yml:6"


def test_wordings_are_for_reading_only(tmp_path: Path) -> None:
    write(tmp_path, sentences("kaki kram"))
    (tmp_path / "wordings").mkdir()
    write(tmp_path / "wordings", "lists: {}\n" + sentences("(kaki|betis) <who>kram"), "b.yaml")
    with pytest.raises(InputError, match="who"):
        load_phrases(tmp_path)
    write(tmp_path / "wordings", sentences("(kaki|betis) kram"), "b.yaml")
    book = load_phrases(tmp_path)
    assert [phrase.text for phrase in book.phrases] == ["kaki kram"]
    assert [(one.text, one.source) for one in book.text_only] == [
        ("betis kram", "wordings/b.yaml:6")
    ]
    heard = load_phrases(tmp_path, spoken_only=True)
    assert not heard.text_only
    assert heard.fingerprint == book.fingerprint


def test_ranges_are_spoken_in_indonesian(tmp_path: Path) -> None:
    text = sentences("{n} menit", "{24..26,2:m}") + "lists: {n: {range: {from: 10, to: 12}}}"
    book = load_phrases(write(tmp_path, text))
    assert [(phrase.text, dict(phrase.slots)) for phrase in book.phrases] == [
        ("sepuluh menit", {"n": "10"}),
        ("sebelas menit", {"n": "11"}),
        ("dua belas menit", {"n": "12"}),
        ("dua puluh empat", {"m": "24"}),
        ("dua puluh enam", {"m": "26"}),
    ]


@pytest.mark.parametrize(
    ("context", "states"),
    [
        ("", set(PHRASE_STATES)),
        ("requires_context: {state: idle}", {"idle"}),
        ("requires_context: {state: [idle, conversation]}", set(PHRASE_STATES)),
        ("excludes_context: {area: dapur}", set(PHRASE_STATES)),
    ],
)
def test_states(tmp_path: Path, context: str, states: set[str]) -> None:
    book = load_phrases(write(tmp_path, sentences("kram", more=f"        {context}\n")))
    assert book.phrases[0].states == states
    assert book.for_state("all") == book.phrases
    assert bool(book.for_state("conversation")) == ("conversation" in states)


def test_the_same_sentence_twice(tmp_path: Path) -> None:
    write(tmp_path, sentences("stop"))
    book = load_phrases(
        write(tmp_path, sentences("stop", "henti").replace("  x:", "  y:"), "b.yaml")
    )
    assert [(phrase.text, phrase.intent) for phrase in book.phrases] == [
        ("stop", "x"),
        ("henti", "y"),
    ]
    assert len(book.conflicts) == 1
    assert "b.yaml:6" in str(book.conflicts[0])


def test_the_same_intent_with_other_slots_twice_is_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As Home Assistant's own sentences do, where a lamp is called like a room."""
    write(tmp_path, sentences("lampu (teras|dapur)", more="        slots: {name: lampu}\n"))
    room = sentences("lampu (teras|dapur)", more="        slots: {area: rumah}\n")
    book = load_phrases(write(tmp_path, room, "b.yaml"))
    (told,) = [record.getMessage() for record in caplog.records]
    assert "means x (name: lampu) by" in told and "not x (area: rumah)" in told
    assert "(1 more like it)" in told
    caplog.clear()
    assert load_phrases(tmp_path, warn=False).conflicts == book.conflicts
    assert not caplog.records


def test_one_text_may_mean_two_things_in_two_states(tmp_path: Path) -> None:
    idle = sentences("stop", more="        requires_context: {state: idle}\n")
    talk = idle.replace("  x:", "  y:").replace("idle}", "conversation}")
    write(tmp_path, idle)
    book = load_phrases(write(tmp_path, talk, "b.yaml"))
    assert [phrase.intent for phrase in book.for_state("idle")] == ["x"]
    assert [phrase.intent for phrase in book.for_state("conversation")] == ["y"]
    assert book.conflicts == ()


def test_fingerprint_follows_the_content(tmp_path: Path) -> None:
    first = load_phrases(write(tmp_path, sentences("kram"))).fingerprint
    assert load_phrases(tmp_path).fingerprint == first
    assert load_phrases(write(tmp_path, sentences("kram "))).fingerprint != first


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("Pelan-pelan,  dong!", "pelan pelan dong"),
        ("Jum'at, 25 menit", "jumat dua puluh lima menit"),
        ("081", "nol delapan satu"),
        ("téh\u00a0manis", "teh manis"),
        ("…", ""),
    ],
)
def test_normalise(said: str, normal: str) -> None:
    assert normalise(said) == normal
    assert normalise(normal) == normal


ROUND = "expansion_rules: {a: '<b>', b: '<a>'}\n"
BOMB = "expansion_rules:\n  a0: '(x|y)'\n" + "".join(
    f"  a{i + 1}: '<a{i}> <a{i}>'\n" for i in range(12)
)
LONG = BOMB.replace("(x|y)", "x")


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("intents: [", "a.yaml:1", "not valid YAML"),
        ("intents:\n  x: {data: [}\n", "a.yaml:2", "not valid YAML"),
        ("- kram\n", "a.yaml:1", "mapping"),
        ("intents: kram\n", "a.yaml:1", "mapping"),
        ("intents:\n  x: kram\n", "a.yaml:2", "mapping"),
        ("intents:\n  x: {}\n", "a.yaml:2", "needs data"),
        ("intents:\n  x:\n    data: 1\n", "a.yaml:3", "list"),
        ("intents:\n  x:\n    data: [{slots: {}}]\n", "a.yaml:3", "needs sentences"),
        ("intents:\n  x:\n    data:\n    - sentences: kram\n", "a.yaml:4", "list"),
        ("intents:\n  x:\n    data:\n    - sentences:\n      - 1: 2\n", "a.yaml:5", "text"),
        ("intents:\n  x:\n    data:\n    - sentences:\n      -\n", "a.yaml:5", "text"),
        (sentences("kram", more="        slots: [a]\n"), "a.yaml:7", "mapping"),
        (sentences("kram", more="        requires_context: {state: tidur}\n"), "a.yaml:7", "state"),
        (sentences("<kaki> kram"), "a.yaml:6", "unknown rule <kaki>"),
        (sentences("{kaki} kram"), "a.yaml:6", "unknown list {kaki}"),
        (sentences("(kaki kram"), "a.yaml:6", "not a hassil template"),
        (sentences("{9..1:n}"), "a.yaml:6", "bad range"),
        (ROUND + sentences("<a>"), "a.yaml:7", "contains itself"),
        (LONG + sentences("<a12>"), "1,000", "characters"),
        (sentences("{x}") + "lists: {x: {wildcard: true}}", "a.yaml:7", "wildcard"),
        (sentences("{x}") + "lists: {x: {values: []}}", "a.yaml:7", "empty"),
        (sentences("{x}") + "lists: {x: {range: {from: a, to: 2}}}", "a.yaml:7", "whole number"),
        (sentences("{x}") + "lists: {x: {range: {from: 1, to: 99999999}}}", "a.yaml:7", "20,000"),
        (sentences("kram").replace("language: id", "language: en"), "a.yaml:1", "language"),
        ("a: &a [1]\nb: *a\n", "a.yaml:2", "aliases"),
        ("intents: {x: {data: []}}\nintents: {}\n", "a.yaml:2", "twice"),
        ("a: " + "[" * 2000, "a.yaml:1", "nested too deeply"),
        (sentences("..."), "", "no sentence"),
        ("", "", "no sentence"),
    ],
)
def test_errors_name_file_line_and_remedy(tmp_path: Path, text: str, place: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        load_phrases(write(tmp_path, text))
    message = str(caught.value)
    assert place in message
    assert what in message
    assert "\n" not in message


def test_errors_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_phrases(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no YAML file"):
        load_phrases(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"intents:\n  \xff: 1\n")
    with pytest.raises(InputError, match="a.yaml:2: not UTF-8"):
        load_phrases(tmp_path)


def test_too_many_sentences_in_all(tmp_path: Path) -> None:
    templates = [f"t{i} {{0..99:a}} {{0..99:b}}" for i in range(11)]
    (tmp_path / "replies.yaml").write_text("language: id\n", "utf-8")  # a guide
    with pytest.raises(InputError, match="100,000"):
        load_phrases(write(tmp_path, sentences(*templates)))


def test_a_guide_lists_all_of_its_sentences(tmp_path: Path) -> None:
    (tmp_path / "replies.yaml").write_text("language: id\n", "utf-8")
    with pytest.raises(InputError, match="20,000 sentences"):
        load_phrases(write(tmp_path, BOMB + sentences("<a12>")))


TOKENS = st.sampled_from(
    ["intents:", "data:", "sentences:", "lists:", "x:", "- ", "\n", "  ", "    ", "[", "]", "{",
     "}", "(", ")", "|", "<r>", "{l}", "kram", ": ", "'", '"', "&a", "*a", "!!int", "1..9", "\t",
     "values:", "range:", "from:", "to:", "expansion_rules:", "\\", "#", ";", "yes", "~"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.lists(TOKENS, max_size=40).map("".join), st.text(max_size=60)))
def test_any_text_loads_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    check_loads_or_is_refused(folder)


def check_loads_or_is_refused(folder: Path) -> None:
    try:
        book = load_phrases(folder)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert book.phrases
        assert all(phrase.text == normalise(phrase.text) for phrase in book.phrases)


def test_damaged_templates_of_our_own(tmp_path: Path) -> None:
    """Real files with random bytes changed, cut and doubled."""
    chance = random.Random(7)
    originals = [path.read_bytes() for path in sorted((OWN / "intents").glob("*.yaml"))]
    for number in range(40):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 2))
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a.yaml").write_bytes(data)
        check_loads_or_is_refused(folder)


@pytest.fixture(scope="module")
def own() -> Phrasebook:
    return load_phrases(OWN)


def test_own_phrases_load_alike_by_all_names(own: Phrasebook) -> None:
    assert load_phrases(ROOT / "phrases") == own
    assert load_phrases(OWN / "intents") == own


def test_own_phrases_are_not_too_many_and_do_not_quarrel(own: Phrasebook) -> None:
    assert 3_000 < len(own.phrases) < 10_000
    assert own.conflicts == ()


# Words that a phrase needs to be heard while nobody has asked for anything.
MICROPHONE = {"mikrofon", "mikrofonnya", "dengarkan", "mendengarkan"}
TOPIC = {
    *("kram", "kramnya", "kenceng", "semaput", "kejang", "kempolku", "tolong"),
    *("latihan", "peregangan", "stretching", "catatan", "magnesium", "pisang"),
    *("napas", "bernapas", "ambegku", "napasku", "dada", "dadaku", "darah", "berdarah", "pingsan"),
    *("badan", "bicara", "lidah", "pelo", "cadel", "mulut", "wajah", "muka", "pucat"),
    *("dingin", "perut"),
    *("ambulans", "ambulan", "dokter", "bantuan", "igd", "ugd", "sakit", "darurat", "jatuh"),
    *("terjatuh", "tolongin", "telepon", "telpon", "hubungi", "profil", "jantung"),
    *("terpeleset", "ular", "racun", "keracunan"),
}


def test_idle_hears_only_what_is_meant_for_it(own: Phrasebook) -> None:
    """Several words with a cramp, a routine, diary, profile, emergency or the microphone in them.

    And "tolong". To turn the microphone off is asked about before it is done.
    """
    for phrase in own.for_state("idle"):
        words = phrase.text.split()
        assert len(words) > 1 or phrase.text == "tolong", phrase
        assert not (TOPIC | MICROPHONE).isdisjoint(words), phrase
