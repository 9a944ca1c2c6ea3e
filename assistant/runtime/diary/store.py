"""The diary: which cramps there were and what helped. SQLite, on this machine only."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from assistant.core.errors import KramError
from assistant.core.translation import _
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    DiaryRecord,
    EpisodeEnded,
    EpisodeStarted,
    EpisodeUpdated,
    SeverityReported,
)
from assistant.runtime.diary.database import empty_log, open_database
from assistant.runtime.diary.episodes import (
    CLOCK_SLACK,
    Episode,
    has_passed,
    instant_of,
    numbered_episodes,
    read_episodes,
)
from assistant.runtime.diary.texts import DiaryTexts

__all__ = ["Diary", "Episode", "NullDiary", "SqliteDiary", "open_diary", "read_episodes"]

_LOGGER = logging.getLogger(__name__)

SEVERITY_WINDOW = timedelta(hours=24)
"""Until so long after a cramp began the user may say how bad it was."""

SAME_CRAMP = timedelta(minutes=30)
"""Who has a cramp written down so soon after another means that one."""

RESUMABLE = timedelta(hours=2)
"""A guide that goes on after a restart belongs to the latest cramp, if that began since then."""


class Diary(Protocol):
    """Stores records and answers questions about them."""

    def take(self, record: DiaryRecord) -> str | None:
        """Store or answer ``record``; returns the text to be spoken, if there is one."""
        ...

    def tidy(self) -> None:
        """Finish what could not be finished at once; called about once a second."""
        ...


class SqliteDiary:
    """A diary in an SQLite file, or in memory (``path`` None) when nothing is to be kept.

    Every note is one transaction in write-ahead mode with full synchronisation: after a power
    cut or ``kill -9`` every note that was taken is there. A file that cannot be written never
    stops the guide; the user is told. The files can be read by their owner alone.
    """

    def __init__(
        self,
        path: Path | None,
        words: DiaryTexts,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        """``forget`` deletes what is stored of the user elsewhere, together with the diary."""
        self._words = words
        self._forget = forget
        self._clock = clock
        self._guided: int | None = None
        """Row of the cramp that is being guided, or was guided last, by this process."""
        self._running = False
        """True while the guide of ``_guided`` runs."""
        self._resumed = True
        """True if a guide that runs may have been started by an earlier process."""
        self._log_due: bool
        """True if deleted rows may still be in the write-ahead log."""
        try:
            self._db = open_database(path)
            # an earlier process may have been killed before it could
            self._log_due = not empty_log(self._db)
        except (OSError, sqlite3.Error) as error:
            raise KramError(
                _("cannot open the diary {path}: {error}").format(path=path, error=error),
                _("move it away or free some disk space"),
            ) from error

    def take(self, record: DiaryRecord) -> str | None:
        """Store or answer ``record``; see ``Diary``."""
        self.tidy()
        try:
            match record:
                case EpisodeStarted(leg, situations):
                    self._begin(leg, situations)
                    return None
                case EpisodeUpdated():
                    self._update(record)
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
                    return self._words.count(len(self._recent(timedelta(days=days))), days)
                case DiaryLast():
                    return self._last()
        except (OSError, sqlite3.Error) as error:
            _LOGGER.error(_("the diary cannot be written: {error}").format(error=error))
            return self._words.failed

    def tidy(self) -> None:
        """Remove deleted rows from the write-ahead log, once no other process reads it."""
        if self._log_due:
            self._log_due = not empty_log(self._db, patience=0.0)

    def episodes(self) -> list[Episode]:
        """Every readable cramp, oldest first."""
        return [episode for _, episode in numbered_episodes(self._db)]

    def close(self) -> None:
        """Let the file go."""
        self.tidy()
        self._db.close()

    def _begin(self, leg: str, situations: tuple[str, ...]) -> None:
        self._guided, self._running, self._resumed = None, True, False
        self._guided = self._insert(leg, situations)

    def _insert(self, leg: str = "", situations: tuple[str, ...] = (), severity: str = "") -> int:
        done = self._db.execute(
            "INSERT INTO episodes (started, leg, situation, severity) VALUES (?, ?, ?, ?)",
            (self._clock().isoformat(), leg, " ".join(situations), severity),
        )
        return int(done.lastrowid or 0)

    def _guided_row(self) -> int | None:
        """Row of the cramp whose guide runs; None if it could not be written or was deleted."""
        if self._resumed:  # after a restart the first to speak of it is the resumed guide
            self._resumed = False
            (latest,) = self._db.execute("SELECT max(id) FROM episodes").fetchone()
            fitting = [row for row, _ in self._recent(RESUMABLE)]
            self._guided = latest if latest in fitting else None
            self._running = True
        return self._guided

    def _update(self, now: EpisodeUpdated) -> None:
        """Write what is known of the guided cramp by now."""
        row = self._guided_row()
        self._describe(row, now.leg, now.situations, now.flags)
        if not now.ended:
            self._db.execute(
                "UPDATE episodes SET seconds = ?, helped = ? WHERE id = ?",
                (now.seconds, now.helped, row),
            )

    def _end(self, ended: EpisodeEnded) -> str | None:
        row = self._guided_row()
        self._describe(row, ended.leg, ended.situations, ended.flags)
        self._db.execute(
            "UPDATE episodes SET seconds = ?, helped = ? WHERE id = ?",
            (ended.seconds, ended.helped, row),
        )
        self._running = False
        return self._frequent()

    def _describe(
        self, row: int | None, leg: str, situations: tuple[str, ...], flags: tuple[str, ...]
    ) -> None:
        self._db.execute(
            "UPDATE episodes SET flags = ?, leg = CASE WHEN ? <> '' THEN ? ELSE leg END, "
            "situation = CASE WHEN ? <> '' THEN ? ELSE situation END WHERE id = ?",
            (" ".join(flags), leg, leg, *(2 * (" ".join(situations),)), row),
        )

    def _severity(self, level: str) -> str:
        """How bad the guided cramp is, or the latest one was."""
        row = self._guided if self._running else None
        if row is None:
            recent = self._recent(SEVERITY_WINDOW)
            if not recent:
                return self._words.none
            row = recent[-1][0]
        self._db.execute("UPDATE episodes SET severity = ? WHERE id = ?", (level, row))
        return self._words.severity_noted

    def _add(self, severity: str) -> str:
        """Add a cramp that the user reports, unless it is the one that is there already."""
        same = self._recent(SAME_CRAMP)
        if same:
            if severity:
                self._db.execute(
                    "UPDATE episodes SET severity = ? WHERE id = ?", (severity, same[-1][0])
                )
            return self._words.known
        self._insert(severity=severity)
        return " ".join(filter(None, (self._words.added, self._frequent())))

    def _frequent(self) -> str | None:
        rule = self._words.frequent
        now, silent = self._clock(), timedelta(days=rule.silent_days)
        if len(self._recent(timedelta(days=rule.days))) < rule.episodes:
            return None
        given = [instant_of(cell) for (cell,) in self._db.execute("SELECT given FROM advice")]
        if any(at is not None and has_passed(at, now, silent) for at in given):
            return None
        self._db.execute("INSERT INTO advice VALUES (?)", (now.isoformat(),))
        return rule.text

    def _recent(self, within: timedelta) -> list[tuple[int, Episode]]:
        """Rows of the cramps that began at most ``within`` ago, oldest first."""
        now = self._clock()
        return [
            (row, episode)
            for row, episode in numbered_episodes(self._db)
            if has_passed(episode.started, now, within)
        ]

    def _delete(self) -> str:
        self._guided, self._resumed = None, False
        self._forget()
        self._db.executescript("BEGIN; DELETE FROM episodes; DELETE FROM advice; COMMIT; VACUUM;")
        self._log_due = not empty_log(self._db)
        return self._words.deleted_later if self._log_due else self._words.deleted

    def _last(self) -> str:
        episodes, now = self.episodes(), self._clock()
        if not episodes:
            return self._words.none
        # one from a time when the clock was ahead counts only if there is no other
        past = [one for one in episodes if one.started <= now + CLOCK_SLACK]
        last = (past or episodes)[-1]
        return self._words.last(last.started, now, last.helped, last.severity)


class NullDiary:
    """A ``Diary`` that keeps nothing and says so: when it is asked, and when a cramp is over."""

    def __init__(self, words: DiaryTexts) -> None:
        self._words = words

    def take(self, record: DiaryRecord) -> str | None:
        """Store nothing; see ``Diary``. A user who is in pain now is not told about the diary."""
        match record:
            case EpisodeStarted() | EpisodeUpdated() | SeverityReported(quiet=True):
                return None
            case _:
                return self._words.failed

    def tidy(self) -> None:
        """Nothing is stored; see ``Diary``."""


def open_diary(
    path: Path | None, words: DiaryTexts, forget: Callable[[], None] = lambda: None
) -> Diary:
    """The diary of that file; ``NullDiary``, with a line in the log, where it cannot be opened.

    A full disk, a home that cannot be written, a file that is no diary: the cramp is there anyway.
    """
    try:
        return SqliteDiary(path, words, forget=forget)
    except KramError as error:
        _LOGGER.error(_("{error}; the guide goes on without it").format(error=error))
        return NullDiary(words)
