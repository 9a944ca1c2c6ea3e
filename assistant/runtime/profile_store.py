"""What the user has said about themselves and wants remembered: a small file of our own.

``config.toml`` is the user's and is never written. Both hold the same keys; what was said aloud
goes before what the configuration says, and conditions of both count.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assistant.core.atomic_file import write_atomic
from assistant.core.config_key import read_section
from assistant.core.errors import InputError
from assistant.dialogue.acts import Note
from assistant.dialogue.events import ProfileKept
from assistant.dialogue.user_profile import Profile

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

    def answer(self, note: Note, now: float) -> ProfileKept | None:
        """What comes of a note about the user; None for a note about anything else."""
        if note.kind not in ("profile", "profile_forget"):
            return None
        kept = self.apply(note.kind, note.data)
        return ProfileKept(now, kept, note.kind == "profile_forget")

    def apply(self, kind: str, data: Mapping[str, str]) -> Profile | None:
        """Keep or forget what a note says; the profile then, or None if it cannot be written."""
        before = self._spoken
        self._spoken = {} if kind == "profile_forget" else before | self._changes(data)
        try:
            self._write()
            if kind == "profile_forget" and self._beside is not None:
                self._beside.unlink(missing_ok=True)
        except OSError as error:
            _LOGGER.error("the profile cannot be written: %s", error)
            self._spoken = before
            return None
        return self.profile

    def _changes(self, data: Mapping[str, str]) -> dict[str, object]:
        """The note's texts as the values of a profile."""
        changes: dict[str, object] = {}
        for name, text in data.items():
            if name in ("pregnant", "over_65"):
                changes[name] = text == "yes"
            elif name in ("rate", "volume"):
                changes[name] = float(text)
            elif name == "conditions":
                before = profile_of(Path("profile"), self._spoken).conditions
                changes[name] = list(dict.fromkeys((*before, *text.split())))
            else:
                changes[name] = text
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


def profile_of(path: Path, values: Mapping[str, object]) -> Profile:
    """The profile that ``values`` describe as the section would; ``path`` is named in errors."""
    return read_section(Profile(), path, "profile", values)


def _read(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); mend or remove the file") from error
    try:
        spoken = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: no valid JSON ({error}); remove the file") from error
    if not isinstance(spoken, dict):
        raise InputError(f"{path}: must hold one object; remove the file")
    profile_of(path, spoken)
    return spoken
