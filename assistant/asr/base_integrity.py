"""Whether the files of the base model are those that were extracted."""

import hashlib
import json
from pathlib import Path

from assistant.core.translation import _

BASE_MANIFEST = "base.json"


def damaged_file(folder: Path) -> Path | None:
    """The first file of the base model in ``folder`` that is not as ``base.json`` records it.

    That is the size and, where it is recorded, the sha256 of each file; takes 0.1 s. The manifest
    itself is returned if it cannot be used, None if nothing is damaged.
    """
    manifest = folder / BASE_MANIFEST
    try:
        record = json.loads(manifest.read_text(encoding="utf-8"))
        sizes: dict[str, int] = dict(record["sizes"])
        sums: dict[str, str] = dict(record.get("sha256", {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return manifest
    for name, size in sizes.items():
        path = folder / name
        try:
            if path.stat().st_size != size or (name in sums and _sha256(path) != sums[name]):
                return path
        except OSError:
            return path
    return None


def set_up_again(folder: Path) -> str:
    """What to do about a damaged base model."""
    return _(
        "delete {folder} and run `python3 run.py demo` with a network; it is set up again"
    ).format(folder=folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
