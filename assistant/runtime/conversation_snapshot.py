"""Where the conversation is, kept in a file, so that a crash does not end the guide.

The file is there only while something is being guided. Whoever starts and finds a fresh one goes
on where it was ("Kita lanjutkan dari peregangan").
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.core.atomic_file import write_atomic
from assistant.core.errors import InputError
from assistant.dialogue.state import State, from_json, to_json

_LOGGER = logging.getLogger(__name__)

FRESH_SECONDS = 15 * 60.0
"""An older conversation is not taken up again: the night has gone on without it."""


class ConversationSnapshot:
    """Keeps the state of a conversation; with ``path`` None it keeps nothing.

    A folder that cannot be written is told once in the log and never stops the guide. A kept
    state is handed out once: if it makes the process crash, the next start is without it.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._kept: State | None = None

    def load(self) -> State | None:
        """The unfinished guide of a process that ended less than 15 minutes ago, if any."""
        if self._path is None:
            return None
        try:
            age = self._clock() - self._path.stat().st_mtime
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            _LOGGER.warning("the last conversation cannot be read (%s); beginning again", error)
            return None
        finally:
            self.clear()
        try:
            state = from_json(text)
            # written again, because fields of the wrong type fail here rather than in the night
            guided = any(task.kind == "guide" for task in state.tasks) and bool(to_json(state))
        except (InputError, TypeError, AttributeError) as error:
            _LOGGER.warning("the last conversation cannot be used (%s); beginning again", error)
            return None
        return state if guided and -60.0 <= age < FRESH_SECONDS else None

    def save(self, state: State) -> None:
        """Remember ``state``, or forget everything once nothing is going on."""
        if self._path is None:
            return
        # the mere passing of time is not worth a write
        present = replace(state, now=0.0)
        if present == self._kept:
            return
        self._kept = present
        if not state.tasks:
            self.clear()
            return
        try:
            write_atomic(self._path, to_json(state))
        except OSError as error:
            self._give_up(error)

    def clear(self) -> None:
        """The conversation has come to its end."""
        if self._path is None:
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        _LOGGER.warning("the conversation cannot be kept for a restart: %s", error)
        self._path = None
