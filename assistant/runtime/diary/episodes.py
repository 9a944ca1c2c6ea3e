"""Episodes as the diary's file holds them; rows that cannot be read are left out."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from assistant.core.errors import KramError
from assistant.core.translation import _

_LOGGER = logging.getLogger(__name__)

CLOCK_SLACK = timedelta(minutes=1)
"""A time so little ahead counts as now: the clock was adjusted in between."""

_YEARS = range(1970, 3000)
"""Other years are not times of this machine, and plots and time zones fail with some of them."""

_MOST_SECONDS = 7 * 86_400.0
"""A cramp does not last longer."""

_LONGEST = 1000
"""Characters of a text that are read."""


@dataclass(frozen=True)
class Episode:
    """One cramp."""

    started: datetime
    """With a UTC offset."""

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

    Rows without a readable time are left out, with one line in the log. Raises ``KramError`` when
    the file cannot be read.
    """
    if not path.is_file():
        return []
    try:
        with reading(path) as db:
            db.text_factory = lenient_text
            return [episode for _, episode in numbered_episodes(db)]
    except sqlite3.Error as error:
        raise KramError(
            _("cannot read the diary {path}: {error}").format(path=path, error=error),
            _("move it away"),
        ) from error


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, without a way to change it; also on a full disk, and on one that is read-only.

    SQLite needs a file of its own beside it. Where it cannot have one and nothing waits in a
    write-ahead log, the diary is read as it is. Raises ``sqlite3.Error``.
    """
    address = path.resolve().as_uri()
    db = sqlite3.connect(f"{address}?mode=ro", uri=True)
    try:
        db.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError:
        db.close()
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        db = sqlite3.connect(f"{address}?immutable=1", uri=True)
    with closing(db):
        yield db


def numbered_episodes(db: sqlite3.Connection) -> list[tuple[int, Episode]]:
    """The row number and the episode of every readable row, in the order of their instants."""
    severity = "severity" if "severity" in columns(db) else "''"
    rows = db.execute(
        # several flags are stored with spaces between them
        "SELECT id, started, seconds, leg, situation, helped, replace(flags, ' ', ','), "
        f"{severity} FROM episodes"
    ).fetchall()
    found = [(int(row[0]), one) for row in rows if (one := _episode(row[1:])) is not None]
    if len(found) < len(rows):
        _LOGGER.warning(
            "%d rows of the diary cannot be read and are left out", len(rows) - len(found)
        )
    return sorted(found, key=lambda entry: (entry[1].started, entry[0]))


def columns(db: sqlite3.Connection) -> set[str]:
    """Names of the columns of the episodes."""
    return {str(row[1]) for row in db.execute("PRAGMA table_info(episodes)")}


def lenient_text(raw: bytes) -> str:
    """A ``text_factory``: bytes that are not UTF-8 do not make the whole table unreadable."""
    return raw.decode("utf-8", errors="replace")


def instant_of(value: object) -> datetime | None:
    """The time that a cell holds, with a UTC offset; None if it holds none.

    Without an offset it is the machine's local time.
    """
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        at = at.astimezone() if at is not None and at.tzinfo is None else at
    except (ValueError, OverflowError, OSError):
        return None
    return at if at is not None and at.year in _YEARS else None


def has_passed(at: datetime, now: datetime, within: timedelta) -> bool:
    """True if ``at`` is at most ``within`` ago; a time ahead of the clock is not recent."""
    return now - within <= at <= now + CLOCK_SLACK


def _episode(row: Iterable[object]) -> Episode | None:
    started, seconds, *texts = row
    at = instant_of(started)
    if at is None:
        return None
    usable = isinstance(seconds, int | float) and 0 <= seconds <= _MOST_SECONDS
    leg, situation, helped, flags, severity = (_text(value) for value in texts)
    return Episode(
        at,
        float(seconds) if usable else None,  # type: ignore[arg-type]
        leg,
        situation,
        helped,
        flags,
        severity,
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        return ""
    return value if value.isprintable() else ""
