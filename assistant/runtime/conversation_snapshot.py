"""A snapshot of the conversation in a file, so that a crash does not end the guide.

The file exists only while a guide runs. A process that starts and finds a recent one continues
there ("Kita lanjutkan dari peregangan").
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.core.atomic_file import write_atomic
from assistant.core.errors import InputError
from assistant.dialogue.resumption import misfit
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.dialogue.state_json import from_json, to_json

_LOGGER = logging.getLogger(__name__)

FRESH_SECONDS = 15 * 60.0
"""An older conversation is not resumed."""


class ConversationSnapshot:
    """Stores the state of a conversation; with ``path`` None it stores nothing.

    A folder that cannot be written is logged once and never stops the guide. A stored state is
    loaded only once: if it makes the process crash, the next start is without it.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._stored: State | None = None

    def load(self, script: Script | None = None) -> State | None:
        """The unfinished guide of a process that ended less than 15 minutes ago, if any.

        One that cannot be used, or does not fit ``script``, is dropped with a line in the log.
        """
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
        except InputError as error:
            _LOGGER.warning("%s; beginning again", error.problem)
            return None
        if not any(task.kind == "guide" for task in state.tasks):
            return None
        if script is not None and (problem := misfit(state, script)):
            _LOGGER.warning("the saved conversation does not fit: %s; beginning again", problem)
            return None
        return state if -60.0 <= age < FRESH_SECONDS else None

    def save(self, state: State) -> None:
        """Store ``state``; delete the file once no task is left."""
        if self._path is None:
            return
        # a change of time alone is not written
        present = replace(state, now=0.0)
        if present == self._stored:
            return
        self._stored = present
        if not state.tasks:
            self.clear()
            return
        try:
            write_atomic(self._path, to_json(state), private=True)
        except OSError as error:
            self._give_up(error)

    def clear(self) -> None:
        """Delete the snapshot: the conversation has ended."""
        if self._path is None:
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        _LOGGER.warning("the conversation cannot be kept for a restart: %s", error)
        self._path = None
