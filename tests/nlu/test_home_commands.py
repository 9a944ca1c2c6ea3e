"""Somebody's own home: carried out is what was said, or nothing."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.asr.understanding import understand
from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter, VerbatimInterpreter, interpreter_of
from assistant.nlu.alternatives import Alternative, interpret_alternatives
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.templates import load_phrases, normalise
from tests.support.paths import ROOT

HOMES = sorted((ROOT / "tests" / "homes").iterdir())
KRAM = {
    home.name: interpreter_of(load_phrases(home, warn=False, spoken_only=True)) for home in HOMES
}


@dataclass(frozen=True)
class HeardWords:
    """What a recogniser without free speech is sure of."""

    words: str
    confidence: float = 0.99
    accepted: bool = True
    doubtful: bool = False
    alternatives: tuple[Alternative, ...] = ()


def lines(pattern: str) -> list[tuple[str, list[str]]]:
    return [
        (home.name, line.split("\t"))
        for home in HOMES
        for path in home.glob(pattern)
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_the_lists_are_long_enough() -> None:
    assert len(lines("near-misses.*")) >= 400
    assert len(lines("true-sentences.*")) >= 200


def test_no_near_miss_is_carried_out() -> None:
    carried_out = [
        (text, found.intent)
        for home, (_, text) in lines("near-misses.*")
        if (found := KRAM[home].interpret(text)).accepted
    ]
    assert carried_out == []


def test_true_sentences_with_courtesies_are_carried_out() -> None:
    listed, missed = lines("true-sentences.*"), []
    for home, (text, intent, slots) in listed:
        found = KRAM[home].interpret(text)
        meant = {name: value for name, _, value in (one.partition("=") for one in slots.split(";"))}
        meant.pop("", None)
        assert found.intent is not None, text
        if not found.accepted:
            missed.append(text)
        else:
            assert (found.intent.name, dict(found.intent.slots)) == (intent, meant), text
    assert len(missed) <= len(listed) / 100, missed


@pytest.mark.parametrize(
    ("home", "text"),
    [
        # what is written apart is not one number
        ("kos", "volume musik 20 5"), ("kos", "volume musik dua puluh 5"),
        ("kos", "volume musik 20+5"), ("kos", "volume musik 20/5"), ("kos", "volume musik 20-5"),
        ("kos", "volume musik 20, 5"), ("kos", "volume musik dua puluh, lima"),
        ("kos", "volume musik dua puluh eh lima"), ("kos", "volume musik dua puluh, ya, lima"),
        ("kos", "nyalakan lampu kamar dua, eh, belas"), ("keluarga", "pasang timer 100 20 menit"),
        ("keluarga", "setel suhu kulkas jadi 5"), ("keluarga", "atur lampu dapur ke - 5 persen"),
        # a word of hesitation corrects what was said before it
        ("keluarga", "buka, eh, kunci pintu depan"), ("keluarga", "buka dong, kunci pintu depan"),
        ("keluarga", "buka. Kunci pintu depan"),
        # "aja" is Javanese for "don't"; an address may name a room
        ("keluarga", "aja nyalakan lampu dapur"), ("keluarga", "nyalakan lampu kamar, kak"),
        ("keluarga", "nyalakan lampu dapur, bu, jangan"), ("keluarga", "ya"),
        ("keluarga", "tolong"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_command_is_not_carried_out(home: str, text: str) -> None:
    assert not KRAM[home].interpret(text).accepted


@pytest.mark.parametrize(
    ("home", "text", "slot"),
    [
        ("keluarga", "buka kunci pintu depan", "pintu depan"),
        ("keluarga", "tolong, buka kunci, pintu depan, ya kak", "pintu depan"),
        ("keluarga", "Halo Kram! Nyalakan... eh... lampu dapur", "lampu dapur"),
        ("kos", "kunci pintu kamar Bu. Yati ya, Bu", "pintu kamar Bu Yati"),
        ("kos", "nyalakan mesin cuci 2", "mesin cuci dua"),
        ("kos", "nyalakan Lampu 2", "Lampu2"),
    ],
)
def test_courtesies_and_pauses_change_nothing(home: str, text: str, slot: str) -> None:
    found = KRAM[home].interpret(text)
    assert found.accepted and found.intent is not None
    assert slot in found.intent.slots.values()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> VerbatimInterpreter:
    folder = tmp_path_factory.mktemp("house")
    (folder / "a.yaml").write_text(
        "lists:\n"
        "  name: {values: [TV, lampu kamar, lampu kamar opa, 'Dapur & Teras', 'AC #1', AC-3]}\n"
        "  level: {range: {from: -30, to: 30}}\n"
        "  pct: {range: {from: 0, to: 100}}\n"
        "intents:\n"
        "  On: {data: [{sentences: ['nyalakan {name}']}]}\n"
        "  Call: {data: [{sentences: ['panggil ibu', 'hubungi dokter Rina']}]}\n"
        "  Level: {data: [{sentences: ['setel pemanas ke {level}', 'tirai {pct}%']}]}\n"
        "  More: {data: [{sentences: ['naikkan volume']}]}\n"
        "  Color: {data: [{sentences: ['atur {name} ke {pct} dan {pct:p2} ya']}]}\n"
        "  GetState: {data: [{sentences: ['{name} nyala [tidak]']}]}\n",
        "utf-8",
    )
    return VerbatimInterpreter(load_phrases(folder))


@pytest.mark.parametrize(
    "text",
    ["nyalakan TV dong mas", "nyalakan TV, ibu", "ibu tolong nyalakan TV", "ibu, nyalakan TV",
     "nyalakan lampu kamar opa, opa", "sayang, nyalakan TV", "panggil ibu bu",
     "nyalakan Dapur & Teras ya", "tolong nyalakan dapur teras", "nyalakan AC #1", "nyalakan AC 1",
     "nyalakan AC-3", "nyalakan AC3", "setel pemanas ke -5", "setel pemanas ke - 5",
     "tirai 50%", "tirai 50 persen", "nyalakan... nyalakan TV", "nyalakan TV, nyalakan TV ya",
     "bisa nyalakan TV nggak?", "bisa nyalakan TV, nggak", "boleh nyalakan TV ya",
     "atur lampu kamar opa ke 50 dan 60 ya", "bu, atur TV ke 5 dan 6 ya ya",
     "TV nyala tidak", "TV nyala ya"],
)  # fmt: skip
def test_who_is_spoken_to_and_how_changes_nothing(house: VerbatimInterpreter, text: str) -> None:
    assert house.interpret(text).accepted


@pytest.mark.parametrize(
    "text",
    [
        # whose it is, or who does it
        "nyalakan TV ibu", "nyalakan TV mama", "nyalakan TV mas", "nyalakan lampu kamar ibu",
        "nyalakan lampu kamar, opa", "nyalakan lampu kamar ya opa", "ibu nyalakan TV",
        "ibu ya nyalakan TV", "panggil, ibu", "hubungi dokter, Rina", "sayang nyalakan TV",
        "nyalakan lampu kamar opanya",
        # another number, or none
        "setel pemanas ke-5", "setel pemanas ke +5", "setel pemanas ke - lima", "tirai 50",
        "setel pemanas ke — 5",
        # said twice it is done twice; doubled it means something else
        "naikkan volume, naikkan volume", "nyalakan-nyalakan TV",
        # an answer, a question
        "bisa nyalakan TV. Nggak", "bisa nyalakan TV dong nggak", "nyalakan TV nggak",
        "bisa TV nyala nggak", "bisa TV nyala", "boleh nyalakan TV", "coba bisa nyalakan TV",
        "saya mau nyalakan TV dulu ya", "nyalakan TV eh",
    ],
)  # fmt: skip
def test_who_is_spoken_to_is_not_whose_it_is(house: VerbatimInterpreter, text: str) -> None:
    assert not house.interpret(text).accepted


def test_a_sign_is_the_reason_of_a_refusal() -> None:
    for text in ("nyalakan lampu kamar 1²", "nyalakan lampu kamar +1", "🚫 nyalakan lampu gudang"):
        assert KRAM["kos"].interpret(text).reason == InterpretationReason.NOT_PLAIN


def test_a_refusal_says_what_it_took_it_for() -> None:
    found = KRAM["keluarga"].interpret("nyalakan lampu kamar nenek")
    assert not found.accepted and found.phrase == "nyalakan lampu kamar kakek"
    assert found.reason == InterpretationReason.NOT_VERBATIM
    assert found.intent is not None and found.intent.slots["name"] == "lampu kamar kakek"
    assert KRAM["keluarga"].interpret("xyz").intent is None


def test_a_courtesy_that_distinguishes_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "intents:\n  on: {data: [{sentences: ['mode {m}']}]}\n"
        "lists: {m: {values: [malam, malam ya, sekarang]}}\n", "utf-8",
    )  # fmt: skip
    kram = VerbatimInterpreter(load_phrases(tmp_path))
    for said, meant in (("mode malam", "malam"), ("mode malam ya", "malam ya"),
                        ("tolong mode sekarang", "sekarang")):  # fmt: skip
        found = kram.interpret(said)
        assert found.accepted and found.intent is not None and found.intent.slots["m"] == meant
    assert not kram.interpret("mode malam ya ya").accepted


def test_many_courtesies_cost_no_time() -> None:
    words = "tolong ya eh dong " * 20
    start = time.process_time()
    KRAM["keluarga"].interpret(f"{words} nyalakan {words} lampu dapur {words}")
    KRAM["keluarga"].interpret("tolong " * 40 + "nyalakan lampu dapur" + " ya" * 40)
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("part", ["", "intents"])
def test_a_guide_is_still_understood_by_likeness(part: str) -> None:
    guide = load_phrases(ROOT / "phrases" / "id" / part)
    assert not guide.foreign and isinstance(interpreter_of(guide), Interpreter)


def test_what_was_heard_counts_by_all_of_its_slots() -> None:
    kram, state = KRAM["keluarga"], ListeningState.ALL
    alternatives = [
        Alternative("nyalakan lampu kamar nenek", 0.5),
        Alternative("nyalakan lampu kamar kakek", 0.26, True),
        Alternative("nyalakan lampu kamar ibu", 0.24, True),
    ]
    meaning = interpret_alternatives(kram, alternatives, state)
    assert meaning is not None and not meaning.accepted and meaning.probability == 0.26
    sure = [Alternative("tolong nyalakan lampu kamar ibu ya", 0.9)]
    meaning = interpret_alternatives(kram, sure, state)
    assert meaning is not None and meaning.accepted


@pytest.mark.parametrize(
    ("words", "accepted"), [("nyalakan lampu dapur", True), ("nyalakan lampu dapur nanti", False)]
)
def test_sound_has_the_bar_of_text(words: str, accepted: bool) -> None:
    heard = HeardWords(words)
    assert understand(KRAM["keluarga"], heard, ListeningState.ALL).accepted is accepted


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("20,5", "dua puluh koma lima"), ("20.5", "dua puluh koma lima"),
        ("20,50", "dua puluh koma lima"), ("20,0", "dua puluh"), ("-5", "minus lima"),
        ("ke -0,5", "ke minus nol koma lima"), ("ke-5", "ke lima"), ("5-6", "lima enam"),
        ("1.500", "seribu lima ratus"), ("1.500,5", "seribu lima ratus koma lima"),
        ("20,5,5", "dua puluh koma lima koma lima"), ("Lampu2", "lampu dua"),
        ("36,25", "tiga puluh enam koma dua lima"),
    ],
)  # fmt: skip
def test_a_number_is_read_whole(said: str, normal: str) -> None:
    assert normalise(said, chat=False) == normal
    assert normalise(normal, chat=False) == normal


@pytest.mark.parametrize(
    ("said", "degrees"),
    [("dua puluh dua setengah", "22.5"), ("22 setengah", "22.5"), ("dua puluh dua", "22"),
     ("setengah dua puluh dua", None), ("dua puluh dua seperempat", None), ("setengah", None)],
)  # fmt: skip
def test_a_half_is_said_as_setengah(said: str, degrees: str | None) -> None:
    found = KRAM["panti"].interpret(f"setel suhu AC aula jadi {said} derajat")
    assert (found.intent.slots["warmth"] if found.accepted and found.intent else None) == degrees


def home_of_too_many(folder: Path) -> Path:
    (folder / "a.json").write_text(
        '{"language": "id", "intents": {"x": {"data": [{"sentences": ["(a|b|c) {n} {n:m}"]}]}},'
        '"lists": {"n": {"range": {"from": 0, "to": 100}}, "free": {"wildcard": true}}}',
        "utf-8",
    )
    return folder


def test_a_template_of_too_many_sentences_is_understood_as_text(tmp_path: Path) -> None:
    folder = home_of_too_many(tmp_path)
    kram = interpreter_of(load_phrases(folder))
    found = kram.interpret("tolong b 20 100 ya")
    assert found.accepted and found.intent is not None
    assert dict(found.intent.slots) == {"n": "20", "m": "100"}
    for other in ("b 20 101", "d 20 100", "b 20"):
        assert not kram.interpret(other).accepted
    (folder / "replies.yaml").write_text("language: id\n", "utf-8")  # a guide
    with pytest.raises(InputError, match="20,000"):
        load_phrases(folder)
