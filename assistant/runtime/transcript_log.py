"""Transcript of what was heard and why it was not acted on, for the dashboard; off by default.

A file of JSON lines with a limited number of entries. It holds phrases only: the recogniser has
no other words, and sound is never stored.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.asr.rejection import REJECTION_TEXTS, RejectionReason
from assistant.core.checked_json import flag, members, number_between, plain_text
from assistant.core.event_records import Record
from assistant.core.line_log import LineLog, read_lines
from assistant.core.listening_state import ListeningState
from assistant.core.translation import reason
from assistant.nlu.reason import REASON_TEXTS, InterpretationReason
from assistant.runtime.diary.episodes import instant_of

_LOGGER = logging.getLogger(__name__)

MOST = 500
"""Entries stored at most; about a hundred kilobytes."""

_LONGEST = 200
"""Characters of a text that are stored."""


_SCORE = number_between(-100.0, 100.0)
_REASONS = {text: reason for reason, text in REASON_TEXTS.items()}
_REJECTIONS = {text: rejection for rejection, text in REJECTION_TEXTS.items()}


@dataclass(frozen=True)
class Entry:
    """One utterance."""

    at: datetime
    text: str
    """The recognised phrase, or the best one if none was accepted."""

    intent: str
    accepted: bool
    confidence: float
    threshold: float
    reason: InterpretationReason | None
    """The reason of its interpretation; None if unknown."""

    state: ListeningState
    rejection: RejectionReason | None = None
    """Why it was ignored regardless of its meaning; None if it was not. New since 0.1.0."""

    doubtful: bool = False
    """Whether it was asked about before anything was done. New since 0.1.0."""


class TranscriptLog:
    """A subscriber of the event log that stores what was heard.

    A file that cannot be written is reported once, and nothing more is stored: the guide goes on.
    """

    def __init__(
        self,
        path: Path,
        most: int = MOST,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._log = LineLog(path, most)
        self._most = most
        self._clock = clock

    def record(self, record: Record) -> None:
        """Store a ``heard`` record, unless it is without words; ignore all others."""
        if record["event"] != "heard" or self._most == 0:
            return
        text = record["text"] or record["best"]
        if not text:
            return
        entry: dict[str, object] = {
            "at": self._clock().isoformat(timespec="seconds"),
            "text": text[:_LONGEST],
            "intent": record["intent"],
            "accepted": record["accepted"],
            "reason": record["reason"],
            "state": record["state"],
            "confidence": round(record["confidence"], 3),
            "threshold": round(record["threshold"], 3),
        }
        if record["ignored"]:
            entry["ignored"] = record["ignored"]
        elif record.get("doubtful"):
            entry["doubtful"] = True
        try:
            self._log.append(json.dumps(entry, ensure_ascii=False))
        except OSError as error:
            _LOGGER.error("the transcript can no longer be written: %s", reason(error))
            self._most = 0


def read_transcript(path: Path, most: int = MOST) -> list[Entry]:
    """The last ``most`` entries, newest first; malformed lines are skipped."""
    found = (_entry(line) for line in reversed(read_lines(path)))
    return [entry for entry in found if entry is not None][:most]


def _entry(line: str) -> Entry | None:
    try:
        data = members(json.loads(line))
        at = instant_of(data["at"])
        if at is None:
            return None
        return Entry(
            at=at,
            text=plain_text(data["text"]),
            intent=plain_text(data["intent"] or ""),
            accepted=flag(data["accepted"]),
            confidence=_SCORE(data["confidence"]),
            threshold=_SCORE(data["threshold"]),
            reason=_REASONS.get(plain_text(data["reason"] or "")),
            state=ListeningState(plain_text(data["state"])),
            rejection=_REJECTIONS.get(plain_text(data.get("ignored") or "")),
            doubtful=flag(data.get("doubtful", False)),
        )
    except (ValueError, KeyError, RecursionError):
        return None  # an incomplete line, after a power cut
