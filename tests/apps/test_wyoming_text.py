"""The guide by text: it neither reveals what is stored on this machine nor claims to change it."""

import asyncio
from pathlib import Path

import pytest
from wyoming.asr import Transcript
from wyoming.handle import Handled

from assistant.apps.authoring.examples import read_examples
from assistant.apps.wyoming.text_dialogue import TextDialogue
from assistant.apps.wyoming.text_script import load_text_replies, text_script
from assistant.dialogue.notes import EpisodeStarted
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.user_profile import Profile
from assistant.nlu import Interpreter
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.own_interpreter import KRAM
from tests.support.paths import PHRASES, SENTENCES
from tests.support.wyoming_server import ask, serving

PROFILE = """
[profile]
name = "Sri"
address = "Ibu"
leg = "left"
conditions = ["diabetes"]
"""
SRI = Profile(name="Sri", address="Ibu", leg="left", conditions=("diabetes",))
WORDING = load_text_replies(PHRASES)
SCRIPT = text_script(load_script(PHRASES), WORDING)
HERE_NOT = WORDING.at_device

PRIVATE = ("Sri", "Ibu", "kiri", "iabetes", "tercatat")
CLAIMS = ("saya ingat", "saya catat", "dihapus", "lupakan", "eterusnya", "saya simpan", "tercatat",
          "Hapus", "Lupakan", "belum mengingat", "yang perlu saya ingat", "keraskan", "kecilkan",
          "bicara lebih", "paling")  # fmt: skip
STORED = ("remember", "profile_menu", "profile_tell", "profile_forget", "diary_add", "diary_last",
          "diary_count", "diary_delete")  # fmt: skip
VOICE = ("slower", "faster", "softer", "louder", "slower_or_softer")
TEXTS = [
    one.text
    for one in read_examples(SENTENCES)
    if one.intent in (*STORED, *VOICE) and one.binding
] + [
    "hapus catatan saya",
    "kapan terakhir saya kram",
    "bicara lebih lambat",
    "lebih cepat",
    "lebih pelan",
    "sakitnya berat",
    "atur profil saya",
]  # fmt: skip


@pytest.fixture(scope="module")
def understander() -> Interpreter:
    return KRAM


def talk(understander: Interpreter, *texts: str, profile: Profile = SRI) -> list[str | None]:
    """What is answered to ``texts``, a minute and a half apart."""
    one = TextDialogue(SCRIPT, understander, WORDING, profile)
    return [one.answer(text, 90.0 * count) for count, text in enumerate(texts)]


def test_an_exposed_server_keeps_what_it_knows_to_itself(tmp_path: Path) -> None:
    """The profile of config.toml, the one set by voice, and the diary."""
    data = tmp_path / "data/kram"
    data.mkdir(parents=True)
    (data / "profile.json").write_text('{"pregnant": true}', encoding="utf-8")
    diary = SqliteDiary(data / "diary.sqlite", load_diary_texts(PHRASES))
    diary.take(EpisodeStarted("left"))
    diary.close()
    before = {file.name: file.read_bytes() for file in data.iterdir()}
    with serving(tmp_path, "--expose", config=PROFILE) as (port, _):

        def said(text: str, name: str) -> str:
            event = asyncio.run(ask(port, Transcript(text, {"conversation_id": name})))
            assert event is not None and Handled.is_type(event.type), event
            return str(Handled.from_event(event).text)

        for count, text in enumerate([
            "apa yang kamu ingat tentang saya", "bacakan profil saya", "kapan terakhir saya kram",
            "berapa kali saya kram", "hapus semua catatan", "lupakan profil saya",
            "panggil saya Bapak", "catat kram ini",
        ]):  # fmt: skip
            assert said(text, str(count)) == HERE_NOT
        guide = said("kaki saya kram", "guide") + said("sudah reda", "guide")
        assert not [word for word in PRIVATE if word in guide], guide
    assert {file.name: file.read_bytes() for file in data.iterdir()} == before


def test_this_computers_own_user_is_guided_as_they_are(understander: Interpreter) -> None:
    """Without --expose; but nothing is claimed to be stored there either."""
    begun, asked = talk(understander, "kaki saya kram", "apa yang kamu ingat tentang saya")
    assert begun and "Ibu Sri" in begun and "kaki kiri" in begun
    assert asked and HERE_NOT in asked


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_claimed_that_is_not_done(text: str, understander: Interpreter) -> None:
    """In idle and inside the guide, and whatever is answered then."""
    for before in ((), ("kaki saya kram",)):
        answers = talk(understander, *before, text, "ya", profile=Profile())[len(before) :]
        said = " ".join(filter(None, answers)).replace(HERE_NOT, "").replace(WORDING.voice, "")
        assert not [claim for claim in CLAIMS if claim in said], (before, answers)


@pytest.mark.parametrize(
    ("text", "answer"),
    [("hapus profil saya", HERE_NOT), ("simpan", HERE_NOT), ("lebih keras", WORDING.voice)],
)
def test_the_guide_goes_on_after_it(text: str, answer: str, understander: Interpreter) -> None:
    _, said, more = talk(understander, "kaki saya kram", text, "lanjut")
    assert said and answer in said and "Sudah reda?" in said
    assert more and "tahan" in more.lower()


def test_what_is_to_be_remembered_counts_for_this_conversation(understander: Interpreter) -> None:
    texts = ("kaki saya kram", "ingat, saya sakit ginjal", "sudah reda", *["lanjut"] * 4)
    answers = talk(understander, *texts, profile=Profile())
    assert HERE_NOT in str(answers[1])
    assert "ikuti batas dari dokter" in " ".join(filter(None, answers))


def test_a_sign_of_danger_comes_first(understander: Interpreter) -> None:
    (said,) = talk(understander, "hapus catatan saya, dada saya sakit dan sesak napas")
    assert said and "satu satu, lalu sembilan" in said


def test_the_guide_asks_nothing_that_only_the_diary_needs(understander: Interpreter) -> None:
    answers = talk(understander, "kaki saya kram", "sudah reda", *["lanjut"] * 5)
    assert not any("ringan, sedang" in str(one) for one in answers)
    assert "Selamat tidur" in str(answers[-1]) and "Saya siap" not in str(answers[-1])
    severe = talk(understander, "kaki saya kram", "sakitnya berat sekali")[-1]
    assert severe and "saya temani" in severe
