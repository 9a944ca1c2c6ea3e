"""Only one Kram listens at a time: two would guide against each other."""

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.core.errors import KramError

_LOGGER = logging.getLogger(__name__)


@contextmanager
def single_instance(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``; raises ``KramError`` when another process does.

    The lock ends with the process, however that ends. Where no file can be written or locked
    (a read-only home, no ``fcntl``) nobody is kept out.
    """
    try:
        fcntl = importlib.import_module("fcntl")
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", encoding="ascii")
    except (OSError, ImportError) as error:
        _LOGGER.debug("no lock at %s: %s", path, error)
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise KramError(
                "Kram is listening already, in another terminal or as a service",
                "end that one first (systemctl --user stop kram)",
            ) from error
        yield
