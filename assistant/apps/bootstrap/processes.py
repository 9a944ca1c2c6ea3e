"""Runs other programs with their output in a log; a lock allows one set-up at a time."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.core.errors import MissingError
from assistant.core.translation import _

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

POLL_SECONDS = 0.15


@contextmanager
def setup_lock(work: Path) -> Iterator[int]:
    """Hold the set-up lock, waiting for any other set-up. Yields the lock's file descriptor.

    Every child process inherits the descriptor: after a killed set-up the lock is released only
    when its orphaned child (pip, for example) has ended too.
    """
    work.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(work / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if fcntl is not None:
            _lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting = _("kram: another set-up is running here; waiting for it to end\n")
        sys.stderr.write(waiting.shown)
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def clean_environment(**changes: str) -> dict[str, str]:
    """The environment for pip and the venv's Python, without variables that would redirect them."""
    redirecting = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
    redirecting |= {"PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__"}
    clean = {name: value for name, value in os.environ.items() if name not in redirecting}
    return clean | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"} | changes


def run_quietly(
    command: Sequence[object],
    log: Path,
    lock: int,
    watch: Callable[[], None],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> int:
    """Run ``command`` with all output in ``log``, calling ``watch`` a few times a second.

    Returns the exit code, negative for a signal. Ends the child if this process is interrupted.
    Raises ``MissingError`` if there is no such program.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment if environment is not None else clean_environment()),
                cwd=folder,
                pass_fds=() if fcntl is None else (lock,),
            )
        except FileNotFoundError as error:
            raise MissingError(
                _("{command} is not installed here").format(command=command[0]), _("install it")
            ) from error
        try:
            while True:
                try:
                    return child.wait(POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    watch()
        finally:
            if child.returncode is None:
                child.terminate()
                child.wait()


def is_disk_full(log: Path) -> bool:
    """Whether a program has written into its ``log`` that the disk is full."""
    text = log.read_text(encoding="utf-8", errors="replace")
    # a log on the same disk may have been cut off in mid-word, hence the second question
    return os.strerror(errno.ENOSPC) in text or shutil.disk_usage(log.parent).free < 1_000_000


def failure_advice(log: Path) -> str:
    """What to do after pip has failed: free space, or find a network."""
    if is_disk_full(log):
        return _("the disk is full: free some disk space, then run this again")
    return _("this needs a network once: run this again when there is one")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented, without pip's warnings about ignored versions."""
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    shown = [line for line in text if line.strip() and "is ignored: it is" not in line]
    return "\n".join(f"    {line}" for line in shown[-lines:])
