"""``update`` with a real git, and a remote that is a folder: nothing of the user's is lost."""

import json
import os
import pty
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.apps.updating.git_clone import GitClone
from assistant.apps.updating.pip_installation import line_for, removal_line
from assistant.apps.updating.replacement import Replacement
from assistant.core.errors import KramError
from assistant.core.single_instance import single_instance
from tests.support.paths import ROOT

PROGRAM = ("run.py", "pyproject.toml", "requirements.txt", ".gitignore")
WORKS, FAILS = ("-c", "import sys"), ("-c", "import sys; sys.exit(3)")
"""Set-ups of a new version."""


def git(folder: Path, *words: str) -> str:
    names = {f"GIT_{who}_{what}": "kram" for who in ("AUTHOR", "COMMITTER")
             for what in ("NAME", "EMAIL")}  # fmt: skip
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "-C", str(folder), *words],
        capture_output=True, text=True, env=os.environ | names | {"GIT_CONFIG_GLOBAL": os.devnull},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True)
class Project:
    """Where its authors write, and the user's clone."""

    author: Path
    home: Path

    def publish(self, **files: str) -> str:
        """Commit and push; returns the commit. ``__`` in a name is a dot."""
        for name, text in files.items():
            (self.author / name.replace("__", ".")).write_text(text)
        git(self.author, "add", "--all")
        git(self.author, "commit", "--quiet", "-m", f"Change {', '.join(files)}")
        git(self.author, "push", "--quiet", "origin", "main")
        return git(self.author, "rev-parse", "HEAD")

    def here(self) -> str:
        return git(self.home, "rev-parse", "HEAD")


def make(folder: Path, whole: bool) -> Project:
    author, remote, home = folder / "author", folder / "remote.git", folder / "home"
    author.mkdir()
    git(author, "init", "--quiet")
    if whole:
        for name in PROGRAM:
            shutil.copy(ROOT / name, author / name)
        for name in ("assistant", "phrases/id"):
            hidden = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, author / name, ignore=hidden)
    git(folder, "init", "--quiet", "--bare", str(remote))
    git(author, "remote", "add", "origin", str(remote))
    project = Project(author, home)
    project.publish(notes__txt="first\n", requirements__txt="a==1\n")
    git(folder, "clone", "--quiet", str(remote), str(home))
    return project


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A project of two files."""
    return make(tmp_path, whole=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The program itself, not set up."""
    return make(tmp_path_factory.mktemp("update"), whole=True)


def update(project: Project, *words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    own = {"XDG_DATA_HOME": str(project.home.parent / "data"),
           "XDG_CONFIG_HOME": str(project.home.parent / "config")}  # fmt: skip
    return subprocess.run(
        [sys.executable, "run.py", "update", *words], cwd=project.home, capture_output=True,
        text=True, stdin=subprocess.DEVNULL, env=os.environ | own | changes,
    )  # fmt: skip


def test_the_command_says_what_comes_and_does_it_only_when_told(whole: Project) -> None:
    before = whole.here()
    done = update(whole)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Kram is up to date: 0.1.0, {before[:9]} (")
    number = (whole.author / "pyproject.toml").read_text().replace('"0.1.0"', '"0.2.0"', 1)
    after = whole.publish(pyproject__toml=number, notes__txt="second\n")
    for words in ((), ("--dry-run",), ("--dry-run", "--yes")):
        done = update(whole, *words)
        assert (done.returncode, done.stderr, whole.here()) == (0, "", before)
        assert f"here:   0.1.0, {before[:9]}" in done.stdout
        assert f"comes:  0.2.0, {after[:9]}" in done.stdout
        assert "Change pyproject__toml, notes__txt" in done.stdout
        assert "update --yes" in done.stdout.splitlines()[-1]
    done = update(whole, "--yes")
    assert (done.returncode, done.stderr, whole.here()) == (0, "", after)
    assert done.stdout.splitlines()[-1].startswith(f"Kram is now 0.2.0, {after[:9]}")
    assert not (whole.home / ".setup").exists() or not list((whole.home / ".setup").iterdir())


def update_at_terminal(
    project: Project, data: Path, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """``run.py update`` with its standard input at a terminal into which ``typed`` was typed."""
    terminal, theirs = pty.openpty()
    os.write(terminal, typed.encode())
    done = subprocess.run(
        [sys.executable, "run.py", "update"], cwd=project.home, stdin=theirs, text=True,
        capture_output=True, env=os.environ | {"XDG_DATA_HOME": str(data)}, timeout=120,
    )  # fmt: skip
    os.close(terminal)
    os.close(theirs)
    return done


@pytest.mark.parametrize(
    ("answer", "does"), [("iya", True), ("y", True), ("", False), ("n", False)]
)
def test_at_a_terminal_it_asks(answer: str, does: bool, tmp_path: Path) -> None:
    project = make(tmp_path, whole=True)
    before, after = project.here(), project.publish(notes__txt="second\n")
    done = update_at_terminal(project, tmp_path, f"{answer}\n")
    assert "Go on? [y/N]" in done.stdout
    assert (done.returncode, project.here()) == (0, after if does else before)


def test_while_a_kram_listens_nobody_is_asked(tmp_path: Path) -> None:
    project = make(tmp_path, whole=True)
    before = project.here()
    project.publish(notes__txt="second\n")
    with single_instance(tmp_path / "kram/listening.lock"):
        done = update_at_terminal(project, tmp_path)
    assert (done.returncode, project.here()) == (1, before)
    assert "comes: " in done.stdout and "Go on?" not in done.stdout
    assert "systemctl --user stop kram" in done.stderr


def test_the_service_is_told_of_and_a_listening_kram_is_left_alone(whole: Project) -> None:
    before, after = whole.here(), whole.publish(notes__txt="third\n")
    with single_instance(whole.home.parent / "data/kram/listening.lock"):
        done = update(whole, "--yes")
    assert (done.returncode, whole.here()) == (1, before)
    assert done.stderr.count("\n") == 1 and "systemctl --user stop kram" in done.stderr
    unit = whole.home.parent / "config/systemd/user/kram.service"
    unit.parent.mkdir(parents=True)
    unit.touch()
    done = update(whole, "--yes")
    assert whole.here() == after
    assert done.stdout.splitlines()[-1] == "  systemctl --user restart kram.service"


def test_what_the_user_changed_is_not_touched(whole: Project) -> None:
    before = whole.here()
    guide = whole.home / "phrases/id/guides/acute.yaml"
    original = guide.read_text(encoding="utf-8")
    whole.publish(notes__txt="fourth\n")
    guide.write_text(original + "# mine\n", encoding="utf-8")
    done = update(whole, "--yes")
    assert (done.returncode, done.stderr.count("\n"), whole.here()) == (1, 1, before)
    assert "phrases/id/guides/acute.yaml was changed here" in done.stderr
    assert "git stash" in done.stderr and guide.read_text(encoding="utf-8").endswith("# mine\n")
    guide.write_text(original, encoding="utf-8")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("no clone", "is no git clone"),
        ("no remote", "git fetch failed"),
        ("no branch", "follows no branch"),
        ("own commit", "commits of its own (1)"),
        ("no git", "git is not installed"),
    ],
)
def test_what_cannot_be_done_is_one_line(trouble: str, said: str, tmp_path: Path) -> None:
    project = make(tmp_path, whole=True)
    project.publish(notes__txt="second\n")
    changes = {}
    match trouble:
        case "no clone":
            shutil.rmtree(project.home / ".git")
        case "no remote":
            shutil.rmtree(tmp_path / "remote.git")
        case "no branch":
            git(project.home, "checkout", "--quiet", "--detach")
        case "own commit":
            (project.home / "notes.txt").write_text("mine\n")
            git(project.home, "commit", "--quiet", "--all", "-m", "Mine")
        case "no git":
            changes = {"PATH": str(tmp_path / "nowhere")}
    done = update(project, "--yes", **changes)
    assert done.returncode == (3 if trouble == "no git" else 1)
    assert done.stderr.startswith("kram: ") and done.stderr.count("\n") == 1
    assert said in done.stderr and done.stdout == ""


def with_packages(project: Project) -> Path:
    """Packages as a set-up leaves them; returns one file of theirs."""
    one = project.home / ".venv/lib/one.py"
    one.parent.mkdir(parents=True)
    one.write_text("version = 1\n")
    (project.home / ".venv/python").symlink_to(sys.executable)
    return one


def replacement(project: Project, program: tuple[str, str]) -> Replacement:
    return Replacement(GitClone(project.home), (sys.executable, *program))


BREAKS = (
    "-c",
    "import pathlib, sys; one = pathlib.Path('.venv/lib/one.py'); one.unlink(); "
    "one.write_text('version = 2'); sys.exit(3)",
)
"""As pip does: the old file goes, a file of the same name comes; then it fails."""


@pytest.mark.parametrize("requirements", ["a==1\n", "a==2\n"])
def test_a_set_up_that_fails_leaves_the_former_version(
    requirements: str, small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small.home)
    one, before = with_packages(small), small.here()
    after = small.publish(requirements__txt=requirements, notes__txt="second\n")
    GitClone(small.home).fetch()
    program = BREAKS if requirements == "a==2\n" else FAILS
    with pytest.raises(KramError, match="the former version is back"):
        replacement(small, program).replace(after)
    assert small.here() == before and git(small.home, "status", "--porcelain", "-uno") == ""
    assert one.read_text() == "version = 1\n" and (small.home / ".venv/python").is_symlink()
    assert not list((small.home / ".setup").iterdir())
    replacement(small, WORKS).replace(after)
    assert small.here() == after and not list((small.home / ".setup").iterdir())


def test_a_file_of_the_users_in_the_way_stays(small: Project) -> None:
    before = small.here()
    mine = small.home / "new.txt"
    mine.write_text("mine")
    after = small.publish(new__txt="theirs")
    GitClone(small.home).fetch()
    with pytest.raises(KramError, match="git merge failed") as told:
        replacement(small, WORKS).replace(after)
    assert "\n" not in str(told.value)
    assert small.here() == before and mine.read_text() == "mine"


def test_an_update_that_was_killed_is_undone_by_the_next_one(small: Project) -> None:
    one, before = with_packages(small), small.here()
    after = small.publish(requirements__txt="a==2\n")
    GitClone(small.home).fetch()
    killed = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from assistant.apps.updating.git_clone import GitClone\n"
        "from assistant.apps.updating.replacement import Replacement\n"
        "kill = 'import os, signal; os.kill(os.getppid(), signal.SIGKILL)'\n"
        "Replacement(GitClone(Path.cwd()), (sys.executable, '-c', kill)).replace(sys.argv[2])\n"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(ROOT), after], cwd=small.home)
    assert done.returncode == -9 and small.here() == after
    one.unlink()
    again = replacement(small, WORKS)
    assert again.was_killed and again.undo_killed() == before
    assert small.here() == before and one.read_text() == "version = 1\n"
    assert not again.was_killed and not list((small.home / ".setup").iterdir())


def test_the_command_undoes_it_first(whole: Project) -> None:
    whole.publish(notes__txt="fifth\n")
    before = whole.here()
    (whole.home / ".setup").mkdir(exist_ok=True)
    (whole.home / ".setup/update.json").write_text(json.dumps({"from": before}))
    done = update(whole, "--dry-run")
    assert "cut off" in done.stdout and (whole.home / ".setup/update.json").exists()
    done = update(whole, "--yes")
    assert done.returncode == 0, done.stderr
    assert f"{before[:9]} is back in place" in done.stdout and "Kram is now" in done.stdout


@pytest.mark.parametrize(
    ("origin", "prefix", "line"),
    [
        ({"url": "file:///a%20b", "dir_info": {}}, "/opt/kram",
         "git -C '/a b' pull --ff-only && /opt/kram/bin/python -m pip install --upgrade '/a b'"),
        ({"url": "file:///kram", "dir_info": {}}, "/home/sri/.local/share/pipx/venvs/kram",
         "git -C /kram pull --ff-only && pipx install --force /kram"),
        ({"url": "https://example.org/kram", "vcs_info": {"vcs": "git"}}, "/opt/kram",
         "/opt/kram/bin/python -m pip install --upgrade git+https://example.org/kram"),
        ({"url": "file:///kram-0.1.0.whl", "archive_info": {}}, "/opt/kram",
         "/opt/kram/bin/python -m pip install --upgrade the-newer-wheel.whl"),
        ({}, "/opt/kram", "/opt/kram/bin/python -m pip install --upgrade kram"),
    ],
)  # fmt: skip
def test_the_line_for_what_pip_has_installed(
    origin: dict[str, object], prefix: str, line: str
) -> None:
    assert line_for(origin, Path(prefix), f"{prefix}/bin/python") == line


def test_the_line_that_removes_what_pip_or_pipx_has_installed() -> None:
    assert removal_line(Path("/home/sri/.local/share/pipx/venvs/kram")) == "pipx uninstall kram"
    assert removal_line(Path("/opt/kram")).endswith(" -m pip uninstall kram")
