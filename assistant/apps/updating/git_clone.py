"""The clone that Kram runs from, by the program git. Standard library only."""

import os
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import KramError, MissingError
from assistant.core.translation import _

_PATIENT = ("-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60")
"""A network that delivers less than 1000 bytes a second for a minute counts as gone."""

_LONGEST = 72
"""Characters of a change's title that are shown."""


@dataclass(frozen=True)
class Version:
    """One commit of the project."""

    commit: str
    """The full hash, hexadecimal."""

    number: str
    """The version in its ``pyproject.toml``; ``?`` if it has none."""

    date: str

    def __str__(self) -> str:
        return f"{self.number}, {self.commit[:9]} ({self.date})"


class GitClone:
    """The clone in ``folder``; every method raises ``KramError`` with what git says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Refuse a folder that is no clone, follows no other branch, or was changed by hand."""
        if not (self.folder / ".git").exists():
            raise KramError(
                _(
                    "{folder} is no git clone, so there is nothing that it could be updated from"
                ).format(folder=self.folder),
                _("get the project again with git clone"),
            )
        if changed := self._git("diff", "--name-only", "HEAD").splitlines():
            names = ", ".join(changed[:3])
            more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
            raise KramError(
                _("{names} was changed here, and nothing of yours is overwritten").format(
                    names=f"{names}{more}"
                ),
                _("put your changes aside with `git stash`, update, then `git stash pop`"),
            )
        try:
            self._git("rev-parse", "--abbrev-ref", "@{upstream}")
        except KramError as error:
            raise KramError(
                _("this clone follows no branch of another one"),
                _("check out the branch to follow, such as `git checkout main`"),
            ) from error

    def fetch(self) -> None:
        """Get what has come since, without changing any file of the project."""
        self._git(*_PATIENT, "fetch", "--quiet")

    def here(self) -> Version:
        """What is in the folder."""
        return self._version("HEAD")

    def there(self) -> Version:
        """What was fetched last from the branch that this one follows."""
        return self._version("@{upstream}")

    def count(self, begin: str, end: str) -> int:
        """How many commits ``end`` has that ``begin`` has not."""
        return int(self._git("rev-list", "--count", f"{begin}..{end}"))

    def titles(self, begin: str, end: str, most: int) -> list[str]:
        """The first lines of the latest of those commits, printable and cut off."""
        told = self._git("log", f"-{most}", "--format=%s", f"{begin}..{end}")
        return [
            "".join(one if one.isprintable() else "?" for one in line)[:_LONGEST]
            for line in told.splitlines()
        ]

    def differs(self, begin: str, end: str, *paths: str) -> bool:
        """Whether any of these paths changes between two commits."""
        return bool(self._git("diff", "--name-only", begin, end, "--", *paths))

    def fast_forward(self, commit: str) -> None:
        """Bring the folder to ``commit``; if a file of the user's is in the way, change nothing."""
        self._git("merge", "--ff-only", "--quiet", commit)

    def go_back(self, commit: str) -> None:
        """Bring the folder back to ``commit``; refuses to lose a change made meanwhile."""
        self._git("reset", "--keep", "--quiet", commit)

    def _version(self, name: str) -> Version:
        commit, date = self._git("log", "-1", "--format=%H %cs", name).split()
        try:
            project = tomllib.loads(self._git("show", f"{commit}:pyproject.toml"))
            number = str(project["project"]["version"])
        except (KramError, ValueError, KeyError, TypeError):
            number = "?"
        return Version(commit, number, date)

    def _git(self, *words: str) -> str:
        # what redirects git elsewhere is left out; how it connects (GIT_SSH …) stays
        redirecting = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")
        kept = {name: value for name, value in os.environ.items() if name not in redirecting}
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), *words],
                env=kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except FileNotFoundError as error:
            advice = "sudo apt-get install -y git"
            raise MissingError(_("git is not installed here"), advice) from error
        if done.returncode:
            told = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            command = next(one for one in words if not one.startswith(("-", "http.")))
            raise KramError(
                _("git {command} failed ({reason})").format(
                    command=command, reason=" ".join(told[:3]) or done.returncode
                ),
                _("check the network and the folder, then run this again"),
            )
        return done.stdout.strip()
