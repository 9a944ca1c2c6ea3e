"""Puts the files of a backup in place: all of them, or none."""

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from assistant.apps.backup.user_files import UserFile
from assistant.core.atomic_file import write_atomic
from assistant.core.errors import InputError, KramError, place_of
from assistant.core.translation import Translatable, _, reason

_BESIDE_A_DATABASE = ("-wal", "-shm")
"""What SQLite puts beside a file; it must never meet another file of the same name."""


def check_contents(source: Path, contents: Mapping[str, bytes], files: Sequence[UserFile]) -> None:
    """Raise ``InputError`` unless Kram could use every file in ``contents``."""
    with tempfile.TemporaryDirectory(prefix="kram-") as folder:
        for one in files:
            if one.name not in contents:
                continue
            trial = Path(folder) / one.name
            trial.write_bytes(contents[one.name])
            try:
                one.check(trial)
            except KramError as error:
                why = Translatable("{error}").format(error=error).replace(f"{folder}/", "")
                raise InputError(
                    _("{source} cannot be used: {why}").format(source=source, why=why),
                    _("nothing was changed"),
                ) from error


def restore(contents: Mapping[str, bytes], files: Sequence[UserFile], now: datetime) -> list[Path]:
    """Replace the files by ``contents``; returns where the old ones are now.

    Every new file is written out before the first old one moves; if one cannot, all goes back.
    Raises ``KramError``.
    """
    ending = f".before-{now:%Y%m%d-%H%M%S}"
    chosen = [one for one in files if one.name in contents]
    new = {one.name: one.path.with_name(f"{one.path.name}.restored") for one in chosen}
    moved: list[tuple[Path, Path]] = []
    try:
        for one in chosen:
            write_atomic(new[one.name], contents[one.name], durable=True, private=True)
        for one in chosen:
            if one.is_database:
                _empty_log(one.path)
            for old in _with_companions(one):
                if old.exists():
                    kept = _beside(one.path, old, ending)
                    old.replace(kept)
                    moved.append((old, kept))
            new[one.name].replace(one.path)
    except OSError as error:
        for old, kept in reversed(moved):
            with suppress(OSError):
                kept.replace(old)
        for part in new.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
        raise KramError(
            _("{filename} cannot be replaced ({reason})").format(
                filename=place_of(error) or _("a file"), reason=reason(error)
            ),
            _("the old files are in place"),
        ) from error
    return [kept for old, kept in moved if old in {one.path for one in chosen}]


def _with_companions(one: UserFile) -> list[Path]:
    beside = _BESIDE_A_DATABASE if one.is_database else ()
    return [one.path, *(one.path.with_name(one.path.name + ending) for ending in beside)]


def _beside(path: Path, old: Path, ending: str) -> Path:
    """``diary.sqlite-wal`` goes to ``diary.sqlite.before-…-wal``, where SQLite looks for it."""
    return old.with_name(path.name + ending + old.name.removeprefix(path.name))


def _empty_log(path: Path) -> None:
    """Move what is in the write-ahead log into the file; one that is damaged stays as it is."""
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=5.0)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
