"""What happened while Kram ran, without a word of what was heard: for the caregiver's page.

A file of JSON lines with a limited number of entries: when it listened, what became of its
devices, emergencies, and whether messages were delivered. The diary knows only cramps, and an
emergency may come without one.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from assistant.core.checked_json import flag, members, plain_text
from assistant.core.event_records import Record
from assistant.core.line_log import LineLog, read_lines
from assistant.core.translation import reason
from assistant.runtime.diary.episodes import instant_of

_LOGGER = logging.getLogger(__name__)

MOST = 1000
"""Entries stored at most; about a hundred kilobytes."""

_LONGEST = 200
"""Characters of a text that are stored."""

EMERGENCY_STATE = "emergency."
"""How the names of the states of an emergency begin; see ``guides/emergency.yaml``."""

_DEAF_STATE = "deaf"

_ALL_CLEAR = ("false_alarm", "yes")
"""Intents that end an emergency because there is none: at once, or as the answer to whether."""


class NightKind(StrEnum):
    """What an entry tells. The values are stored: they must not change."""

    LISTENING = "listening"
    """Kram listens from now on."""

    ENDED = "ended"
    """It was ended on purpose; after a crash or a power cut this is missing."""

    DEAF = "deaf"
    """It does not listen, because the user has asked for it."""

    HEARS_AGAIN = "hears_again"

    DEVICE = "device"
    """``about`` a device: ``detail`` is ``away``, ``muted`` or ``back``."""

    EMERGENCY = "emergency"

    EMERGENCY_OVER = "emergency_over"
    """``ok`` if the user said that it was a false alarm."""

    MESSAGE = "message"
    """A message ``about`` ``emergency``, ``warning`` or ``all_clear`` arrived if ``ok``."""


_KEPT = (NightKind.LISTENING, NightKind.ENDED, NightKind.DEVICE)
"""Of the machine, not of its user: they stay when the user has the diary deleted."""


@dataclass(frozen=True)
class NightEvent:
    """One entry."""

    at: datetime
    """With a UTC offset."""

    kind: NightKind
    about: str = ""
    detail: str = ""
    """For a device see ``NightKind``; for a message that failed, why, in English."""

    ok: bool = True


class NightLog:
    """A subscriber of the event log; with ``path`` None it stores nothing.

    A file that cannot be written is reported once, and nothing more is stored: the guide goes on.
    """

    def __init__(
        self,
        path: Path | None,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._log = None if path is None else LineLog(path, MOST)
        self._clock = clock
        self._began = False
        self._state = ""
        self._agreed = -1.0

    def record(self, record: Record) -> None:
        """Store what is of interest in a record of the event log."""
        match record["event"]:
            case "ready":
                self._began = True
                self._add(NightKind.LISTENING)
            case "state":
                self._enter(record["name"], record["t"])
            case "heard" if record["accepted"] and record["intent"] in _ALL_CLEAR:
                self._agreed = record["t"]
            case "error":
                detail = record["text"].removeprefix(f"the {record['device']} is ")
                muted = detail not in ("away", "back")
                self._add(NightKind.DEVICE, record["device"], "muted" if muted else detail)
            case "told":
                self._add(NightKind.MESSAGE, record["about"], record["why"], record["ok"])

    def ended(self) -> None:
        """Kram ends on purpose, if it has listened at all."""
        if self._began:
            self._add(NightKind.ENDED)

    def forget(self) -> None:
        """Delete what tells of the user; raises ``OSError``."""
        if self._log is not None:
            self._log.keep_only(
                lambda line: (one := _event(line)) is not None and one.kind in _KEPT
            )

    def _enter(self, name: str, now: float) -> None:
        before, self._state = self._state, name
        was, is_now = (one.startswith(EMERGENCY_STATE) for one in (before, name))
        if is_now and not was:
            self._add(NightKind.EMERGENCY)
        elif was and not is_now:
            self._add(NightKind.EMERGENCY_OVER, ok=self._agreed == now)
        if _DEAF_STATE in (before, name) and before != name:
            self._add(NightKind.DEAF if name == _DEAF_STATE else NightKind.HEARS_AGAIN)

    def _add(self, kind: NightKind, about: str = "", detail: str = "", ok: bool = True) -> None:
        if self._log is None:
            return
        entry: dict[str, object] = {"at": self._clock().isoformat(timespec="seconds"), "kind": kind}
        entry |= {"about": about} if about else {}
        entry |= {"detail": detail[:_LONGEST]} if detail else {}
        entry |= {} if ok else {"ok": False}
        try:
            self._log.append(json.dumps(entry, ensure_ascii=False))
        except OSError as error:
            _LOGGER.error("what happens can no longer be written down: %s", reason(error))
            self._log = None


def read_night_log(path: Path) -> list[NightEvent]:
    """Every entry, oldest first; malformed lines are skipped."""
    return [one for line in read_lines(path) if (one := _event(line)) is not None]


def _event(line: str) -> NightEvent | None:
    try:
        data = members(json.loads(line))
        at = instant_of(data["at"])
        if at is None:
            return None
        return NightEvent(
            at=at,
            kind=NightKind(plain_text(data["kind"])),
            about=plain_text(data.get("about", "")),
            detail=plain_text(data.get("detail", "")),
            ok=flag(data.get("ok", True)),
        )
    except (ValueError, KeyError, RecursionError):
        return None  # an incomplete line, after a power cut
