"""The report for a doctor."""

import base64
import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.apps.diary_names import ENGLISH_NAMES
from assistant.apps.diary_report import write_csv, write_report, write_sheet
from assistant.core.errors import InputError
from assistant.core.translation import in_language, use_language
from assistant.runtime.diary.store import Episode
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.browser import Browser
from tests.support.paths import PHRASES


@pytest.fixture(autouse=True)
def indonesian() -> Iterator[None]:
    """What is not said otherwise is about the report in Indonesian."""
    use_language("id")
    yield
    use_language("en")


WORDS = load_diary_texts(PHRASES)
EPISODES = [
    Episode(
        *(datetime(2026, 3, 1, 2, 30, tzinfo=UTC), 240.0, "left", "night blood_thinner", "stretch"),
        flags="",
        severity="severe",
    ),
    Episode(datetime(2026, 3, 4, 3, 5, tzinfo=UTC), None, "", "", "still", "clot,numb", "mild"),
    Episode(datetime(2026, 3, 6, 1, 0, tzinfo=UTC), 90.0, "<b>", "", "stretch,massage", ""),
]


def test_page_names_every_night(tmp_path: Path) -> None:
    page = write_report(EPISODES, WORDS, tmp_path / "report").read_text(encoding="utf-8")
    assert page.count("<tr>") == 1 + len(EPISODES)
    assert "peregangan (2 kali), pijatan (1 kali)" in page
    assert "Sakitnya: berat (1 kali), ringan (1 kali)." in page
    assert '<td data-name="Sakitnya">ringan</td>' in page
    assert '<td data-name="Menit">4,0</td>' in page
    assert "satu kaki, kebas" in page  # both signs, in words a doctor can read
    assert "still" not in page
    assert ">malam, pengencer darah</td>" in page
    assert "3 kali kram antara 01-03-2026 dan 06-03-2026" in page
    assert "<b>" not in page
    assert page.index("06-03-2026</td>") < page.index("01-03-2026</td>"), "the last night first"


def test_the_report_in_english(tmp_path: Path) -> None:
    with in_language("en"):
        page = write_report(EPISODES, WORDS, tmp_path).read_text(encoding="utf-8")
        write_sheet(EPISODES, WORDS, tmp_path / "kram.csv")
        empty = write_report([], WORDS, tmp_path / "empty").read_text(encoding="utf-8")
    assert '<html lang="en">' in page and "3 cramps, 2026-03-01 to 2026-03-06." in page
    assert "How bad: severe (1×), mild (1×). What helped: stretching (2×), massage (1×)." in page
    assert '<td data-name="Minutes">4.0</td>' in page and ">at night, blood thinners</td>" in page
    assert "numbness, weakness, or shrinking muscle" in page and "No cramp is recorded" in empty
    assert not re.search(r">[^<]*\b(yang|kali|sakit|malam|kiri|menit|oleh)\b[^<]*<", page)
    sheet = (tmp_path / "kram.csv").read_text(encoding="utf-8").splitlines()
    assert sheet[1] == '2026-03-01,02:30,left,severe,4.0,stretching,"at night, blood thinners",'


def test_every_name_of_the_diary_is_there_in_english() -> None:
    assert {name: set(table) for name, table in ENGLISH_NAMES.items()} == {
        name: set(getattr(WORDS, name)) for name in ENGLISH_NAMES
    }


def picture_in(page: Path) -> bytes:
    """The picture that is inside the report."""
    (found,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page.read_text(encoding="utf-8"))
    return base64.b64decode(found, validate=True)


def test_the_report_is_one_file(tmp_path: Path) -> None:
    page = write_report(EPISODES, WORDS, tmp_path)
    assert list(tmp_path.iterdir()) == [page]
    assert picture_in(page).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [400, 1280])
def test_the_report_in_a_browser(width: int, tmp_path: Path) -> None:
    page = write_report(EPISODES, WORDS, tmp_path)
    with Browser() as browser:
        browser.open(page.as_uri(), width=width)
        assert browser.value("document.documentElement.scrollWidth") <= width
        assert browser.value("document.images[0].naturalWidth") > 500
        assert browser.value("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
        assert "01-03-2026" in browser.value("document.body.innerText")
        assert [one for one in browser.requests if not one.startswith("data:")] == [page.as_uri()]


def test_empty_diary_makes_a_page_too(tmp_path: Path) -> None:
    assert "Belum ada" in write_report([], WORDS, tmp_path).read_text(encoding="utf-8")


def test_csv_can_be_read_back(tmp_path: Path) -> None:
    write_csv(EPISODES, tmp_path / "kram.csv")
    rows = list(csv.DictReader((tmp_path / "kram.csv").open(encoding="utf-8")))
    assert [row["seconds"] for row in rows] == ["240", "", "90"]
    assert rows[1]["flags"] == "clot,numb"
    assert [row["severity"] for row in rows] == ["severe", "mild", ""]


def test_severities_are_drawn(tmp_path: Path) -> None:
    mild = [replace(one, severity="mild") for one in EPISODES]
    pictures = []
    for name, episodes in (("as said", EPISODES), ("all mild", mild)):
        pictures.append(picture_in(write_report(episodes, WORDS, tmp_path / name)))
    assert pictures[0] != pictures[1]


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        write_report(EPISODES, WORDS, tmp_path / "file")


def test_a_double_click_shows_the_table(tmp_path: Path) -> None:
    write_sheet(EPISODES, WORDS, tmp_path / "kram.csv")
    text = (tmp_path / "kram.csv").read_bytes().decode("utf-8")
    assert text.splitlines()[:3] == [
        "\ufeffTanggal;Jam;Kaki;Sakitnya;Menit;Yang membantu;Keadaan;Tanda bahaya",
        "01-03-2026;02:30;kiri;berat;4,0;peregangan;malam, pengencer darah;",
        "04-03-2026;03:05;;ringan;;;;bengkak, gelap, atau panas di satu kaki, "
        "kebas, lemah, atau otot mengecil",
    ]
    assert text.count("\r\n") == 4 and "\r\r" not in text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str, tmp_path: Path) -> None:
    bad = Episode(EPISODES[0].started, None, cell, cell, cell, cell, cell)
    write_csv([bad], tmp_path / "plain.csv")
    write_sheet([bad], WORDS, tmp_path / "sheet.csv")
    for name, delimiter in (("plain.csv", ","), ("sheet.csv", ";")):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter=delimiter))
        assert "'" + cell in rows[1]
        assert not [one for one in rows[1] if one.startswith(("=", "+", "-", "@", "\t", "\r"))]
