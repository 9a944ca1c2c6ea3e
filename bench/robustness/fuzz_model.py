"""Mutated model folders: each must be refused before Vosk or numpy sees it.

What outside software does with a damaged model is not measured: no mutation is ever loaded.
"""

import hashlib
import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.asr.base_integrity import BASE_MANIFEST, fingerprint_of
from assistant.asr.graph.base_model import open_base
from assistant.asr.model_format import MANIFEST, read_manifest, write_manifest
from assistant.asr.model_store import BASE, ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.listening_state import ListeningState
from bench.robustness.attempt import OwnProcess
from bench.robustness.mutations import changed_bytes, changed_json

_LONGEST = 65_536


class _ModelAttempt(OwnProcess):
    """Model and base model, each file cut to 64 kB, of which one at a time is damaged.

    What is checked is the content by size and checksum, whatever it is: short files do for that.
    """

    def __init__(self, folder: Path) -> None:
        self._model, self._base = folder / "model", folder / "base"
        self._known = _short_model(ensure_model(), self._model)
        self._fingerprint = _short_base(BASE, self._base)
        self._files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        self._manifests = (self._model / MANIFEST, self._base / BASE_MANIFEST)
        self._aside = folder / "aside"
        self._changes = 0

    def __call__(self, chance: random.Random) -> bool:
        path = chance.choice((*self._files, *self._manifests * 3))
        with self._damaged(chance, path) as same:
            if path.is_relative_to(self._base):
                assert open_base(self._base).fingerprint == self._fingerprint, "another base"
            else:
                VoskRecognizer(self._model)  # loads no graph yet
                assert read_manifest(self._model) == self._known, "another manifest"
            assert same or path in self._manifests, f"a damaged {path.name} is accepted"
        return True

    @contextmanager
    def _damaged(self, chance: random.Random, path: Path) -> Iterator[bool]:
        """Change a file; yields whether it has the same content all the same."""
        original = path.read_bytes()
        path.rename(self._aside)
        try:
            if path.name == MANIFEST or path.suffix == ".json" and chance.random() < 0.7:
                new = changed_json(chance, json.loads(original))
            elif chance.random() < 0.03:
                yield False  # it is missing
                return
            else:
                new = changed_bytes(chance, original, len(original))
            path.write_bytes(new)
            # the checksum is remembered by the time of the last change, which files that are
            # written within a few milliseconds may share
            self._changes += 1
            os.utime(path, ns=(self._changes, self._changes))
            yield new == original
        finally:
            path.unlink(missing_ok=True)
            self._aside.rename(path)


def _short_model(model: Path, copy: Path) -> object:
    """Write the copy of a model; returns its manifest."""
    known = read_manifest(model)
    assert known is not None
    for name in known["files"]:  # type: ignore[attr-defined]  # of a checked file
        _shorten(model / name, copy / name)
    write_manifest(copy, "key", "sources", {ListeningState.IDLE: "states/idle"})
    return read_manifest(copy)


def _short_base(base: Path, copy: Path) -> str:
    """Write the copy of a base model; returns its fingerprint."""
    record = json.loads((base / BASE_MANIFEST).read_text(encoding="utf-8"))
    for name in record["sizes"]:
        record["sizes"][name] = _shorten(base / name, copy / name)
        record["sha256"][name] = hashlib.sha256((copy / name).read_bytes()).hexdigest()
    record["fingerprint"] = fingerprint_of(record["sha256"])
    (copy / BASE_MANIFEST).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return open_base(copy).fingerprint


def _shorten(source: Path, goal: Path) -> int:
    """Copy the beginning of a file; returns how many bytes."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        return goal.write_bytes(file.read(_LONGEST))


@contextmanager
def open_model(folder: Path) -> Iterator[_ModelAttempt]:
    """The kind ``model``."""
    yield _ModelAttempt(folder)
