"""Atomic file replacement."""

import os
from pathlib import Path

_OWNER_ONLY = 0o600


def write_atomic(path: Path, text: str, *, durable: bool = False, private: bool = False) -> None:
    """Replace the file ``path`` by ``text`` (UTF-8): a crash leaves the old content or the new.

    ``durable`` calls fsync, so that this holds for a power failure too; ``private`` sets mode
    0600. Creates missing parent folders. Raises ``OSError``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        if private:
            part.chmod(_OWNER_ONLY)
        file.write(text)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    part.replace(path)
