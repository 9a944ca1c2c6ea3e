"""Atomic file replacement."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

_OWNER_ONLY = 0o600


def private_folder(path: Path) -> None:
    """Make the folder ``path``, for its owner alone, if it does not exist; raises ``OSError``."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private(path: Path) -> None:
    """Let only its owner read the file ``path``, as far as that is possible.

    Files of version 0.1.0 were readable by everybody.
    """
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)


def open_private(path: Path, mode: str) -> BinaryIO:
    """Open a file in a binary ``mode``; only its owner can read it, a new one from the start."""

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, _OWNER_ONLY)

    make_private(path)
    return cast(BinaryIO, open(path, mode, opener=opener))  # noqa: PTH123, SIM115 (opener)


def write_atomic(
    path: Path, content: str | bytes, *, durable: bool = False, private: bool = False
) -> None:
    """Replace the file ``path`` by ``content``, text as UTF-8; see ``open_atomic``."""
    with open_atomic(path, durable=durable, private=private) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def open_atomic(
    path: Path, *, durable: bool = False, private: bool = False, shared: bool = False
) -> Iterator[BinaryIO]:
    """Yield a temporary file that replaces ``path`` when the block ends without an error.

    A crash leaves the old content or the new; ``durable`` calls fsync, so that this holds for a
    power failure too. ``private`` files get mode 0600, and their folder 0700 if it is created.
    ``shared``: several threads or processes may write ``path`` at once; the last one wins. Creates
    missing parent folders. Raises ``OSError``.
    """
    if private:
        private_folder(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    writer = f".{os.getpid()}-{threading.get_native_id()}" if shared else ""
    part = path.with_name(f"{path.name}{writer}.part")
    try:
        with open_private(part, "wb") if private else part.open("wb") as file:
            if private:
                part.chmod(_OWNER_ONLY)  # a file left by a killed run may have another mode
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
