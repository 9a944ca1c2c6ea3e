"""Puts a newer version in place; if a step fails, the former one is back. Standard library only.

The former program is its git commit, the former packages a copy of ``.venv`` by hard links. A
record says what to go back to, until all is done: an update that was killed is undone by the next
``update``. The model needs no copy: a build replaces it only when it has succeeded.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assistant.apps.updating.git_clone import GitClone
from assistant.core.atomic_file import write_atomic
from assistant.core.errors import KramError, place_of
from assistant.core.translation import _, reason

REQUIREMENTS = "requirements.txt"

_PATIENCE = 30.0
"""Seconds for a set-up that was interrupted to end."""


def set_up_command(folder: Path) -> tuple[str, ...]:
    """Brings packages and model up to date, by the new program itself.

    By the Python outside of ``.venv``: from inside, the program takes the packages as given.
    """
    python = str(getattr(sys, "_base_executable", None) or sys.executable)
    return (python, str(folder / "run.py"), "build")


class Replacement:
    """Replaces the version in a clone, whose set-up is in ``.venv`` and ``.setup``."""

    def __init__(self, clone: GitClone, set_up: Sequence[str]) -> None:
        """``set_up``: the command that sets up the new version; 0 if it succeeded."""
        self._clone = clone
        self._set_up = set_up
        self._venv = clone.folder / ".venv"
        self._work = clone.folder / ".setup"
        self._copy = self._work / "venv-before"
        self._record = self._work / "update.json"

    @property
    def is_set_up(self) -> bool:
        """Whether there are packages that an update has to care for."""
        return self._venv.is_dir()

    @property
    def was_killed(self) -> bool:
        """Whether an update began that has neither succeeded nor been undone."""
        return self._record.exists()

    def undo_killed(self) -> str:
        """Go back to where that update began; returns the commit."""
        try:
            former = str(json.loads(self._record.read_text(encoding="utf-8"))["from"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise KramError(
                _("{path} cannot be read ({reason})").format(path=self._record, reason=error),
                _("delete it"),
            ) from error
        self._go_back(former)
        return former

    def replace(self, commit: str) -> None:
        """Bring program, packages and model to ``commit``.

        Raises ``KramError`` if a step fails; then the former version is back in place.
        """
        former = self._clone.here().commit
        write_atomic(self._record, json.dumps({"from": former}), durable=True)
        try:
            if self.is_set_up and self._clone.differs(former, commit, REQUIREMENTS):
                self._copy_packages()
            self._clone.fast_forward(commit)
            if self.is_set_up and (code := self._run_set_up()):
                raise KramError(
                    _("the new version could not be set up (exit code {code}, see above)").format(
                        code=code
                    ),
                    _("mend that, then run this again"),
                )
        except BaseException as error:
            self._go_back(former)
            if isinstance(error, OSError):
                raise KramError(
                    _("the update cannot write to {path} ({reason})").format(
                        path=place_of(error), reason=reason(error)
                    ),
                    _("the former version is back; free some disk space, then run this again"),
                ) from error
            if isinstance(error, KramError):
                raise KramError(
                    _("{problem}, and the former version is back").format(problem=error.problem),
                    error.advice,
                ) from error
            raise
        self._forget()

    def _run_set_up(self) -> int:
        """The exit code; at Ctrl-C the child has the same signal, and ends what it does first."""
        child = subprocess.Popen(self._set_up)
        try:
            return child.wait()
        except BaseException:
            with suppress(subprocess.TimeoutExpired):
                child.wait(_PATIENCE)
            child.kill()
            raise

    def _copy_packages(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        part = self._copy.with_name(self._copy.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        # pip never writes into a file that is there: what is linked keeps its content
        shutil.copytree(self._venv, part, symlinks=True, copy_function=_link_or_copy)
        part.rename(self._copy)

    def _go_back(self, former: str) -> None:
        self._clone.go_back(former)
        if self._copy.is_dir():
            shutil.rmtree(self._venv, ignore_errors=True)
            self._copy.rename(self._venv)
        self._forget()

    def _forget(self) -> None:
        self._record.unlink(missing_ok=True)
        shutil.rmtree(self._copy, ignore_errors=True)


def _link_or_copy(source: str, target: str) -> str:
    with suppress(OSError):  # a file system without hard links
        os.link(source, target)
        return target
    return str(shutil.copy2(source, target))
