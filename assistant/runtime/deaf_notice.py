"""A file that says until when Kram does not listen, for the dashboard and for whoever wonders."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from assistant.core.atomic_file import write_atomic
from assistant.core.checked_json import members, number_between

_LOGGER = logging.getLogger(__name__)

_UNTIL = "until"
_TIME = number_between(0.0, 1e11)


class DeafNotice:
    """Writes the file while nothing is heard on request; with ``path`` None it writes nothing.

    A folder that cannot be written is logged: the microphone is off all the same.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self.clear()  # a restart ends it

    def show(self, seconds: float) -> None:
        """Nothing is heard for so many seconds."""
        if self._path is None:
            return
        try:
            write_atomic(self._path, json.dumps({_UNTIL: self._clock() + seconds}), private=True)
        except OSError as error:
            _LOGGER.warning("cannot say that the microphone is off (%s)", error)

    def clear(self) -> None:
        """It is heard again."""
        if self._path is None:
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _LOGGER.warning("cannot take back that the microphone is off (%s)", error)


def deaf_until(path: Path, now: datetime) -> datetime | None:
    """Until when nothing is heard, in local time; None if it is, or if the file is unusable."""
    try:
        until = _TIME(members(json.loads(path.read_text(encoding="utf-8"))).get(_UNTIL))
    except (OSError, ValueError, RecursionError):
        return None
    end = datetime.fromtimestamp(float(until), UTC)
    return end.astimezone(now.tzinfo) if end > now else None
