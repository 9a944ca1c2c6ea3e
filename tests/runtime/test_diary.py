"""The diary: records, answers, and durability after kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.core.errors import InputError, KramError
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    EpisodeEnded,
    EpisodeStarted,
    SeverityReported,
)
from assistant.runtime.diary.store import SqliteDiary, open_diary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.paths import PHRASES, ROOT

WORDS = load_diary_texts(PHRASES)


class Clock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def open_book(path: Path | None, clock: Clock) -> SqliteDiary:
    return SqliteDiary(path, WORDS, clock)


def cramp(book: SqliteDiary, clock: Clock) -> str | None:
    book.take(EpisodeStarted(situations=("night",)))
    clock.now += timedelta(minutes=4)
    return book.take(EpisodeEnded(240.0, "left", "stretch"))


def test_episode_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    book = open_book(tmp_path / "diary.db", clock)
    assert cramp(book, clock) is None
    book.close()
    (episode,) = open_book(tmp_path / "diary.db", clock).episodes()
    assert (episode.seconds, episode.leg, episode.helped) == (240.0, "left", "stretch")
    assert episode.situation == "night"


def test_last_and_count() -> None:
    clock = Clock()
    book = open_book(None, clock)
    assert book.take(DiaryLast()) == "Belum ada kram yang tercatat."
    assert "tidak ada kram" in str(book.take(DiaryCount()))
    cramp(book, clock)
    clock.now += timedelta(hours=6)
    assert book.take(DiaryLast()) == (
        "Kram terakhir tercatat tadi malam pukul 2 lewat 30. Yang membantu: peregangan."
    )
    assert "1 kali" in str(book.take(DiaryCount()))
    clock.now += timedelta(days=8)
    assert "8 hari yang lalu" in str(book.take(DiaryLast()))
    assert "tidak ada kram" in str(book.take(DiaryCount()))


def test_severity_is_kept_for_the_latest_cramp(tmp_path: Path) -> None:
    clock = Clock()
    book = open_book(tmp_path / "diary.db", clock)
    assert book.take(SeverityReported("mild")) == "Belum ada kram yang tercatat."
    cramp(book, clock)
    clock.now += timedelta(days=1)
    cramp(book, clock)
    assert book.take(SeverityReported("severe")) == "Baik, saya catat."
    assert book.take(SeverityReported("severe", quiet=True)) is None
    assert [one.severity for one in book.episodes()] == ["", "severe"]
    clock.now += timedelta(hours=6)
    assert "Sakitnya berat. Yang membantu: peregangan." in str(book.take(DiaryLast()))
    clock.now += timedelta(days=2)  # nobody means a cramp of two days ago
    assert book.take(SeverityReported("mild")) == "Belum ada kram yang tercatat."
    assert book.episodes()[-1].severity == "severe"
    book.take(DiaryAdd("mild"))
    assert book.episodes()[-1].severity == "mild"


def test_a_cramp_is_not_written_down_twice() -> None:
    clock = Clock()
    book = open_book(None, clock)
    cramp(book, clock)
    assert book.take(DiaryAdd("severe")) == "Kram tadi sudah tercatat."
    assert [one.severity for one in book.episodes()] == ["severe"]
    clock.now += timedelta(hours=2)
    assert book.take(DiaryAdd()) == "Sudah saya catat."
    clock.now += timedelta(hours=20)
    third = str(book.take(DiaryAdd()))
    assert third.startswith("Sudah saya catat.") and "dokter" in third  # they come often


def test_cramps_of_a_month_are_counted() -> None:
    clock = Clock()
    book = open_book(None, clock)
    for _ in range(2):
        cramp(book, clock)
        clock.now += timedelta(days=10)
    assert book.take(DiaryCount(days=30)) == ("Dalam tiga puluh hari ini tercatat 2 kali kram.")
    assert "tujuh hari ini tidak ada" in str(book.take(DiaryCount()))


def test_diary_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE episodes (id INTEGER PRIMARY KEY, started TEXT NOT NULL, seconds REAL, "
        "leg TEXT NOT NULL DEFAULT '', situation TEXT NOT NULL DEFAULT '', "
        "helped TEXT NOT NULL DEFAULT '', flags TEXT NOT NULL DEFAULT '');"
        "CREATE TABLE advice (given TEXT NOT NULL);"
        "INSERT INTO episodes (started, seconds, leg, flags) "
        "VALUES ('2026-03-09T02:30:00+00:00', 90, 'left', 'clot numb');"
    )
    old.close()
    (before,) = read_episodes(path)  # who only reads changes nothing
    assert (before.seconds, before.flags, before.severity) == (90.0, "clot,numb", "")
    clock = Clock()
    for _ in range(2):  # and the second start finds it done
        book = open_book(path, clock)
        assert book.episodes() == [before]
        book.close()
    book = open_book(path, clock)
    assert book.take(SeverityReported("moderate")) == "Baik, saya catat."
    assert [one.severity for one in read_episodes(path)] == ["moderate"]


def test_frequent_cramps_are_remarked_once_a_month() -> None:
    clock = Clock()
    book = open_book(None, clock)
    answers = []
    for _ in range(5):
        answers.append(cramp(book, clock))
        clock.now += timedelta(days=1)
    assert answers[:2] == [None, None]
    assert "dokter" in str(answers[2])
    assert answers[3:] == [None, None]
    clock.now += timedelta(days=31)
    late = [cramp(book, clock) for _ in range(3)]
    assert late[:2] == [None, None]
    assert "dokter" in str(late[2])


def test_delete_leaves_nothing(tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "diary.db"
    book = open_book(path, clock)
    book.take(EpisodeStarted(situations=("penandarahasia",)))
    assert book.take(DiaryDelete()) == "Semua catatan sudah dihapus."
    assert book.episodes() == []
    for file in tmp_path.iterdir():
        assert b"penandarahasia" not in file.read_bytes()


def test_every_note_survives_kill(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    script = (
        "import sys; from pathlib import Path\n"
        "from assistant.dialogue.notes import EpisodeStarted\n"
        "from assistant.runtime.diary.store import SqliteDiary\n"
        "from assistant.runtime.diary.texts import load_diary_texts\n"
        "book = SqliteDiary(Path(sys.argv[1]), load_diary_texts(Path(sys.argv[2])))\n"
        "while True:\n"
        "    book.take(EpisodeStarted()); print('noted', flush=True)\n"
    )
    folder = ROOT
    for rounds in range(1, 6):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(folder / "phrases" / "id")],
            stdout=subprocess.PIPE,
            cwd=folder,
        )
        assert process.stdout is not None
        for _ in range(7 * rounds):
            process.stdout.readline()
        before = count_rows(path)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert count_rows(path) >= before >= 7 * rounds
        check = sqlite3.connect(path)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()


def count_rows(path: Path) -> int:
    database = sqlite3.connect(path)
    (rows,) = database.execute("SELECT count(*) FROM episodes").fetchone()
    database.close()
    return int(rows)


def test_full_disk_is_spoken_and_the_guide_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    book = open_book(tmp_path / "diary.db", clock)
    cramp(book, clock)
    pages = book._db.execute("PRAGMA page_count").fetchone()[0]
    book._db.execute(f"PRAGMA max_page_count={pages}")
    answers = {book.take(EpisodeStarted(situations=("x" * 500,))) for _ in range(50)}
    assert WORDS.failed in answers


def test_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(KramError, match="diary.db"):
        open_book(path, Clock())


def test_nobody_is_left_alone_for_want_of_a_diary(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    path.write_bytes(b"this is no database" * 100)
    diary = open_diary(path, WORDS)
    assert diary.take(EpisodeStarted()) is None, "who is in pain is not told of a diary"
    assert diary.take(SeverityReported("mild", quiet=True)) is None
    asked = diary.take(DiaryLast()), diary.take(SeverityReported("mild"))
    assert {diary.take(EpisodeEnded()), *asked} == {WORDS.failed}
    assert path.read_bytes() == b"this is no database" * 100


def test_broken_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"diary\.yaml"):
        load_diary_texts(tmp_path)
    (tmp_path / "diary.yaml").write_text("none: [")
    with pytest.raises(InputError, match=r"diary\.yaml"):
        load_diary_texts(tmp_path)
    (tmp_path / "diary.yaml").write_text("none: a\nfrequent: {}\n")
    with pytest.raises(InputError, match=r"diary\.yaml:1: the key .* is missing"):
        load_diary_texts(tmp_path)
