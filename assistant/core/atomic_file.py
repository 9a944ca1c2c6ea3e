"""Writing a file whole or not at all."""

import os
from pathlib import Path

_PRIVATE = 0o600


def write_atomic(path: Path, text: str, *, durable: bool = False, private: bool = False) -> None:
    """Put ``text`` in the place of ``path``: ``kill -9`` leaves the old text or the new one.

    ``durable`` waits for the disk, so that a power cut does too; ``private`` is for the user's
    own eyes only. Makes the folder. Raises ``OSError``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        if private:
            part.chmod(_PRIVATE)
        file.write(text)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    part.replace(path)
