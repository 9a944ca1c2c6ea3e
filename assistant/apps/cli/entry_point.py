"""Where the program begins: nothing foreign is imported, and Ctrl-C ends in one word.

At its top it imports only what is Kram's own or what the interpreter has loaded by itself, so that
somebody else's ``signal.py`` or ``argparse.py`` cannot come in first.
"""

import _thread
import os
import sys
import time

from assistant.apps.cli.exit_by_interrupt import interrupted

_OWN = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))  # noqa: PTH118, PTH120
"""The folder that ``assistant`` lies in."""

_CALLBACK_SECONDS = 0.02
"""By then a callback in which Ctrl-C was raised has ended."""


def enter() -> int:
    """Entry point of ``run.py`` and of the installed ``kram``; returns the exit code."""
    return _run("enter")


def run_here() -> int:
    """Entry point of ``python -m assistant.apps.cli``: nothing is set up first."""
    return _run("main")


def _run(name: str) -> int:
    try:
        _drop_foreign_modules()
        sys.unraisablehook = _on_unraisable
        import signal

        if hasattr(signal, "pthread_sigmask"):  # it was blocked if ``main`` has replaced a process
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        try:
            from assistant.apps.cli import main

            return int(getattr(main, name)(sys.argv[1:]))
        finally:
            # another Ctrl-C, while the interpreter ends, is silent
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    except KeyboardInterrupt:
        return interrupted()


def _on_unraisable(what: "sys.UnraisableHookArgs") -> None:
    """Ctrl-C within a callback of the interpreter, as each import has one, would be lost."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        _thread.start_new_thread(_interrupt_again, ())
    else:
        sys.__unraisablehook__(what)


def _interrupt_again() -> None:
    time.sleep(_CALLBACK_SECONDS)
    if os.name == "posix":
        import signal

        os.kill(os.getpid(), signal.SIGINT)  # this also ends the main thread's waiting
    else:
        _thread.interrupt_main()


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
