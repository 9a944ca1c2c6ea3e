"""Whether the files of the base model are those that were extracted."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from assistant.core.translation import _

BASE_MANIFEST = "base.json"


def damaged_file(folder: Path) -> Path | None:
    """The first file of the base model in ``folder`` that is not as ``base.json`` records it.

    That is by size and sha256; takes 0.1 s. The manifest itself is returned if it cannot be used,
    or does not say which of the files is damaged; None if nothing is.
    """
    manifest = folder / BASE_MANIFEST
    try:
        record = json.loads(manifest.read_text(encoding="utf-8"))
        sizes: dict[str, int] = dict(record["sizes"])
        sums: dict[str, str] = dict(record.get("sha256", {}))
        fingerprint = record["fingerprint"]
        found: dict[str, str] = {}
        for name, size in sizes.items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != size:
                return path
            found[name] = _sha256(path)
            if name in sums and found[name] != sums[name]:
                return path
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return manifest
    return None if fingerprint_of(found) == fingerprint else manifest


def fingerprint_of(sums: Mapping[str, str]) -> str:
    """sha256 over the names of all files and their sha256."""
    return hashlib.sha256(json.dumps(sums, sort_keys=True).encode()).hexdigest()


def set_up_again(folder: Path) -> str:
    """What to do about a damaged base model."""
    return _(
        "delete {folder} and run `python3 run.py demo` with a network; it is set up again"
    ).format(folder=folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
