"""Temporary folders of builds, beside what a build replaces at its end."""

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".kram-"


@contextmanager
def work_folder(parent: Path, what: str) -> Iterator[Path]:
    """Yield a new folder in ``parent``, which is created if necessary; it is removed at the end.

    What killed runs have left there is removed first, unless another run is at work in ``parent``.
    Raises ``OSError``.
    """
    parent.mkdir(parents=True, exist_ok=True)
    with (
        _without_leftovers(parent),
        tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{what}-", dir=parent) as folder,
    ):
        yield Path(folder)


@contextmanager
def _without_leftovers(parent: Path) -> Iterator[None]:
    """Remove leftovers, and hold a shared lock on the folder itself, which the kernel releases.

    Where a folder cannot be locked (no ``fcntl``, some network file systems) leftovers stay.
    """
    try:
        fcntl = importlib.import_module("fcntl")
        folder = os.open(parent, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while another run works
            for left in parent.glob(f"{_PREFIX}*-????????"):
                shutil.rmtree(left, ignore_errors=True)
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


def replace_folder(new: Path, target: Path) -> None:
    """Replace ``target`` with the finished folder ``new``, which lies in a ``work_folder``.

    The old one goes there too, and is removed with it.
    """
    if target.exists():
        target.replace(new.with_name("old"))
    new.replace(target)
