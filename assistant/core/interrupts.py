"""Ctrl-C at moments when Python cannot raise it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deferred_interrupt() -> Iterator[None]:
    """Raise ``KeyboardInterrupt`` at the end of the block instead of within it.

    Inside a callback from C the exception would be printed and lost; inside the constructor of an
    object that owns C memory it leaves half an object. A signal handler other than Python's own
    stays, and so does a thread that gets no signals.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    arrived: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: arrived.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if arrived:
        raise KeyboardInterrupt
