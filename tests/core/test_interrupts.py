"""Ctrl-C inside code that calls back from C is deferred, not lost."""

import ctypes
import os
import signal
import subprocess
import sys

import pytest

from assistant.core.interrupts import deferred_interrupt
from tests.support.paths import ROOT

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


def test_it_wins_over_an_error() -> None:
    with pytest.raises(KeyboardInterrupt), deferred_interrupt():
        sort_with_an_interrupt()
        raise ValueError


def test_another_handler_stays() -> None:
    arrived: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: arrived.append(number))
    try:
        with deferred_interrupt():
            sort_with_an_interrupt()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert arrived == [signal.SIGINT]


PROGRAM = """
import os, signal, sys
from assistant.core.interrupts import record_interrupts
from assistant.core.reexec import reexec, was_reexeced

def press():
    os.kill(os.getpid(), signal.SIGINT)

record_interrupts()
if was_reexeced():
    print("waiting" if signal.SIGINT in signal.sigpending() else "not pressed")
    sys.exit()
try:
    {press}
except KeyboardInterrupt:
    pass  # foreign code may do so
try:
    reexec()
except KeyboardInterrupt:
    print("ended")
"""


@pytest.mark.parametrize(("press", "told"), [("None", "not pressed"), ("press()", "ended")])
def test_ctrl_c_before_the_program_starts_itself_again_ends_it(press: str, told: str) -> None:
    assert run_python(PROGRAM.format(press=press)) == told


def test_ctrl_c_while_it_starts_itself_again_waits() -> None:
    program = PROGRAM.format(press="None").replace(
        "    reexec()", "    os.execv = lambda *_, real=os.execv: (press(), real(*_))\n    reexec()"
    )
    assert run_python(program) == "waiting"


def run_python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    return done.stdout.strip() + done.stderr
