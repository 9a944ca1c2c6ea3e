"""The diary when the clock was wrong: the future is not recent, and instants are compared."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.apps.dashboard.page import PageData, make_page
from assistant.apps.dashboard.timeline import Records
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryLast,
    EpisodeEnded,
    EpisodeStarted,
    SeverityReported,
)
from assistant.runtime.diary.store import SqliteDiary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from tests.runtime.test_diary import Clock, cramp, open_book
from tests.support.paths import PHRASES

WORDS = load_diary_texts(PHRASES)
AHEAD = [timedelta(minutes=20), timedelta(hours=3), timedelta(days=400)]
WIB, WIT = timezone(timedelta(hours=7)), timezone(timedelta(hours=9))


@pytest.mark.parametrize("ahead", AHEAD)
def test_an_entry_of_the_future_is_not_recent(ahead: timedelta) -> None:
    clock = Clock()
    book = open_book(None, clock)
    clock.now += ahead
    cramp(book, clock)
    clock.now -= ahead + timedelta(minutes=4)
    assert book.take(DiaryLast()) == (
        "Kram terakhir tercatat pada waktu yang tidak pasti: jam komputer waktu itu salah. "
        "Yang membantu: peregangan."
    )
    assert "tidak ada kram" in str(book.take(DiaryCount()))
    assert book.take(DiaryAdd("severe")) == "Sudah saya catat."
    assert [one.severity for one in book.episodes()] == ["severe", ""]
    assert book.take(DiaryLast()) == "Kram terakhir tercatat baru saja. Sakitnya berat."
    assert "1 kali" in str(book.take(DiaryCount()))


@pytest.mark.parametrize("ahead", AHEAD)
def test_severity_belongs_to_the_latest_cramp_that_has_been(ahead: timedelta) -> None:
    clock = Clock()
    book = open_book(None, clock)
    book.take(DiaryAdd())
    clock.now += ahead + timedelta(hours=1)
    book.take(DiaryAdd())  # the clock was ahead
    clock.now -= ahead
    assert book.take(SeverityReported("moderate")) == "Baik, saya catat."
    assert [one.severity for one in book.episodes()] == ["moderate", ""]


def test_a_guide_during_which_the_clock_is_set_writes_into_its_own_entry() -> None:
    clock = Clock()
    book = open_book(None, clock)
    cramp(book, clock)
    clock.now += timedelta(days=30)
    book.take(EpisodeStarted("left"))
    clock.now -= timedelta(days=29)
    book.take(SeverityReported("severe", quiet=True))
    book.take(EpisodeEnded(100.0, "right", "massage"))
    assert [(e.leg, e.severity, e.helped) for e in book.episodes()] == [
        ("left", "", "stretch"),
        ("right", "severe", "massage"),
    ]


def report_three(book: SqliteDiary, clock: Clock) -> list[str]:
    answers = []
    for _ in range(3):
        clock.now += timedelta(hours=2)
        answers.append(str(book.take(DiaryAdd())))
    return answers


def test_advice_of_the_future_does_not_silence_the_advice() -> None:
    clock = Clock()
    book = open_book(None, clock)
    clock.now += timedelta(days=4000)
    answers = report_three(book, clock)
    assert "dokter" in answers[-1]
    clock.now -= timedelta(days=4000)
    answers = report_three(book, clock)
    assert "dokter" in answers[-1]


def written(path: Path, *starts: str) -> Path:
    SqliteDiary(path, WORDS).close()
    with sqlite3.connect(path) as database:
        for number, start in enumerate(starts):
            database.execute(
                "INSERT INTO episodes (started, helped) VALUES (?, ?)", (start, f"{number}")
            )
    database.close()
    return path


def test_entries_are_in_the_order_of_their_instants(tmp_path: Path) -> None:
    path = written(
        tmp_path / "diary.db",
        "2026-03-10T01:00:00+09:00",  # 16:00 UTC of the day before
        "2026-03-10T00:30:00+07:00",  # 17:30 UTC
        "2026-03-09T18:00:00+00:00",
        "2026-03-09T23:59:00+14:00",  # 09:59 UTC
    )
    assert [one.helped for one in read_episodes(path)] == ["3", "0", "1", "2"]
    clock = Clock()
    clock.now = datetime(2026, 3, 10, 1, 5, tzinfo=WIB)  # 18:05 UTC
    book = open_book(path, clock)
    assert [one.helped for one in book.episodes()] == ["3", "0", "1", "2"]
    assert "baru saja" in str(book.take(DiaryLast()))
    book.close()


def test_the_time_is_said_as_the_clock_shows_it_now() -> None:
    clock = Clock()
    book = open_book(None, clock)
    clock.now = datetime(2026, 3, 10, 1, 0, tzinfo=WIB)
    cramp(book, clock)
    clock.now = datetime(2026, 3, 10, 8, 0, tzinfo=WIT)  # moved two zones eastwards
    assert "tadi malam pukul 3." in str(book.take(DiaryLast()))


def test_a_time_without_an_offset_is_local(tmp_path: Path) -> None:
    path = written(tmp_path / "diary.db", "2026-03-10T01:00:00", "2026-03-11T01:00:00+00:00")
    assert [one.started.tzinfo is None for one in read_episodes(path)] == [False, False]


def test_the_page_of_the_caregiver_counts_no_cramp_of_the_future(tmp_path: Path) -> None:
    path = written(tmp_path / "diary.db", "2027-03-10T01:00:00+07:00", "2026-03-09T01:00:00+07:00")
    now = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    page = make_page(PageData(Records(read_episodes(path)), WORDS, False, (), now, ""), now)
    assert page.summary == "In the last seven days: 1 cramp."
    assert ["March" in night.title for night in page.nights] == [True, True]
    assert "Sunday 8 to Monday 9" in page.nights[0].title
