"""Ctrl-C at moments when Python cannot raise it, or when what it raises does not arrive.

``KeyboardInterrupt`` is raised wherever the main thread happens to be. In a callback of the
interpreter it is printed and dropped; in ``__set_name__`` Python 3.11 replaces it with a
``RuntimeError``; an extension module that is being loaded may drop it, or abort. So Ctrl-C waits
until nothing is being imported. It is also recorded, and what takes over for long, as an event loop
does, asks for the record first.
"""

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_IMPORTING = "<frozen importlib._bootstrap>"
"""File name of the frames of an import."""

_RETRY_SECONDS = 0.02

_pressed: list[int] = []
"""One entry for each Ctrl-C; a signal handler cannot wait for a lock."""

_waiting: list[int] = []
"""Those that are still to be raised."""


def record_interrupts() -> None:
    """From now on Ctrl-C is recorded before it is raised, unless something else handles it."""
    sys.unraisablehook = _on_unraisable
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_interrupt)


def raise_if_interrupted() -> None:
    """Raise ``KeyboardInterrupt`` if Ctrl-C was pressed, whatever has become of it since."""
    if _pressed:
        _waiting.clear()
        raise KeyboardInterrupt


def hold_interrupts() -> None:
    """Before another program takes this one's place: Ctrl-C waits until that one can record it.

    An interpreter that is interrupted while it starts ends in a traceback of its own. Raises
    ``KeyboardInterrupt`` if Ctrl-C was pressed before.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    raise_if_interrupted()


@contextmanager
def interrupt_first() -> Iterator[None]:
    """After Ctrl-C, raise ``KeyboardInterrupt`` in place of any error, as that came of it."""
    try:
        yield
    except Exception:
        raise_if_interrupted()
        raise


@contextmanager
def deferred_interrupt() -> Iterator[None]:
    """Raise ``KeyboardInterrupt`` at the end of the block instead of within it.

    Inside a callback from C the exception would be printed and lost; inside the constructor of an
    object that owns C memory it leaves half an object. A signal handler other than Python's own
    and that of ``record_interrupts`` stays, and so does a thread that gets no signals.
    """
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    if not in_main or before not in (signal.default_int_handler, _on_interrupt):
        yield
        return
    arrived: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: arrived.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if arrived and callable(before):
            before(signal.SIGINT, None)


def _on_interrupt(number: int, frame: FrameType | None) -> None:
    _pressed.append(number)
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            _raise_later()
            return
        frame = frame.f_back
    _waiting.clear()
    raise KeyboardInterrupt


def _on_unraisable(what: "sys.UnraisableHookArgs") -> None:
    """Ctrl-C within a callback of the interpreter is raised once more, after it."""
    if not isinstance(what.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(what)
        return
    try:
        _raise_later()
    except KeyboardInterrupt:  # on a busy machine it comes back before this function has ended
        _raise_later()


def _raise_later() -> None:
    _waiting.append(signal.SIGINT)
    _thread.start_new_thread(_interrupt_again, ())


def _interrupt_again() -> None:
    time.sleep(_RETRY_SECONDS)
    if not _waiting:
        return
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGINT)  # this also ends the main thread's waiting
    else:
        _thread.interrupt_main()
