"""The user's profile as set by voice: a small JSON file.

``config.toml`` belongs to the user and is never written here. Both have the same keys; what was
said overrides the configuration, and the conditions of both are combined.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assistant.core.atomic_file import make_private, write_atomic
from assistant.core.config_key import read_section
from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.dialogue.events import ProfileKept
from assistant.dialogue.notes import ProfileChange, ProfileForget, ProfileRecord
from assistant.dialogue.user_profile import Profile

_LOGGER = logging.getLogger(__name__)


class ProfileStore:
    """The configured profile with what was said on top; in memory if ``path`` is None.

    Writes are atomic: a power cut or ``kill -9`` leaves the old profile or the new one. Only the
    owner can read the file.
    """

    def __init__(
        self,
        path: Path | None,
        configured: Profile | None = None,
        pronunciation: Path | None = None,
    ) -> None:
        """``pronunciation``: file that is deleted with the profile (written by ``enroll``).

        Raises ``InputError`` for a file that is not a valid profile.
        """
        self._path = path
        self._pronunciation = pronunciation
        self._configured = configured or Profile()
        for file in (path, pronunciation):
            if file is not None:
                make_private(file)
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
            if isinstance(record, ProfileForget) and self._pronunciation is not None:
                self._pronunciation.unlink(missing_ok=True)
        except OSError as error:
            _LOGGER.error(_("the profile cannot be written: {error}").format(error=error))
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
        text = json.dumps(self._spoken, ensure_ascii=False, indent=1)
        write_atomic(self._path, text, durable=True, private=True)


def profile_of(path: Path, values: Mapping[str, object]) -> Profile:
    """``values``, checked as the section ``[profile]``; ``path`` is named in errors."""
    return read_section(Profile(), path, "profile", values)


def _read(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.at(
            path, _("cannot be read ({error})").format(error=error), _("fix or remove the file")
        ) from error
    try:
        spoken = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError.at(
            path, _("not valid JSON ({error})").format(error=error), _("remove the file")
        ) from error
    if not isinstance(spoken, dict):
        raise InputError.at(path, _("must hold one object"), _("remove the file"))
    profile_of(path, spoken)
    return spoken
