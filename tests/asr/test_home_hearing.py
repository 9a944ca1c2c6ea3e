"""Somebody's own home, heard: Home Assistant's sentences as they are, and abbreviations."""

from pathlib import Path

import pytest

from assistant.asr import model_store
from assistant.asr.graph.abbreviations import spell_abbreviation
from assistant.asr.understanding import load_heard_phrases
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.listening_state import ListeningState
from assistant.nlu import Intent, interpreter_of
from assistant.nlu.templates import load_phrases
from tests.support.paths import ROOT
from tests.support.spoken_meaning import spoken_meanings

pytestmark = pytest.mark.decodes_sound

HOME = ROOT / "tests" / "homes" / "home_assistant"

APPLIANCES = """
language: id
intents:
  HassTurnOn: {data: [{sentences: ["(nyalakan|hidupkan) {name}"]}]}
  HassTurnOff: {data: [{sentences: ["matikan {name}"]}]}
lists:
  name: {values: [AC Kamar, TV LED, Kipas USB, Lampu WC, Bel IGD, Lampu Kamar, Kipas Dapur]}
"""


def heard(folder: Path, model: Path, texts: tuple[str, ...]) -> list[Intent | None]:
    """What is carried out of ``texts``, spoken by a voice that took no part in the training."""
    interpreter = interpreter_of(load_heard_phrases(folder))
    recognizer = VoskRecognizer(model, (ListeningState.ALL,))
    meanings = spoken_meanings(recognizer, interpreter, texts, ListeningState.ALL)
    return [one.intent if one.accepted else None for one in meanings]


@pytest.fixture(scope="module")
def home_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_store.build(HOME, tmp_path_factory.mktemp("home") / "model")


def test_home_assistants_sentences_are_heard_as_they_are(home_model: Path) -> None:
    lines = (HOME / "true-sentences.home-assistant.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    found = heard(HOME, home_model, tuple(row[0] for row in rows))
    meant = [(row[1], dict(pair.split("=") for pair in row[2].split(";"))) for row in rows]
    right = [
        one is not None and (one.name, dict(one.slots)) == other
        for one, other in zip(found, meant, strict=True)
    ]
    assert sum(right) >= 25 and len(right) == 26


def test_what_is_nearly_a_command_is_seldom_acted_on(home_model: Path) -> None:
    """Each word must fit, so a word that is not the home's is not bridged by the others."""
    paths = [HOME / f"near-misses.{name}.tsv" for name in ("home-assistant", "malay")]
    lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
    said = tuple(line.split("\t")[1] for line in lines)
    acted = [text for text, one in zip(said, heard(HOME, home_model, said), strict=True) if one]
    assert len(acted) <= 9 and len(said) == 135, acted


def test_ya_at_the_end_is_heard_and_does_not_spoil_other_words(home_model: Path) -> None:
    said = {
        "nyalakan lampu dapur ya": {"name": "Lampu Dapur"},
        "matikan kipas angin ya": {"name": "Kipas Angin"},
        "jadikan lampu tidur oranye": {"name": "Lampu Tidur", "color": "orange"},
        "jadikan lampu tidur merah ya": {"name": "Lampu Tidur", "color": "red"},
    }
    found = heard(HOME, home_model, tuple(said))
    assert [one and dict(one.slots) for one in found] == list(said.values())


@pytest.fixture(scope="module")
def appliances(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    room = tmp_path_factory.mktemp("appliances")
    (room / "home").mkdir()
    (room / "home" / "home.yaml").write_text(APPLIANCES, "utf-8")
    return room / "home", model_store.build(room / "home", room / "model")


def test_abbreviations_are_heard_as_they_are_said(appliances: tuple[Path, Path]) -> None:
    said = {
        "nyalakan a sé kamar": "AC Kamar",
        "nyalakan téfé éléde": "TV LED",
        "nyalakan ti fi led": "TV LED",
        "matikan kipas u és bé": "Kipas USB",
        "nyalakan lampu wé sé": "Lampu WC",
        "matikan bél i gé dé": "Bel IGD",
    }
    found = heard(*appliances, tuple(said))
    assert [one and one.slots["name"] for one in found] == list(said.values())


@pytest.mark.parametrize(
    ("word", "sounds"),
    [("ac", "a s e"), ("tv", "t e f e"), ("tv", "t i f i"), ("led", "e l e d e"),
     ("led", "l e d"), ("usb", "u e s b e"), ("wc", "w e s e"), ("igd", "i g e d e")],
)  # fmt: skip
def test_an_abbreviation_has_the_names_of_its_letters(word: str, sounds: str) -> None:
    assert sounds in {" ".join(one.sounds) for one in spell_abbreviation(word)}


def test_words_in_capitals_are_abbreviations(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "intents: {x: {data: [{sentences: ['buka {l}']}]}}\n"
        "lists: {l: {values: [Pintu ABS2, LAMPU Dapur, Ibu, pompa]}}\n", "utf-8",
    )  # fmt: skip
    assert load_phrases(tmp_path).abbreviations == {"abs"}
