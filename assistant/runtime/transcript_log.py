"""What was heard and why it was refused, as text, for the caregiver's page; off unless asked for.

A file of JSON lines that never holds more than so many entries. Only what a phrase was made of
is in it: Kram knows no other words, and sound is never kept.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.core.atomic_file import open_private, write_atomic
from assistant.core.event_log import Record

_LOGGER = logging.getLogger(__name__)

MOST = 500
"""Entries that are kept; about a hundred kilobytes."""

_SLACK = 1.1
"""The file is cut back to ``most`` entries when it has so many times as many."""

_LONGEST = 200
"""Characters of a text that are kept."""


@dataclass(frozen=True)
class Entry:
    """One stretch of speech."""

    at: datetime
    text: str
    """The phrase that was heard, or the likeliest one if it was refused."""

    intent: str
    accepted: bool
    confidence: float
    threshold: float
    reason: str
    """The word of ``Understanding.reason``; empty if the ear refused already."""

    state: str
    """``idle`` or ``conversation``."""


class TranscriptLog:
    """A listener of the event log that keeps what was heard.

    A file that cannot be written is told once and given up: the guide goes on.
    """

    def __init__(
        self,
        path: Path,
        most: int = MOST,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._path = path
        self._most = most
        self._clock = clock
        self._count: int | None = None

    def record(self, record: Record) -> None:
        """Take an event of the log; all but ``heard`` are let go, and so is mere noise."""
        text = str(record.get("text") or record.get("best") or "")
        if record["event"] != "heard" or not text or self._most == 0:
            return
        entry = {
            "at": self._clock().isoformat(timespec="seconds"),
            "text": text[:_LONGEST],
            **{name: record.get(name) for name in ("intent", "accepted", "reason", "state")},
            **{name: round(_number(record.get(name)), 3) for name in ("confidence", "threshold")},
        }
        try:
            self._append(json.dumps(entry, ensure_ascii=False))
        except OSError as error:
            _LOGGER.error("the journal can no longer be written: %s", error.strerror)
            self._most = 0

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._count is None:
            self._count = len(_lines(self._path))
        if self._count >= self._most * _SLACK:
            kept = _lines(self._path)[1 - self._most :] if self._most > 1 else []
            write_atomic(self._path, "".join(f"{one}\n" for one in kept), private=True)
            self._count = len(kept)
        with open_private(self._path, "ab") as file:
            file.write(f"{line}\n".encode())
        self._count += 1


def read_transcript(path: Path, most: int = MOST) -> list[Entry]:
    """The last ``most`` entries, newest first; a line that is none is passed over."""
    found = (_entry(line) for line in reversed(_lines(path)))
    return [entry for entry in found if entry is not None][:most]


def _entry(line: str) -> Entry | None:
    try:
        data = json.loads(line)
        return Entry(
            at=datetime.fromisoformat(data["at"]),
            text=str(data["text"]),
            intent=str(data["intent"] or ""),
            accepted=bool(data["accepted"]),
            confidence=float(data["confidence"]),
            threshold=float(data["threshold"]),
            reason=str(data["reason"] or ""),
            state=str(data["state"] or ""),
        )
    except (ValueError, KeyError, TypeError):
        return None  # half a line, from a power cut


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
