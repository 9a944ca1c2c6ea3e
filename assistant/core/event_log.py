"""Event log: one JSON object per line, and subscribers within the process."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from assistant.core.errors import InputError
from assistant.core.event_records import Record
from assistant.core.output_files import check_events_output
from assistant.core.translation import _, reason

_LOGGER = logging.getLogger(__name__)

Subscriber = Callable[[Record], None]


class EventLog:
    """Writes events to a file, if one is given, and passes each to every subscriber.

    After a write error (a full disk, say) the file is closed and the error logged once: the
    conversation matters more than its log.
    """

    def __init__(
        self,
        path: Path | None = None,
        subscribers: tuple[Subscriber, ...] = (),
        append: bool = False,
    ) -> None:
        """``append``: the file belongs to the same session; keep its content.

        Raises ``InputError`` if the file cannot be opened for writing.
        """
        self._subscribers = subscribers
        self._file: IO[str] | None = None
        self._incomplete = False
        if path is not None:
            try:
                check_events_output(path)
                self._file = path.open("a" if append else "w", encoding="utf-8")
            except OSError as error:
                raise InputError(
                    _("cannot write the events file {path}: {reason}").format(
                        path=path, reason=reason(error)
                    ),
                    _("choose another with --events"),
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
                self._incomplete = True
                _LOGGER.error("the events file can no longer be written: %s", reason(error))
                self._close_file()
        for subscriber in self._subscribers:
            subscriber(record)

    @property
    def incomplete(self) -> bool:
        """Whether an event could not be written."""
        return self._incomplete

    def _close_file(self) -> None:
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
        self._close_file()
