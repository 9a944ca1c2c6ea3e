"""The event log: one JSON object a line, and subscribers in this process."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from assistant.core.errors import InputError
from assistant.core.event_records import Record

_LOGGER = logging.getLogger(__name__)

Subscriber = Callable[[Record], None]


class EventLog:
    """Writes records to a file, if one is given, and passes each to every subscriber.

    A file that can no longer be written (a full disk, say) is reported once and closed: the
    conversation matters more than its log.
    """

    def __init__(
        self,
        path: Path | None = None,
        listeners: tuple[Subscriber, ...] = (),
        goes_on: bool = False,
    ) -> None:
        """``goes_on``: the file belongs to the same session; append to it.

        Raises ``InputError`` if the file cannot be opened.
        """
        self._listeners = listeners
        self._file: IO[str] | None = None
        if path is not None:
            try:
                self._file = path.open("a" if goes_on else "w", encoding="utf-8")
            except OSError as error:
                raise InputError(
                    f"cannot write the events file {path}: {error.strerror}; "
                    "choose another with --events"
                ) from error

    def write(self, record: Record) -> None:
        """Log ``record``, with its time ``t`` rounded to milliseconds."""
        record = record.copy()
        record["t"] = round(record["t"], 3)
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
