"""The diary: past cramps and what helped. SQLite, on this machine only."""

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
"""Columns added since 0.1.0, to be added to older files."""

SEVERITY_WINDOW = timedelta(hours=24)
"""Time after the start of a cramp in which a severity report still refers to it."""

SAME_CRAMP = timedelta(minutes=30)
"""A cramp reported within this time of a stored one is the same cramp."""


@dataclass(frozen=True)
class Episode:
    """One cramp."""

    started: datetime
    seconds: float | None
    """From the first utterance until the cramp eased or the guide ended.

    None if it was only reported afterwards, or the session was cut off.
    """
    leg: str
    situation: str
    helped: str
    flags: str
    """Warning signs, comma-separated."""
    severity: str = ""
    """``mild``, ``moderate`` or ``severe``; empty if unknown."""


def read_episodes(path: Path) -> list[Episode]:
    """All cramps of a diary file, oldest first, opened read-only; empty if there is no file.

    Raises ``KramError`` if it cannot be read.
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
        # flags are stored space-separated
        f"SELECT started, seconds, leg, situation, helped, replace(flags, ' ', ','), {severity} "
        "FROM episodes ORDER BY started"
    )
    return [Episode(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]


def _columns(db: sqlite3.Connection) -> set[str]:
    return {str(row[1]) for row in db.execute("PRAGMA table_info(episodes)")}


class Diary(Protocol):
    """Stores records and answers questions about them."""

    def take(self, record: DiaryRecord) -> str | None:
        """Store or answer ``record``; returns the text to speak, if any."""
        ...


class SqliteDiary:
    """A diary in an SQLite file, or in memory (``path`` None) if nothing should be stored.

    Every record is one transaction in WAL mode with ``synchronous=FULL``: records survive a power
    cut or ``kill -9``. A file that cannot be written never stops the guide; the user is informed.
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
        """All cramps, oldest first."""
        return _episodes(self._db)

    def close(self) -> None:
        """Close the file."""
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
        """Store the severity of the latest cramp; returns the text to speak."""
        earliest = self._clock() - SEVERITY_WINDOW
        last = self._db.execute("SELECT max(id), started FROM episodes").fetchone()
        if last[0] is None or datetime.fromisoformat(last[1]) < earliest:
            return self._words.none
        self._db.execute("UPDATE episodes SET severity = ? WHERE id = ?", (level, last[0]))
        return self._words.severity_noted

    def _add(self, severity: str) -> str:
        """Add a reported cramp unless it is already stored; returns the text to speak."""
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
            "PRAGMA wal_checkpoint(TRUNCATE);"  # the write-ahead log must not retain it either
        )
        return self._words.deleted

    def _last(self) -> str:
        episodes = self.episodes()
        if not episodes:
            return self._words.none
        last = episodes[-1]
        return self._words.last(last.started, self._clock(), last.helped, last.severity)


class NullDiary:
    """Null diary: stores nothing and says so, when it is asked and when a cramp is over."""

    def __init__(self, words: DiaryTexts) -> None:
        self._words = words

    def take(self, record: DiaryRecord) -> str | None:
        """Store nothing; see ``Diary``. During a cramp the user is not bothered with it."""
        match record:
            case EpisodeStarted() | SeverityReported(quiet=True):
                return None
            case _:
                return self._words.failed


def open_diary(path: Path | None, words: DiaryTexts) -> Diary:
    """The diary in ``path``; a ``NullDiary``, and a logged error, if it cannot be opened.

    A full disk, a read-only home or a damaged file must not keep the guide from helping.
    """
    try:
        return SqliteDiary(path, words)
    except KramError as error:
        _LOGGER.error("%s; the guide goes on without it", error)
        return NullDiary(words)
