"""The user profile: stored safely, effective at once and after a restart."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core.errors import InputError
from assistant.dialogue.acts import Adjust, Note
from assistant.dialogue.notes import EpisodeStarted, ProfileRecord
from assistant.dialogue.user_profile import Profile
from assistant.runtime.profile_store import ProfileStore
from tests.support.dialogue_driver import Talk
from tests.support.own_interpreter import KRAM
from tests.support.paths import ROOT


class Evening(Talk):
    """A conversation in text whose profile is kept in a file."""

    def __init__(self, folder: Path, configured: Profile | None = None) -> None:
        self.book = ProfileStore(folder / "profile.json", configured)
        super().__init__(self.book.profile)

    def says(self, text: str) -> None:
        """The user says ``text``; what is to be kept is kept, as the loop does."""
        meaning = KRAM.interpret(text, self.state.listening)
        assert meaning.intent is not None and meaning.accepted, text
        acts = self.hear(meaning.intent.name, **meaning.intent.slots)
        for act in acts:
            if isinstance(act, Note) and isinstance(act.record, ProfileRecord):
                self.send(self.book.answer(act.record, self.now))


def test_the_form_of_address_is_kept(tmp_path: Path) -> None:
    talk = Evening(tmp_path, Profile(name="Sri"))
    talk.says("kaki saya kram")
    talk.says("panggil saya Ibu")
    assert talk.saying == "Baik, Ibu Sri. Seterusnya begitu."
    again = Evening(tmp_path, Profile(name="Sri"))
    again.says("kaki saya kram")
    assert again.saying.startswith("Saya di sini, Ibu Sri.")


@pytest.mark.parametrize("confirm", ["ingat itu", "simpan"])
def test_a_pregnancy_is_kept_when_the_user_says_so(tmp_path: Path, confirm: str) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki saya kram")
    talk.says("saya sedang hamil")
    assert ProfileStore(tmp_path / "profile.json").profile == Profile()  # not asked to keep it
    talk.says(confirm)
    assert talk.said("saya ingat bahwa Anda hamil")
    assert Evening(tmp_path).book.profile.pregnant


def test_what_is_kept_changes_the_guide_at_once(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki saya kram")
    for _ in range(5):
        talk.wait_for("reda?")
        talk.says("belum")
    talk.wait_for("sebelum dipijat")
    talk.says("saya sedang hamil, ingat itu")
    talk.to_end()
    assert not talk.said("pijat betis")


def test_a_pregnancy_ends_after_a_question(tmp_path: Path) -> None:
    talk = Evening(tmp_path, Profile(pregnant=True))
    talk.says("kaki saya kram")
    talk.says("saya sudah melahirkan")
    assert talk.saying == "Jadi Anda sudah tidak hamil? Bilang ya, atau tidak."
    assert talk.book.profile.pregnant
    talk.says("ya")
    assert talk.said("tidak hamil lagi")
    assert ("situation", "pregnant") not in talk.state.facts | talk.state.known
    assert not Evening(tmp_path, Profile(pregnant=True)).book.profile.pregnant


def test_the_usual_leg_and_tonights_leg(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki kanan saya kram")
    talk.says("biasanya kaki kiri")
    talk.wait_for("lutut kaki kanan")
    again = Evening(tmp_path)
    again.says("kaki saya kram")
    again.wait_for("lutut kaki kiri")
    other = Evening(tmp_path)
    other.says("kaki kanan saya kram")
    other.wait_for("lutut kaki kanan")
    other.to_end()
    assert other.notes(EpisodeStarted)[0].leg == "right"


def test_the_pace_is_kept(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki saya kram")
    talk.says("bicara lebih pelan terus")
    assert talk.said("seterusnya saya bicara sepelan ini")
    assert talk.state.rate == pytest.approx(0.85)
    again = Evening(tmp_path)
    assert Adjust(1.0, 0.85) in again.acts


def test_the_last_thing_told_is_what_is_kept(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki kiri saya kram")
    talk.says("saya punya diabetes")
    talk.says("ingat itu")
    assert talk.book.profile == Profile(conditions=("diabetes",))
    talk.says("saya minum pengencer darah")
    talk.says("ingat itu")
    assert talk.book.profile.conditions == ("diabetes", "blood_thinner")


def test_nothing_told_is_asked_about(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki saya kram")
    talk.says("ingat itu")
    assert talk.saying.startswith("Apa yang perlu saya ingat?")
    talk.says("simpan")
    assert talk.saying == "Kram ini sudah saya catat."


def test_a_talk_about_the_profile_at_breakfast(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("atur profil saya")
    talk.wait_for("Apa yang perlu saya ingat tentang Anda?")
    talk.says("saya sudah tua")
    talk.wait_for("Ada lagi?")
    talk.says("biasanya kaki kiri")
    talk.wait_for("Ada lagi?")
    talk.says("ya")
    talk.wait_for("Apa yang perlu saya ingat tentang Anda?")
    talk.says("panggil saya Bapak")
    talk.wait_for("Ada lagi?")
    talk.says("tidak")
    talk.to_end()
    assert talk.state.name == "idle"
    assert talk.book.profile == Profile(address="Bapak", leg="left", over_65=True)


def test_it_is_told_and_forgotten(tmp_path: Path) -> None:
    talk = Evening(tmp_path, Profile(name="Sri", conditions=("kidney",)))
    talk.says("kaki saya kram")
    for text in ("panggil saya Ibu", "bicara lebih pelan terus", "saya hamil", "ingat itu"):
        talk.says(text)
    talk.says("apa yang Anda ingat tentang saya")
    talk.wait_for("Ada penyakit ginjal")
    assert talk.said("Saya panggil Anda Ibu Sri.") and talk.said("Anda sedang hamil.")
    talk.says("lupakan profil saya")
    assert talk.saying.startswith("Lupakan semua")
    assert (tmp_path / "profile.json").exists()
    talk.says("ya")
    assert talk.said("sudah saya lupakan")
    assert not (tmp_path / "profile.json").exists()
    assert talk.book.profile == Profile(name="Sri", conditions=("kidney",))
    assert talk.state.person == "Sri" and talk.state.rate == 1.0


def test_forgetting_needs_a_yes(tmp_path: Path) -> None:
    talk = Evening(tmp_path)
    talk.says("kaki saya kram")
    talk.says("panggil saya Ibu")
    talk.says("lupakan profil saya")
    talk.to_end()  # nobody answers
    assert talk.book.profile == Profile(address="Ibu")


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "profile.json.part").mkdir()  # where the new file would be written
    talk = Evening(tmp_path)
    talk.says("kaki saya kram")
    talk.says("panggil saya Ibu")
    assert talk.said("tidak bisa saya simpan")
    assert talk.book.profile == Profile()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    for content in ("{", "[1]", '{"leg": "middle"}', '{"colour": "red"}', "\udcff"):
        path.write_bytes(content.encode(errors="surrogateescape"))
        with pytest.raises(InputError, match=r"profile\.json"):
            ProfileStore(path)


WRITER = """
import sys
from pathlib import Path
from assistant.dialogue.notes import ProfileChange
from assistant.runtime.profile_store import ProfileStore
book = ProfileStore(Path(sys.argv[1]))
count = 0
while True:
    book.apply(ProfileChange(rate=0.6 + count % 80 / 100, address="Ibu"))
    count += 1
    if count == 5:
        print("writing", flush=True)
"""


def test_a_kill_leaves_a_whole_profile(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert json.loads(path.read_text())["address"] == "Ibu"
        assert ProfileStore(path).profile.address == "Ibu"
