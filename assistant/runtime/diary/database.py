"""The diary's SQLite file: how it is opened, who can read it, and how deleted rows leave it."""

import logging
import sqlite3
from pathlib import Path

from assistant.core.atomic_file import make_private, open_private, private_folder
from assistant.runtime.diary.episodes import columns, lenient_text

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

_BUSY_SECONDS = 5.0
"""How long a write waits for another process that writes."""


def open_database(path: Path | None) -> sqlite3.Connection:
    """The database in ``path``, migrated to the present columns; in memory if None.

    Only its owner can read the file, those that SQLite puts beside it, and the folder if it is
    made. Raises ``OSError`` or ``sqlite3.Error``.
    """
    if path is not None:
        private_folder(path.parent)
        with open_private(path, "ab"):
            pass  # SQLite gives the files beside it the same permissions
        for suffix in ("-wal", "-shm"):
            make_private(path.with_name(path.name + suffix))
    db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=_BUSY_SECONDS)
    db.text_factory = lenient_text
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
    db.executescript(_SCHEMA)
    for column in _ADDED.keys() - columns(db):
        db.execute(f"ALTER TABLE episodes ADD COLUMN {column} {_ADDED[column]}")
    return db


def empty_log(db: sqlite3.Connection, patience: float = 0.5) -> bool:
    """Copy the write-ahead log into the file and truncate it, so that it holds no deleted rows.

    Waits ``patience`` seconds for other processes that read the file; returns False if they did
    not end.
    """
    db.execute(f"PRAGMA busy_timeout={round(1000 * patience)}")
    try:
        (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        _LOGGER.debug("the diary's log cannot be emptied yet: %s", error)
        return False
    finally:
        db.execute(f"PRAGMA busy_timeout={round(1000 * _BUSY_SECONDS)}")
    return not busy
