"""What a model was made of, and what its files are like: ``kram.json`` in its folder."""

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from assistant.core.atomic_file import write_atomic

MANIFEST = "kram.json"


def write_manifest(folder: Path, key: str, sources: str, states: Mapping[str, str | None]) -> None:
    """Record what the model was made of, how big its files are and what is in them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    record = {
        "key": key,
        "sources": sources,
        "states": {"all": ".", **states},
        "files": {path.relative_to(folder).as_posix(): _like(path) for path in files},
    }
    write_atomic(folder / MANIFEST, json.dumps(record, indent=1))


def read_manifest(folder: Path) -> dict[str, object] | None:
    """Return the manifest of a whole model, ``None`` when it is missing or files are damaged.

    After a power cut a file may have its length and be full of zeros; Vosk would crash on it.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = all(_like(folder / name) == like for name, like in record["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(record) if whole else None


def _like(path: Path) -> list[int]:
    """Size and sum of a file; a tenth of a second for all files of a model."""
    about = path.stat()
    return [about.st_size, _sum(path, about.st_ino, about.st_size, about.st_mtime_ns)]


@lru_cache(maxsize=512)
def _sum(path: Path, inode: int, size: int, changed: int) -> int:
    found = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found = zlib.crc32(part, found)
    return found
