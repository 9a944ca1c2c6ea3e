"""The diary: which cramps there were and what helped. SQLite, on this machine only."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from assistant.core.errors import KramError
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    DiaryRecord,
    EpisodeEnded,
    EpisodeStarted,
    SeverityReported,
)
from assistant.runtime.diary.texts import DiaryTexts

_LOGGER = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS episodes (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    seconds REAL,
    leg TEXT NOT NULL DEFAULT '',
    situation TEXT NOT NULL DEFAULT '',
    helped TEXT NOT NULL DEFAULT '',
    flags TEXT NOT NULL DEFAULT '',
    severity TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS advice (given TEXT NOT NULL);
"""

_ADDED = {"severity": "TEXT NOT NULL DEFAULT ''"}
"""Columns that the diaries of older versions lack."""

SEVERITY_KNOWN = timedelta(hours=24)
"""Until so long after a cramp began the user may say how bad it was."""

SAME_CRAMP = timedelta(minutes=30)
"""Who has a cramp written down so soon after another means that one."""


@dataclass(frozen=True)
class Episode:
    """One cramp."""

    started: datetime
    seconds: float | None
    """From the first word until it eased, or the guide ended.

    None when it was noted only, or the guide was cut off.
    """
    leg: str
    situation: str
    helped: str
    flags: str
    """Warning signs, with commas between them."""
    severity: str = ""
    """``mild``, ``moderate`` or ``severe``; empty if nobody said."""


def read_episodes(path: Path) -> list[Episode]:
    """Every cramp of a diary's file, oldest first, without a way to change it; none without file.

    Raises ``KramError`` when it cannot be read.
    """
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return _episodes(db)
    except sqlite3.Error as error:
        raise KramError(f"cannot read the diary {path}: {error}", "move it away") from error


def _episodes(db: sqlite3.Connection) -> list[Episode]:
    severity = "severity" if "severity" in _columns(db) else "''"
    rows = db.execute(
        # several flags are stored with spaces between them
        f"SELECT started, seconds, leg, situation, helped, replace(flags, ' ', ','), {severity} "
        "FROM episodes ORDER BY started"
    )
    return [Episode(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]


def _columns(db: sqlite3.Connection) -> set[str]:
    return {str(row[1]) for row in db.execute("PRAGMA table_info(episodes)")}


class Diary(Protocol):
    """Stores records and answers questions about them."""

    def take(self, record: DiaryRecord) -> str | None:
        """Store or answer ``record``; returns the text to be spoken, if there is one."""
        ...


class SqliteDiary:
    """A diary in an SQLite file, or in memory (``path`` None) when nothing is to be kept.

    Every note is one transaction in write-ahead mode with full synchronisation: after a power
    cut or ``kill -9`` every note that was taken is there. A file that cannot be written never
    stops the guide; the user is told.
    """

    def __init__(
        self,
        path: Path | None,
        words: DiaryTexts,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._words = words
        self._clock = clock
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            for column in _ADDED.keys() - _columns(self._db):
                self._db.execute(f"ALTER TABLE episodes ADD COLUMN {column} {_ADDED[column]}")
        except (OSError, sqlite3.Error) as error:
            raise KramError(
                f"cannot open the diary {path}: {error}", "move it away or free some disk space"
            ) from error

    def take(self, record: DiaryRecord) -> str | None:
        """Store or answer ``record``; see ``Diary``."""
        try:
            match record:
                case EpisodeStarted(leg, situations):
                    self._start(leg, situations)
                    return None
                case EpisodeEnded():
                    return self._end(record)
                case SeverityReported(level, quiet):
                    answer = self._severity(level)
                    return None if quiet else answer
                case DiaryAdd(severity):
                    return self._add(severity)
                case DiaryDelete():
                    return self._delete()
                case DiaryCount(days):
                    start = self._clock() - timedelta(days=days)
                    return self._words.count(self._since(start), days)
                case DiaryLast():
                    return self._last()
        except sqlite3.Error as error:
            _LOGGER.error("the diary cannot be written: %s", error)
            return self._words.failed

    def episodes(self) -> list[Episode]:
        """Every cramp, oldest first."""
        return _episodes(self._db)

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def _start(self, leg: str = "", situations: tuple[str, ...] = (), severity: str = "") -> None:
        self._db.execute(
            "INSERT INTO episodes (started, leg, situation, severity) VALUES (?, ?, ?, ?)",
            (self._clock().isoformat(), leg, " ".join(situations), severity),
        )

    def _end(self, ended: EpisodeEnded) -> str | None:
        self._db.execute(
            "UPDATE episodes SET seconds = ?, helped = ?, flags = ?, "
            "leg = CASE WHEN ? <> '' THEN ? ELSE leg END "
            "WHERE id = (SELECT max(id) FROM episodes) AND seconds IS NULL",
            (ended.seconds, ended.helped, " ".join(ended.flags), ended.leg, ended.leg),
        )
        return self._frequent()

    def _severity(self, level: str) -> str:
        """How bad the latest cramp was."""
        earliest = self._clock() - SEVERITY_KNOWN
        last = self._db.execute("SELECT max(id), started FROM episodes").fetchone()
        if last[0] is None or datetime.fromisoformat(last[1]) < earliest:
            return self._words.none
        self._db.execute("UPDATE episodes SET severity = ? WHERE id = ?", (level, last[0]))
        return self._words.severity_noted

    def _add(self, severity: str) -> str:
        """Add a cramp that the user reports, unless it is the one that is there already."""
        if self._since(self._clock() - SAME_CRAMP):
            if severity:
                self._severity(severity)
            return self._words.known
        self._start(severity=severity)
        return " ".join(filter(None, (self._words.added, self._frequent())))

    def _frequent(self) -> str | None:
        rule = self._words.frequent
        now = self._clock()
        if self._since(now - timedelta(days=rule.days)) < rule.episodes:
            return None
        (latest,) = self._db.execute("SELECT max(given) FROM advice").fetchone()
        if latest and now - datetime.fromisoformat(latest) < timedelta(days=rule.silent_days):
            return None
        self._db.execute("INSERT INTO advice VALUES (?)", (now.isoformat(),))
        return rule.text

    def _since(self, start: datetime) -> int:
        return sum(1 for episode in self.episodes() if episode.started >= start)

    def _delete(self) -> str:
        self._db.executescript(
            "BEGIN; DELETE FROM episodes; DELETE FROM advice; COMMIT; VACUUM;"
            "PRAGMA wal_checkpoint(TRUNCATE);"  # nor may the log remember
        )
        return self._words.deleted

    def _last(self) -> str:
        episodes = self.episodes()
        if not episodes:
            return self._words.none
        last = episodes[-1]
        return self._words.last(last.started, self._clock(), last.helped, last.severity)


class NullDiary:
    """A ``Diary`` that keeps nothing and says so: when it is asked, and when a cramp is over."""

    def __init__(self, words: DiaryTexts) -> None:
        self._words = words

    def take(self, record: DiaryRecord) -> str | None:
        """Store nothing; see ``Diary``. A user who is in pain now is not told about the diary."""
        match record:
            case EpisodeStarted() | SeverityReported(quiet=True):
                return None
            case _:
                return self._words.failed


def open_diary(path: Path | None, words: DiaryTexts) -> Diary:
    """The diary of that file; ``NullDiary``, with a line in the log, where it cannot be opened.

    A full disk, a home that cannot be written, a file that is no diary: the cramp is there anyway.
    """
    try:
        return SqliteDiary(path, words)
    except KramError as error:
        _LOGGER.error("%s; the guide goes on without it", error)
        return NullDiary(words)
