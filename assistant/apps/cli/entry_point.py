"""Where the program begins: nothing foreign is imported, and Ctrl-C ends in one word.

At its top it imports only what is Kram's own or what the interpreter has loaded by itself, so that
somebody else's ``signal.py`` or ``argparse.py`` cannot come in first.
"""

import _signal  # type: ignore[import-not-found]  # what ``signal`` consists of, and loaded
import os
import sys

from assistant.apps.cli.exit_by_interrupt import interrupted

_OWN = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))  # noqa: PTH118, PTH120
"""The folder that ``assistant`` lies in."""


def enter() -> int:
    """Entry point of ``run.py`` and of the installed ``kram``; returns the exit code."""
    return _run("enter")


def run_here() -> int:
    """Entry point of ``python -m assistant.apps.cli``: nothing is set up first."""
    return _run("main")


def _run(name: str) -> int:
    can_wait = hasattr(_signal, "pthread_sigmask")
    try:
        if can_wait:  # until it can be recorded
            _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGINT})
        _drop_foreign_modules()
        from assistant.core.interrupts import interrupt_first, record_interrupts

        record_interrupts()
        if can_wait:
            _signal.pthread_sigmask(_signal.SIG_UNBLOCK, {_signal.SIGINT})
        try:
            with interrupt_first():
                from assistant.apps.cli import main

                return int(getattr(main, name)(sys.argv[1:]))
        finally:
            # another Ctrl-C, while the interpreter ends, is silent
            _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    except KeyboardInterrupt:
        return interrupted()


def _drop_foreign_modules() -> None:
    """Start again without the folders of ``PYTHONPATH``, but for the one that Kram lies in.

    What else is there (of ROS, say) hides modules of the same name, also from child processes.
    """
    path = os.environ.get("PYTHONPATH", "")
    own = os.pathsep.join(one for one in path.split(os.pathsep) if os.path.realpath(one) == _OWN)
    home = os.environ.pop("PYTHONHOME", "")
    if own:
        os.environ["PYTHONPATH"] = own
    else:
        os.environ.pop("PYTHONPATH", None)
    if sys.executable and (home or own != path):
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
