"""What Kram has put on this machine, and its removal."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from assistant.apps.systemd_unit import NAME, unit_file
from assistant.core import paths
from assistant.core.translation import _


@dataclass(frozen=True)
class Removable:
    """A file, folder or link of Kram's."""

    path: Path
    what: str
    bytes: int
    is_diary: bool = False
    """Whether it holds the user's diary, or an older one."""


def removables() -> list[Removable]:
    """Everything of Kram's that exists, the diary last."""
    unit = unit_file()
    places = [
        (paths.MODELS / "base", _("base model")),
        (paths.MODELS / "kram", _("Indonesian model")),
        (paths.MODELS / "cache", _("models of other phrases")),
        (paths.HOME / ".setup", _("logs of set-up")),
        (unit, _("service")),
        (unit.parent / "default.target.wants" / NAME, _("service, started with the machine")),
        (paths.speech_cache_folder(), _("speech of a slow voice")),
        (paths.snapshot_file(), _("conversation in progress")),
        (paths.deaf_file(), _("until when it does not listen")),
        (paths.night_log_file(), _("when it listened, emergencies, messages")),
        (paths.last_checks_file(), _("results of doctor")),
        (paths.last_error_file(), _("last spoken error")),
        (paths.transcript_file(), _("what was heard")),
        (paths.profile_file(), _("profile")),
        (paths.pronunciation_file(), _("your pronunciations")),
        (paths.config_file(), _("settings")),
        (paths.instance_lock_file(), _("lock")),
    ]
    if paths.IN_CLONE:  # a Python that pip installed Kram into is not Kram's
        places.insert(3, (paths.HOME / ".venv", _("Python packages")))
    for file in (paths.config_file(), paths.profile_file(), paths.pronunciation_file()):
        places += [
            (old, _("{name} before a restore").format(name=file.name))
            for old in _before_restore(file)
        ]
    found = [Removable(path, what, size_of(path)) for path, what in places if _is_there(path)]
    return found + [Removable(path, _("diary"), size_of(path), True) for path in _diaries()]


def remove(one: Removable) -> None:
    """Delete it; of a link only the link. Raises ``OSError``."""
    if one.path.is_dir() and not one.path.is_symlink():
        shutil.rmtree(one.path)
    else:
        one.path.unlink(missing_ok=True)


def remove_empty_folders() -> None:
    """Delete the folders of data and settings that have nothing in them any more."""
    for folder in (paths.MODELS, paths.data_folder(), paths.config_folder()):
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; links are not followed."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    return sum(one.lstat().st_size for one in path.rglob("*") if not one.is_dir())


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _before_restore(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.before-*"))


def _diaries() -> list[Path]:
    diary = paths.diary_file()
    beside = [diary.with_name(diary.name + ending) for ending in ("", "-wal", "-shm")]
    return [*filter(_is_there, beside), *_before_restore(diary)]
