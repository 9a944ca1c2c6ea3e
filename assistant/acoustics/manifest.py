"""What a model was made of and how big its files are: ``kram.json`` in its folder."""

import json
from collections.abc import Mapping
from pathlib import Path

MANIFEST = "kram.json"


def write_manifest(folder: Path, key: str, sources: str, states: Mapping[str, str | None]) -> None:
    """Record what the model was made of and how big its files are."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    record = {
        "key": key,
        "sources": sources,
        "states": {"all": ".", **states},
        "sizes": {path.relative_to(folder).as_posix(): path.stat().st_size for path in files},
    }
    temporary = folder / (MANIFEST + ".new")
    temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
    temporary.replace(folder / MANIFEST)


def read_manifest(folder: Path) -> dict[str, object] | None:
    """Return the manifest of a whole model, ``None`` when it is missing or files are damaged."""
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = all(
            (folder / name).stat().st_size == size for name, size in record["sizes"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(record) if whole else None
