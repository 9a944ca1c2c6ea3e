"""A private text file of lines with a limited number of them; the oldest go first."""

from collections.abc import Callable
from pathlib import Path

from assistant.core.atomic_file import open_private, private_folder, write_atomic

_SLACK = 1.1
"""The file is trimmed to ``most`` lines when it exceeds them by this factor."""


class LineLog:
    """Appends to the file at ``path``, at most ``most`` lines; every method may raise ``OSError``.

    The file is opened for each line, so it may be deleted or replaced meanwhile.
    """

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._count: int | None = None

    def append(self, line: str) -> None:
        """Add one line, without its line end."""
        private_folder(self._path.parent)
        if self._count is None:
            self._count = len(read_lines(self._path))
        if self._count >= self._most * _SLACK:
            kept = read_lines(self._path)[1 - self._most :] if self._most > 1 else []
            write_atomic(self._path, _joined(kept), private=True)
            self._count = len(kept)
        with open_private(self._path, "ab") as file:
            file.write(f"{line}\n".encode())
        self._count += 1

    def keep_only(self, wanted: Callable[[str], bool]) -> None:
        """Remove every other line, and overwrite what the file held."""
        if not self._path.exists():
            return
        kept = [line for line in read_lines(self._path) if wanted(line)]
        with open_private(self._path, "r+b") as file:
            file.write(bytes(self._path.stat().st_size))
        write_atomic(self._path, _joined(kept), private=True)
        self._count = len(kept)


def read_lines(path: Path) -> list[str]:
    """The lines of the file; none if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
