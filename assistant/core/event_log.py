"""What happened when: one JSON object a line, and whoever else wants to know."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from assistant.core.errors import InputError

_LOGGER = logging.getLogger(__name__)

Record = dict[str, object]
Subscriber = Callable[[Record], None]


class EventLog:
    """Writes events to a file, if one is given, and hands each to every listener.

    A file that can no longer be written (a full disk, say) is reported once and given up:
    the conversation matters more than its log.
    """

    def __init__(
        self,
        path: Path | None = None,
        listeners: tuple[Subscriber, ...] = (),
        goes_on: bool = False,
    ) -> None:
        """``goes_on``: what the file holds was written by the same evening, and is kept."""
        self._listeners = listeners
        self._file: IO[str] | None = None
        if path is not None:
            try:
                self._file = path.open("a" if goes_on else "w", encoding="utf-8")
            except OSError as error:
                raise InputError(
                    f"cannot write the events file {path}: {error.strerror}",
                    "choose another with --events",
                ) from error

    def write(self, at: float, event: str, **details: object) -> None:
        """Record that ``event`` happened ``at`` seconds of audio time after the start."""
        record: Record = {"t": round(at, 3), "event": event, **details}
        if self._file is not None:
            try:
                self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
                self._file.flush()
            except OSError as error:
                _LOGGER.error("the events file can no longer be written: %s", error.strerror)
                self._give_up()
        for listener in self._listeners:
            listener(record)

    def _give_up(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                _LOGGER.debug("closing the events file: %s", error.strerror)

    def __enter__(self) -> "EventLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._give_up()
