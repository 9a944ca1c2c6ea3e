"""``settings``: questions in the terminal, answers in config.toml, comments preserved."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.apps.indonesian_answers import _WORDS
from assistant.apps.settings_questions import QUESTIONS, checked, edited
from assistant.core.toml_schema import InvalidValue
from assistant.dialogue.handlers.profile import person_of
from assistant.runtime.config import SECTIONS, check_config, load_config
from assistant.runtime.notify.messages import Recipient
from tests.support.paths import ROOT

BEFORE = """\
# Ibu's own machine
[profile]
name = "Sri"   # as she is called
rate = 0.9

# for the kitchen
[serve]
max_clients = 3
"""


def settings(home: Path, typed: str, language: str = "en") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "settings"],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"XDG_CONFIG_HOME": str(home), "NO_COLOR": "1", "KRAM_LANG": language},
    )


def answers(**given: str) -> str:
    """Every line that is typed: what is given for a key, else just Enter."""
    assert set(given) <= {question.key for question in QUESTIONS}
    asked = [one for one in QUESTIONS if one.needs is None or one.needs[1] in given]
    return "".join(given.get(one.key, "") + "\n" for one in asked)


def test_answers_are_written_and_everything_else_stays(tmp_path: Path) -> None:
    file = tmp_path / "kram/config.toml"
    file.parent.mkdir()
    file.write_text(BEFORE, encoding="utf-8")
    typed = answers(address="Ibu", over_65="ya", conditions="diabetes, kidney", rate="-")
    done = settings(tmp_path, typed)
    assert done.returncode == 0, done.stderr
    text = file.read_text(encoding="utf-8")
    for kept in ("# Ibu's own machine", '"Sri"   # as she is called', "# for the kitchen"):
        assert kept in text
    config = load_config(file)
    assert config.serve.max_clients == 3
    profile = config.profile
    assert (profile.name, profile.address, profile.over_65) == ("Sri", "Ibu", True)
    assert profile.conditions == ("diabetes", "kidney")
    assert profile.rate == 1.0 and "rate" not in text
    assert file.stat().st_mode & 0o077 == 0
    again = settings(tmp_path, answers())
    assert again.returncode == 0 and "stays as it was" in again.stdout
    assert file.read_text(encoding="utf-8") == text


def test_somebody_is_told_only_while_there_is_somebody(tmp_path: Path) -> None:
    file = tmp_path / "kram/config.toml"
    done = settings(tmp_path, answers(who="Budi", mqtt="mqtt://192.168.1.5/kram"))
    assert done.returncode == 0, done.stderr
    assert load_config(file).tell == Recipient("Budi", "mqtt://192.168.1.5/kram")
    forgotten = "".join("-\n" if one.key == "who" else "\n" for one in QUESTIONS if not one.needs)
    done = settings(tmp_path, forgotten)
    assert done.returncode == 0, done.stderr
    assert load_config(file).tell == Recipient()


def test_who_cannot_be_reached_is_told_of(tmp_path: Path) -> None:
    done = settings(tmp_path, answers(who="Budi"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("Budi is to be told of an emergency, but")


def test_a_bad_answer_is_asked_again(tmp_path: Path) -> None:
    lines = answers(leg="left").splitlines()
    place = [question.key for question in QUESTIONS].index("leg")
    done = settings(tmp_path, "\n".join([*lines[:place], "middle", *lines[place:], ""]))
    assert done.returncode == 0, done.stderr
    assert "must be one of" in done.stdout
    assert load_config(tmp_path / "kram/config.toml").profile.leg == "left"


def test_broken_off_nothing_is_written(tmp_path: Path) -> None:
    done = settings(tmp_path, "Budi\nBapak\n")
    assert done.returncode == 2 and "nothing was written" in done.stderr
    assert not (tmp_path / "kram").exists()


def test_a_file_with_mistakes_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "kram/config.toml"
    file.parent.mkdir()
    file.write_text("[profile]\nnama = 'x'\n", encoding="utf-8")
    done = settings(tmp_path, answers(name="Budi"))
    assert done.returncode == 2 and "line 2: 'nama'" in done.stderr
    assert "Budi" not in file.read_text(encoding="utf-8")


def test_a_new_key_goes_before_the_comments_of_the_next_table() -> None:
    text = BEFORE + "\n# for the night\n[sound]\n\n# for Budi\n[tell]\n"
    values = {("profile", "leg"): "left", ("profile", "volume"): 1.2, ("serve", "max_clients"): 4,
              ("sound", "duplex"): "half", ("serve", "idle_seconds"): 9.0}  # fmt: skip
    after = edited(text, values)
    assert (
        after
        == """\
# Ibu's own machine
[profile]
name = "Sri"   # as she is called
rate = 0.9
leg = "left"
volume = 1.2

# for the kitchen
[serve]
max_clients = 4
idle_seconds = 9.0

# for the night
[sound]
duplex = "half"

# for Budi
[tell]
"""
    )
    assert edited(after, {("profile", "leg"): "right"}) == after.replace('"left"', '"right"')


@pytest.mark.parametrize(
    "before",
    ["", "# nothing yet\n", "profile.name = 'A'\n", "profile = {name = 'A'}\n", BEFORE,
     "[serve]\nmax_clients = 2\n[profile]\n"],
)  # fmt: skip
def test_every_way_of_writing_toml_can_be_edited(before: str) -> None:
    text = edited(
        before,
        {
            ("profile", "name"): "B",
            ("profile", "leg"): "left",
            ("serve", "idle_seconds"): 9.0,
            ("profile", "volume"): None,
        },
    )
    config = check_config(Path("config.toml"), text)
    assert (config.profile.name, config.profile.leg, config.serve.idle_seconds) == ("B", "left", 9)


@given(st.sampled_from(QUESTIONS), st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_can_be_read_again(question: object, answer: str) -> None:
    from assistant.apps.settings_questions import checked

    try:
        value = checked(question, answer)
    except InvalidValue as wrong:
        assert str(wrong).startswith(("must", "knows no"))
        return
    text = edited("", {(question.section, question.key): value})
    check_config(Path("config.toml"), text)


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    for section, keys in SECTIONS.items():
        for key in keys:
            assert f"| `{key}` |" in text, f"[{section}] {key}"


def test_free_indonesian_answers(tmp_path: Path) -> None:
    typed = answers(
        address="nenek", leg="kaki kiri", over_65="Oke.", pregnant="nggak",
        conditions="kencing manis, pengencer darah", rate="belum tahu",
    )  # fmt: skip
    done = settings(tmp_path, typed)
    assert done.returncode == 0, done.stdout
    file = tmp_path / "kram/config.toml"
    profile = load_config(file).profile
    assert (profile.address, profile.leg, profile.over_65) == ("Nenek", "left", True)
    assert profile.pregnant is False and profile.conditions == ("diabetes", "blood_thinner")
    assert "rate" not in file.read_text(encoding="utf-8")
    done = settings(
        tmp_path, answers(address="Eyang", over_65="belum tahu", conditions="tidak ada")
    )
    assert done.returncode == 0, done.stdout
    profile = load_config(file).profile
    assert (profile.address, profile.over_65, profile.conditions) == ("Eyang", True, ())


@pytest.mark.parametrize("key", ["address", "leg", "hearing", "conditions"])
def test_every_free_answer_stands_for_a_value_of_the_file(key: str) -> None:
    (question,) = [one for one in QUESTIONS if one.key == key]
    for said in _WORDS[key]:
        assert checked(question, said)
    for value in _WORDS[key].values():
        assert checked(question, value)


def test_the_questions_are_in_the_language_of_who_answers(tmp_path: Path) -> None:
    typed = answers(leg="kiri", conditions="ginjal", hearing="kurang dengar")
    for _round in range(2):
        asked = settings(tmp_path, typed, "id").stdout
        typed = answers()
    assert "(kiri/kanan/keduanya) (kiri)" in asked
    assert "(biasa/kurang dengar) (kurang dengar)" in asked
    for value in ("left", "kidney", "normal", "high_tone_loss"):
        assert value not in asked


@pytest.mark.parametrize("address", ["Nenek", "Kakek", "Eyang"])
def test_grandparents_are_addressed_as_such(address: str) -> None:
    profile = check_config(Path("config.toml"), f'[profile]\naddress = "{address}"\n').profile
    assert person_of(profile) == address
