"""Which files a backup has, and how each is copied and checked."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.graph.speaker_pronunciation import read_speaker_pronunciation
from assistant.core import paths
from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.runtime.config import load_config
from assistant.runtime.diary.episodes import read_episodes, reading
from assistant.runtime.profile_store import ProfileStore


@dataclass(frozen=True)
class UserFile:
    """A file that is the user's own."""

    name: str
    """Its name in the backup."""

    path: Path
    most_bytes: int
    """A larger one is refused: no such file is ever written."""

    check: Callable[[Path], None]
    """Raises ``InputError`` for a file that Kram could not use."""

    is_database: bool = False


def user_files() -> tuple[UserFile, ...]:
    """The diary, the settings, the profile and the pronunciations learned by ``enroll``."""
    return (
        UserFile("diary.sqlite", paths.diary_file(), 200_000_000, _check_diary, True),
        UserFile("config.toml", paths.config_file(), 1_000_000, _check_config),
        UserFile("profile.json", paths.profile_file(), 1_000_000, _check_profile),
        UserFile("pronunciation.json", paths.pronunciation_file(), 20_000_000, _check_enrolment),
    )


def database_bytes(path: Path) -> bytes:
    """A consistent copy of an SQLite file, also while another process writes to it.

    Raises ``sqlite3.Error`` or ``OSError``.
    """
    with tempfile.TemporaryDirectory(prefix="kram-") as folder:
        copy = Path(folder) / path.name
        with reading(path) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            # one file is the whole of it; the diary turns its log on again when it is opened
            target.execute("PRAGMA journal_mode=DELETE")
        return copy.read_bytes()


def _check_diary(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            db.execute("SELECT started FROM episodes LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise InputError(
            _("{name} is no diary ({error})").format(name=path.name, error=error)
        ) from error
    if found != "ok":
        raise InputError(_("{name} is damaged ({found})").format(name=path.name, found=found))
    read_episodes(path)


def _check_config(path: Path) -> None:
    load_config(path)


def _check_profile(path: Path) -> None:
    # read only to be judged: what it says stays where it is
    _ = ProfileStore(path).profile


def _check_enrolment(path: Path) -> None:
    read_speaker_pronunciation(path)
