"""Ctrl-C inside code that calls back from C is deferred, not lost."""

import ctypes
import os
import signal

import pytest

from assistant.core.interrupts import deferred_interrupt

_COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


def sort_with_an_interrupt() -> None:
    """C's ``qsort``, whose callback presses Ctrl-C."""

    @_COMPARE
    def compare(one: int, other: int) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return 0

    ctypes.CDLL(None).qsort((ctypes.c_int * 2)(2, 1), 2, 4, compare)


def test_it_is_raised_at_the_end() -> None:
    ended = False
    with pytest.raises(KeyboardInterrupt), deferred_interrupt():
        sort_with_an_interrupt()
        ended = True
    assert ended
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_handler_stays() -> None:
    arrived: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: arrived.append(number))
    try:
        with deferred_interrupt():
            sort_with_an_interrupt()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert arrived == [signal.SIGINT]
