"""The guide by typing: lines in the microphone's place, through the loop of every conversation."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.apps.listening_view.typed_view import typed_view
from assistant.core.event_records import Record
from assistant.runtime.session_options import SessionOptions
from assistant.runtime.typed_session import run_typed_session
from tests.support.paths import ROOT

TYPED = ["Kaki saya kram!\n", "\n", "halo apa kabar\n", "sudah reda\n", "berhenti\n"]


def records(lines: list[str]) -> list[Record]:
    found: list[Record] = []
    run_typed_session(SessionOptions(subscribers=(found.append,)), lines, live=False)
    return found


def test_lines_of_a_file_are_said_when_the_guide_pauses() -> None:
    found = records(TYPED)
    heard = [one for one in found if one["event"] == "heard"]
    assert [(one["intent"], one["accepted"]) for one in heard] == [
        ("cramp_now", True), (None, False), ("better", True), ("stop", True),
    ]  # fmt: skip
    assert not any(one["event"] == "say_end" and one["interrupted"] for one in found)
    said = [one["text"] for one in found if one["event"] == "say_start"]
    assert said[0].startswith("Saya di sini") and said[-1].startswith("Baik, kita berhenti")


def test_after_the_last_line_the_guide_goes_on_to_its_end() -> None:
    states = [one["name"] for one in records(TYPED[:1]) if one["event"] == "state"]
    assert states[0].startswith("acute.") and len(states) > 5


def test_what_it_shows_says_why_a_line_was_not_obeyed() -> None:
    shown: list[str] = []
    options = SessionOptions(subscribers=(typed_view(shown.append, echo=True),))
    run_typed_session(options, TYPED[:3], live=False)
    assert shown[:3] == [
        "You:   Kaki saya kram!",
        "       → a cramp now",
        "Kram:  Saya di sini. Kita redakan kramnya bersama.",
    ]
    place = shown.index("You:   halo apa kabar")
    assert shown[place + 1].startswith("       → passed over: ")


def test_at_a_terminal_time_is_real_and_an_empty_line_passes_it() -> None:
    begun, found = time.monotonic(), []
    heard_hold = threading.Event()

    def listen(record: Record) -> None:
        found.append((time.monotonic() - begun, record))
        if record["event"] == "hold":
            heard_hold.set()

    def typing() -> Iterator[str]:
        yield "kaki saya kram\n"
        while not heard_hold.wait(0.2):
            yield "\n"
        yield "\n"
        time.sleep(1.0)

    run_typed_session(SessionOptions(subscribers=(listen,)), typing(), live=True)
    [before] = [at for at, one in found if one["event"] == "hold"]
    said = [at for at, one in found if one["event"] == "say_start"]
    assert before < 12, "without the empty lines it takes 24 s to get there"
    assert said[-1] > before, "the half minute of the hold is passed"
    assert time.monotonic() - begun > before + 1.0


@pytest.mark.parametrize(
    ("options", "typed", "code", "told"),
    [
        ([], "kaki saya kram\nberhenti\n", 0, ""),
        (["--input", "x.wav"], "", 2, "--typed membaca ketikan"),
    ],
)
def test_as_a_command_it_needs_no_model_and_stores_nothing(
    options: list[str], typed: str, code: int, told: str, tmp_path: Path
) -> None:
    home = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "listen", "--typed", *options],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | home | {"KRAM_LANG": "id"},
    )
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    if not code:
        assert "Anda:  kaki saya kram\n       → sedang kram\nKram:  Saya di sini." in done.stdout
    assert not any(file.is_file() for file in tmp_path.rglob("*"))
