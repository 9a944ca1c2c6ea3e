"""A file is written whole or not at all."""

import stat
import threading
from pathlib import Path

import pytest

from assistant.core.atomic_file import open_atomic, write_atomic


def test_a_failure_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.bin"
    write_atomic(path, "old", durable=True)
    with pytest.raises(ValueError), open_atomic(path) as file:
        file.write(b"half")
        raise ValueError
    assert path.read_text() == "old" and list(path.parent.iterdir()) == [path]
    write_atomic(path, b"\xff")
    assert path.read_bytes() == b"\xff"


def test_private_files_are_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with open_atomic(path, private=True) as file:
        assert stat.S_IMODE(next(tmp_path.iterdir()).stat().st_mode) == 0o600
        file.write(b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_several_threads_may_write_a_shared_file(tmp_path: Path) -> None:
    path, both = tmp_path / "a", threading.Barrier(2)

    def write() -> None:
        with open_atomic(path, shared=True) as file:
            both.wait(5)
            file.write(b"content")

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() == b"content" and list(tmp_path.iterdir()) == [path]
