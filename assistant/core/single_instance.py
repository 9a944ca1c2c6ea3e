"""Single-instance lock: two listening processes would interrupt each other."""

import importlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.core.atomic_file import private_folder
from assistant.core.errors import KramError
from assistant.core.translation import _

_LOGGER = logging.getLogger(__name__)


_RETRY_SECONDS = 0.1
"""``is_held`` of another process has the file for less than that."""


def is_held(path: Path) -> bool | None:
    """Whether another process holds the lock at ``path``, without a file being made or changed.

    None where files cannot be locked.
    """
    try:
        fcntl = importlib.import_module("fcntl")
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    except ImportError:
        return None
    return False


def is_free(path: Path) -> bool:
    """Whether no other process holds the lock at ``path``."""
    try:
        with single_instance(path):
            return True
    except KramError:
        return False


@contextmanager
def single_instance(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path``; raises ``KramError`` if another process does.

    The kernel releases the lock when the process ends, even by a crash. Where no file can be
    written or locked (read-only home, no ``fcntl``), there is no lock.
    """
    try:
        fcntl = importlib.import_module("fcntl")
        private_folder(path.parent)
        file = path.open("a", encoding="ascii")
    except (OSError, ImportError) as error:
        _LOGGER.debug("no lock at %s: %s", path, error)
        yield
        return
    with file:
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_RETRY_SECONDS)
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise KramError(
                _("Kram is listening already, in another terminal or as a service"),
                _("end that one first (systemctl --user stop kram)"),
            ) from error
        yield
