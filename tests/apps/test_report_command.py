"""The command ``report``."""

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.dialogue.notes import EpisodeEnded, EpisodeStarted
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.paths import ROOT


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("KRAM_LANG")  # and a system without a language
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "kram"


def episode(data: Path) -> None:
    words = load_diary_texts(ROOT / "phrases" / "id")
    book = SqliteDiary(
        data / "diary.sqlite", words, lambda: datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    )
    book.take(EpisodeStarted("left", ("night",)))
    book.take(EpisodeEnded(240.0, "left", "stretch"))
    book.close()


def test_page_and_table(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    episode(data)
    code = main.main(["report", "--output", "for the doctor", "--csv", "kram.csv"])
    assert code == 0
    assert capsys.readouterr().out.splitlines() == ["for the doctor/kram.html", "kram.csv"]
    page = (tmp_path / "for the doctor" / "kram.html").read_text(encoding="utf-8")
    assert "peregangan (1 kali)" in page and "01-03-2026" in page
    assert {one.name for one in (tmp_path / "for the doctor").iterdir()} == {
        "kram.html",
        "kram.csv",
    }
    sheet = (tmp_path / "for the doctor" / "kram.csv").read_text(encoding="utf-8-sig")
    assert sheet.splitlines()[1].startswith("01-03-2026;02:30;kiri;")
    rows = list(csv.DictReader((tmp_path / "kram.csv").open(encoding="utf-8")))
    assert [(row["leg"], row["seconds"]) for row in rows] == [("left", "240")]


def test_without_a_diary_the_page_says_so_and_none_is_made(data: Path, tmp_path: Path) -> None:
    assert main.main(["report"]) == 0
    page = tmp_path / "laporan-kram" / "kram.html"
    assert "Belum ada kram yang tercatat" in page.read_text(encoding="utf-8")
    assert not data.exists()


def test_what_cannot_be_written_or_read_is_one_line(data: Path, tmp_path: Path) -> None:
    def told(*words: str) -> "subprocess.CompletedProcess[str]":
        code = "import sys; from assistant.apps.cli.main import main; sys.exit(main(sys.argv[1:]))"
        return subprocess.run(
            [sys.executable, "-c", code, *words], cwd=ROOT, env=dict(os.environ),
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    (tmp_path / "file").write_text("")
    done = told("report", "--output", str(tmp_path / "file"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    done = told("report", "--output", str(tmp_path / "r"), "--csv", str(tmp_path / "no" / "a.csv"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    data.mkdir(parents=True)
    (data / "diary.sqlite").write_text("this is no diary, and long enough to be told from one " * 9)
    done = told("report", "--output", str(tmp_path / "r"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "diary.sqlite" in done.stderr


def test_in_an_english_system_the_page_is_english(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "en_US.UTF-8")
    assert main.main(["report"]) == 0
    page = (tmp_path / "laporan-kram" / "kram.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page


def test_nothing_of_the_drawing_is_left_at_home(data: Path, tmp_path: Path) -> None:
    """``uninstall`` would not find it."""
    episode(data)
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if "MPL" not in name}
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "report", "--output", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment, "HOME": str(home)},
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "data:image/png" in (tmp_path / "out" / "kram.html").read_text(encoding="utf-8")
    assert list(home.rglob("*")) == []
