"""What the user has said about themselves and wants remembered: a small file of our own.

``config.toml`` is the user's and is never written. Both hold the same keys; what was said aloud
goes before what the configuration says, and conditions of both count.
"""

import json
import logging
from dataclasses import replace
from pathlib import Path

from assistant.core.atomic_file import write_atomic
from assistant.core.errors import InputError
from assistant.dialogue.events import ProfileKept
from assistant.dialogue.notes import ProfileChange, ProfileForget, ProfileRecord
from assistant.dialogue.state import Profile
from assistant.runtime.config import profile_of

_LOGGER = logging.getLogger(__name__)


class ProfileStore:
    """The configuration's profile with what was said on top; ``path`` None keeps it in memory.

    Every change is written to a new file which then takes the old one's place, so that a power
    cut or ``kill -9`` leaves the old profile or the new one, never half of one.
    """

    def __init__(
        self, path: Path | None, configured: Profile | None = None, beside: Path | None = None
    ) -> None:
        """``beside`` is what else is forgotten with it: how the user speaks (``enroll``).

        Raises ``InputError`` for a file that cannot be used: half a profile is none.
        """
        self._path = path
        self._beside = beside
        self._configured = configured or Profile()
        self._spoken = _read(path) if path else {}

    @property
    def profile(self) -> Profile:
        """What is known of the user."""
        spoken = profile_of(self._path or Path("profile"), self._spoken)
        values = {name: getattr(spoken, name) for name in self._spoken}
        known = replace(self._configured, **values)
        both = (*self._configured.conditions, *spoken.conditions)
        return replace(known, conditions=tuple(dict.fromkeys(both)))

    def answer(self, record: ProfileRecord, now: float) -> ProfileKept:
        """Apply ``record``; returns the event that reports the outcome."""
        return ProfileKept(now, self.apply(record), isinstance(record, ProfileForget))

    def apply(self, record: ProfileRecord) -> Profile | None:
        """Store a change, or forget all; returns the new profile, None if it cannot be written."""
        before = self._spoken
        match record:
            case ProfileForget():
                self._spoken = {}
            case ProfileChange():
                self._spoken = before | self._changes(record)
        try:
            self._write()
            if isinstance(record, ProfileForget) and self._beside is not None:
                self._beside.unlink(missing_ok=True)
        except OSError as error:
            _LOGGER.error("the profile cannot be written: %s", error)
            self._spoken = before
            return None
        return self.profile

    def _changes(self, change: ProfileChange) -> dict[str, object]:
        """The values of a change that are set, as they stand in the file."""
        changes = {name: value for name, value in vars(change).items() if value is not None}
        del changes["conditions"]
        if change.conditions:
            before = profile_of(Path("profile"), self._spoken).conditions
            changes["conditions"] = list(dict.fromkeys((*before, *change.conditions)))
        return changes

    def _write(self) -> None:
        if self._path is None:
            return
        if not self._spoken:
            self._path.unlink(missing_ok=True)
            return
        write_atomic(
            self._path, json.dumps(self._spoken, ensure_ascii=False, indent=1), durable=True
        )


def _read(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})", "fix or remove the file") from error
    try:
        spoken = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid JSON ({error})", "remove the file") from error
    if not isinstance(spoken, dict):
        raise InputError(f"{path}: must hold one object", "remove the file")
    profile_of(path, spoken)
    return spoken
