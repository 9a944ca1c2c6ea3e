"""The diary's files: who can read them, what is deleted, and rows that cannot be read."""

import math
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.apps.dashboard.page import PageData, make_page
from assistant.apps.dashboard.timeline import Records
from assistant.apps.diary_report import write_csv, write_report
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    EpisodeEnded,
    EpisodeStarted,
    ProfileChange,
)
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.diary.store import SqliteDiary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.profile_store import ProfileStore
from tests.runtime.test_conversation_snapshot import guided
from tests.support.paths import DATA, PHRASES, ROOT

WORDS = load_diary_texts(PHRASES)
SECRET = "penandarahasia"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> "object":
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_new_files_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "kram"
    book = SqliteDiary(folder / "diary.sqlite", WORDS)
    book.take(EpisodeStarted("left"))
    ProfileStore(folder / "profile.json").apply(ProfileChange(leg="left"))
    ConversationSnapshot(folder / "conversation.json").save(guided().state)
    assert sorted(file.name for file in folder.iterdir()) == [
        "conversation.json", "diary.sqlite", "diary.sqlite-shm", "diary.sqlite-wal", "profile.json",
    ]  # fmt: skip
    assert {file.name: mode(file) for file in folder.iterdir() if mode(file) != 0o600} == {}
    assert mode(folder) == 0o700
    book.close()
    read_episodes(folder / "diary.sqlite")
    assert {mode(file) for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("first", ["diary", "profile", "snapshot"])
@pytest.mark.usefixtures("open_umask")
def test_whoever_makes_the_folder_makes_it_private(first: str, tmp_path: Path) -> None:
    folder = tmp_path / "kram"
    match first:
        case "diary":
            SqliteDiary(folder / "diary.sqlite", WORDS).close()
        case "profile":
            ProfileStore(folder / "profile.json").apply(ProfileChange(leg="left"))
        case _:
            ConversationSnapshot(folder / "conversation.json").save(guided().state)
    assert mode(folder) == 0o700


def test_files_of_an_older_version_become_private(tmp_path: Path) -> None:
    names = ("diary.sqlite", "profile.json", "pronunciation.json")
    path, profile, pronunciation = (tmp_path / name for name in names)
    with closing(sqlite3.connect(path)) as old:
        old.executescript((DATA / "files_of_0.1.0/diary.sql").read_text(encoding="utf-8"))
    profile.write_text("{}")
    pronunciation.write_text("{}")
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    tmp_path.chmod(0o755)
    SqliteDiary(path, WORDS).close()
    ProfileStore(profile, None, pronunciation)
    assert {mode(file) for file in tmp_path.iterdir()} == {0o600}
    assert mode(tmp_path) == 0o755, "a folder that was there is the user's own"


def files_with(secret: str, folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if secret.encode() in file.read_bytes()]


def written_secret(path: Path) -> SqliteDiary:
    book = SqliteDiary(path, WORDS)
    for _ in range(50):
        book.take(EpisodeStarted(situations=(SECRET,)))
        book.take(EpisodeEnded(60.0, "left", SECRET, (SECRET,), (SECRET,)))
    assert files_with(SECRET, path.parent)
    return book


@pytest.mark.parametrize("way", ["tidy", "next record", "close", "next start"])
def test_what_is_deleted_while_somebody_reads_goes_as_soon_as_they_end(
    way: str, tmp_path: Path
) -> None:
    path = tmp_path / "diary.db"
    book = written_secret(path)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM episodes").fetchone() == (50,)
    assert book.take(DiaryDelete()) == WORDS.deleted_later, "it is not claimed too early"
    book.tidy()
    assert files_with(SECRET, tmp_path), "the reader still sees it"
    reader.execute("COMMIT")
    match way:
        case "tidy":
            book.tidy()
        case "next record":
            book.take(DiaryLast())
        case "close":
            book.close()
        case _:
            SqliteDiary(path, WORDS)  # as after kill -9: the first one was not closed
    assert files_with(SECRET, tmp_path) == []
    reader.close()


def test_what_is_deleted_goes_at_once_while_another_has_the_file_open(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    book = written_secret(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("SELECT count(*) FROM episodes").fetchone()
        assert book.take(DiaryDelete()) == WORDS.deleted
        assert files_with(SECRET, tmp_path) == []
    book.close()


def test_a_row_that_cannot_be_read_does_not_take_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "diary.db"
    book = SqliteDiary(path, WORDS)
    book.take(EpisodeStarted("left"))
    for start in ("", "yesterday", "0001-01-01T00:00:00+14:00", b"\xff\xfe", 5):
        book._db.execute("INSERT INTO episodes (started) VALUES (?)", (start,))
    assert [one.leg for one in book.episodes()] == ["left"]
    assert [one.leg for one in read_episodes(path)] == ["left"]
    assert "5 rows of the diary cannot be read" in caplog.text
    assert "baru saja" in str(book.take(DiaryLast()))
    book.close()


CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.sampled_from(["9999-12-31T23:59:59-14:00", "0001-01-01", "2026-03-10", "2026-03-10T01:00Z",
                     "left", "mild", "stretch,massage", "\ud7ff\0", math.inf, 1e300]),
)  # fmt: skip
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS, CELLS, CELLS), max_size=6)


@settings(max_examples=120, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(rows=ROWS)
def test_any_row_is_read_or_left_out(rows: list[tuple[object, ...]], tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE episodes (id INTEGER PRIMARY KEY, started, seconds, leg, situation, "
            "helped, flags, severity)"
        )
        database.executemany(
            "INSERT INTO episodes (started, seconds, leg, situation, helped, flags, severity) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    now = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    episodes = read_episodes(path)
    make_page(PageData(Records(episodes), WORDS, False, (), now, ""), now)
    write_csv(episodes, tmp_path / "diary.csv")
    with closing(SqliteDiary(path, WORDS)) as book:
        for record in (DiaryLast(), DiaryCount(), DiaryAdd("mild"), EpisodeStarted("left")):
            assert book.take(record) != WORDS.failed
        assert len(book.episodes()) >= len(episodes) + 1


def test_the_report_is_drawn_of_the_rows_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    with closing(SqliteDiary(path, WORDS)) as book:
        for start in ("0001-01-01", "1970-01-01T00:00:00Z", "2999-12-31T23:59:59+00:00"):
            book._db.execute("INSERT INTO episodes (started, seconds) VALUES (?, 1e300)", (start,))
    episodes = read_episodes(path)
    assert len(episodes) == 2
    assert write_report(episodes, WORDS, tmp_path / "page").exists()


def test_it_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    """On a full disk, or one that is read-only; the report is what somebody wants to save then."""
    path = tmp_path / "diary.sqlite"
    with closing(SqliteDiary(path, WORDS)) as book:
        book.take(EpisodeStarted("left"))
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from assistant.runtime.diary.store import read_episodes\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
        "print([one.leg for one in read_episodes(Path(sys.argv[1]))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "['left']\n", done.stderr
