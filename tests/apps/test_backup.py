"""``backup``, ``restore`` and ``uninstall``, as they are typed; nothing of the user's is lost."""

import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from assistant.apps.backup import backup_file, restoring
from assistant.apps.backup.user_files import UserFile
from assistant.core.errors import KramError
from assistant.core.single_instance import single_instance
from assistant.runtime.diary.database import open_database
from assistant.runtime.diary.store import read_episodes
from tests.support.paths import ROOT

CONFIG = '[profile]\nname = "Sri"  # as she is called\n\n[tell]\nmqtt_password = "rahasia"\n'
MANIFEST = json.dumps({"kram_backup": 1, "version": "0.1.0", "made": "2026-01-01T00:00:00+07:00"})


class Home:
    """A user's folders, and Kram in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.config = folder / "data/kram", folder / "config/kram"

    def run(self, *words: str, root: Path = ROOT) -> "subprocess.CompletedProcess[str]":
        home = {"XDG_DATA_HOME": str(self.data.parent), "XDG_CONFIG_HOME": str(self.config.parent)}
        return subprocess.run(
            [sys.executable, "-m", "assistant.apps.cli", *words],
            capture_output=True, text=True, cwd=root, env={**os.environ, **home}, timeout=60,
        )  # fmt: skip

    def furnish(self, cramps: int = 2) -> None:
        self.config.mkdir(parents=True, exist_ok=True)
        (self.config / "config.toml").write_text(CONFIG, encoding="utf-8")
        self.add_cramps(cramps)
        (self.data / "profile.json").write_text('{"leg": "left"}', encoding="utf-8")

    def add_cramps(self, count: int) -> None:
        with closing(open_database(self.data / "diary.sqlite")) as db:
            for minute in range(count):
                at = f"2026-11-20T02:{minute:02}:00+07:00"
                db.execute("INSERT INTO episodes (started) VALUES (?)", (at,))

    def cramps(self) -> int:
        return len(read_episodes(self.data / "diary.sqlite"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def packed(file: Path, *members: tuple[str | zipfile.ZipInfo, str | bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file


def test_there_and_back(home: Home) -> None:
    home.furnish()
    kept = home.folder / "kram.zip"
    done = home.run("backup", str(kept))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "diary.sqlite, config.toml, profile.json" in done.stdout
    home.add_cramps(3)
    (home.config / "config.toml").write_text("[sound]\npatience = 'slow'\n", encoding="utf-8")
    done = home.run("restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert home.cramps() == 2
    assert (home.config / "config.toml").read_text(encoding="utf-8") == CONFIG
    assert (home.config / "config.toml").stat().st_mode & 0o077 == 0
    (old,) = home.data.glob("diary.sqlite.before-*")
    assert len(read_episodes(old)) == 5 and str(old) in done.stdout
    (old_config,) = home.config.glob("config.toml.before-*")
    assert "patience" in old_config.read_text(encoding="utf-8")
    assert not list(home.data.glob("*.restored"))
    assert home.run("backup", str(kept)).returncode == 0  # its own backup may be renewed


def test_a_diary_is_copied_whole_while_it_is_written(home: Home) -> None:
    home.furnish(1)
    with closing(open_database(home.data / "diary.sqlite")) as db:
        db.execute("INSERT INTO episodes (started) VALUES ('2026-11-21T03:00:00+07:00')")
        assert (home.data / "diary.sqlite-wal").stat().st_size  # not in the file itself yet
        assert home.run("backup", str(home.folder / "kram.zip")).returncode == 0
    (home.data / "diary.sqlite").unlink()
    assert home.run("restore", str(home.folder / "kram.zip")).returncode == 0
    assert home.cramps() == 2


def test_what_the_backup_lacks_stays(home: Home) -> None:
    home.furnish()
    (home.data / "profile.json").unlink()
    assert home.run("backup", str(home.folder / "kram.zip")).returncode == 0
    (home.data / "profile.json").write_text('{"leg": "right"}', encoding="utf-8")
    assert home.run("restore", str(home.folder / "kram.zip")).returncode == 0
    assert "right" in (home.data / "profile.json").read_text(encoding="utf-8")


def test_without_anything_to_keep_nothing_is_written(home: Home) -> None:
    done = home.run("backup", str(home.folder / "kram.zip"))
    assert done.returncode == 2 and "nothing to keep" in done.stderr
    assert not (home.folder / "kram.zip").exists()


def test_another_file_is_not_replaced_by_a_backup(home: Home) -> None:
    home.furnish()
    letter = home.folder / "letter.txt"
    letter.write_text("dear Sri", encoding="utf-8")
    done = home.run("backup", str(letter))
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert letter.read_text(encoding="utf-8") == "dear Sri"


def a_link() -> zipfile.ZipInfo:
    link = zipfile.ZipInfo("config.toml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


def no_diary() -> bytes:
    return b"SQLite format 3\0" + bytes(4096)


def other_database(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "other.sqlite")) as db:
        db.execute("CREATE TABLE birds (name TEXT)")
    return (folder / "other.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([("config.toml", CONFIG)], "has no kram-backup.json"),
        ([("kram-backup.json", "[]"), ("config.toml", CONFIG)], "damaged kram-backup.json"),
        ([("kram-backup.json", "{" + " " * 20_000)], "more than 0.01 MB"),
        ([("kram-backup.json", '{"kram_backup": 2}'), ("config.toml", "")], "format 2"),
        ([("kram-backup.json", MANIFEST)], "is empty"),
        ([("kram-backup.json", MANIFEST), ("../config.toml", CONFIG)], "'../config.toml'"),
        ([("kram-backup.json", MANIFEST), ("/etc/passwd", "x")], "'/etc/passwd'"),
        ([("kram-backup.json", MANIFEST), (a_link(), "/etc/passwd")], "as a link"),
        ([("kram-backup.json", MANIFEST), ("config.toml", b" " * 1_000_001)], "more than 1 MB"),
        ([("kram-backup.json", MANIFEST), ("config.toml", "[profil]\n")], "config.toml, line 1"),
        ([("kram-backup.json", MANIFEST), ("profile.json", "{]")], "profile.json"),
        ([("kram-backup.json", MANIFEST), ("pronunciation.json", "{}")], "pronunciation.json"),
        ([("kram-backup.json", MANIFEST), ("diary.sqlite", no_diary())], "no diary"),
        ([("kram-backup.json", MANIFEST), ("diary.sqlite", b"")], "no diary"),
        ([("kram-backup.json", MANIFEST), ("config.toml", CONFIG), ("profile.json", "{]")],
         "profile.json"),
    ],
)  # fmt: skip
def test_what_is_no_backup_changes_nothing(
    home: Home, members: list[tuple[str, str | bytes]], why: str
) -> None:
    home.furnish()
    before = (home.config / "config.toml").read_bytes()
    done = home.run("restore", str(packed(home.folder / "bad.zip", *members)))
    assert done.returncode == 2 and why in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert home.cramps() == 2 and (home.config / "config.toml").read_bytes() == before
    assert not list(home.folder.rglob("*.before-*"))


def test_other_files_are_refused(home: Home) -> None:
    home.furnish()
    assert home.run("backup", str(home.folder / "kram.zip")).returncode == 0
    whole = (home.folder / "kram.zip").read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(b"diary.sqlite") + 40] ^= 0xFF
    other = packed(
        home.folder / "birds.zip",
        ("kram-backup.json", MANIFEST),
        ("diary.sqlite", other_database(home.folder)),
    ).read_bytes()
    cases = {"cut.zip": whole[:-30], "flipped.zip": bytes(flipped), "text.zip": b"x" * 99,
             "empty.zip": b"", "other.zip": other}  # fmt: skip
    for name, content in cases.items():
        (home.folder / name).write_bytes(content)
        done = home.run("restore", str(home.folder / name))
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, (name, done.stderr)
    assert home.run("restore", str(home.folder / "none.zip")).returncode == 2
    assert home.run("restore", str(home.folder)).returncode == 2
    assert home.cramps() == 2


def test_nothing_is_restored_while_kram_listens(home: Home) -> None:
    home.furnish()
    assert home.run("backup", str(home.folder / "kram.zip")).returncode == 0
    with single_instance(home.data / "listening.lock"):
        assert home.run("restore", str(home.folder / "kram.zip")).returncode == 1
        assert home.run("uninstall", "--yes").returncode == 1
    assert home.cramps() == 2 and not list(home.folder.rglob("*.before-*"))


def test_if_one_file_cannot_be_replaced_all_old_ones_are_back(tmp_path: Path) -> None:
    def accepted(path: Path) -> None:
        """Every content will do."""

    first = UserFile("a", tmp_path / "one" / "a", 10, accepted)
    second = UserFile("b", tmp_path / "two" / "b", 10, accepted)
    first.path.parent.mkdir()
    first.path.write_text("old", encoding="utf-8")
    (second.path / "in the way").mkdir(parents=True)
    beside = second.path.with_name("b.before-20261129-020000")
    (beside / "full").mkdir(parents=True)
    from datetime import datetime

    with pytest.raises(KramError, match="the old files are in place"):
        restoring.restore(
            {"a": b"new", "b": b"new"}, (first, second), datetime(2026, 11, 29, 2, 0, 0)
        )
    assert first.path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in first.path.parent.iterdir()] == ["a"]
    assert (second.path / "in the way").is_dir() and not list(tmp_path.rglob("*.restored"))


def test_the_size_in_the_header_is_not_believed(tmp_path: Path) -> None:
    """A member that claims to be small but unpacks to more is refused, or fails its checksum."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kram-backup.json", MANIFEST)
        archive.writestr("config.toml", b" " * 1_234_567)
    lying = buffer.getvalue().replace((1_234_567).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    (tmp_path / "lying.zip").write_bytes(lying)
    files = (UserFile("config.toml", tmp_path / "config.toml", 1_000_000, lambda path: None),)
    with pytest.raises(KramError, match="is no backup of Kram"):
        backup_file.read_backup(tmp_path / "lying.zip", files)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with small models: the real ones are not removed by a test."""
    root = tmp_path / "clone"
    for name in ("assistant", "phrases"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    for name in ("base", "kram", "networks"):
        (root / "models" / name).mkdir(parents=True)
        (root / "models" / name / "final.mdl").write_bytes(bytes(2_000_000))
    (root / ".setup").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/python").touch()
    (root / ".venv").symlink_to(tmp_path / "elsewhere")
    return root


def test_uninstall_lists_and_removes_only_when_told(home: Home, clone: Path) -> None:
    home.furnish()
    (home.data / "mine.txt").write_text("not Kram's", encoding="utf-8")
    unit = home.config.parent / "systemd/user/kram.service"
    unit.parent.mkdir(parents=True)
    unit.touch()
    listed = home.run("uninstall", root=clone)
    assert listed.returncode == 0, listed.stderr
    base = clone / "models/base"
    assert f"would be removed:      2.0 MB  {base}" in listed.stdout
    assert "diary.sqlite  (diary; --with-diary)" in listed.stdout and base.is_dir()
    done = home.run("uninstall", "--yes", root=clone)
    assert done.returncode == 0, done.stderr
    assert not base.exists() and not (clone / "models/kram").exists() and not unit.exists()
    forget = "systemctl --user daemon-reload"
    assert forget in done.stdout.splitlines()[-1] and forget not in listed.stdout
    assert (clone / "models/networks/final.mdl").exists()  # ships with the project
    assert not (clone / ".venv").is_symlink() and (home.folder / "elsewhere/python").exists()
    assert not home.config.exists()
    assert home.cramps() == 2 and (home.data / "mine.txt").exists()
    done = home.run("uninstall", "--yes", "--with-diary", root=clone)
    assert done.returncode == 0 and not (home.data / "diary.sqlite").exists()
    assert forget not in done.stdout, "there was no unit any more"
    assert [one.name for one in home.data.iterdir()] == ["mine.txt"]
    for words in ((), ("--yes",)):
        done = home.run("uninstall", *words, root=clone)
        assert done.stdout.startswith("Nothing of Kram's is left here. The program itself is")
        assert done.stdout.count("\n") == 1, "nobody is asked to keep or remove what is not there"


def test_on_a_bare_python_nothing_is_set_up_in_order_to_be_removed(home: Home, clone: Path) -> None:
    (clone / ".venv").unlink()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(clone / "run.py"), "uninstall"],
        capture_output=True, text=True, cwd=home.folder, timeout=60,
        env={"XDG_DATA_HOME": str(home.data.parent), "HOME": str(home.folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "models/base" in done.stdout and not (clone / ".venv").exists()
    assert not home.data.exists()
