"""Runs a program that the kernel kills as soon as it, or a child of it, makes a network socket.

    no_network.py PROGRAM [ARGUMENT...]

A seccomp filter (seccomp(2), Linux only, no root): ``socket`` with any other family than AF_UNIX
ends the process with SIGSYS, whether Python asks for it or a library in C. Sockets of io_uring
are covered by refusing io_uring as a whole.
"""

import ctypes
import os
import platform
import socket
import sys

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Audit number of the machine, and its number of ``socket``."""

_IO_URING_SETUP = 425
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000


class _Step(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step))]


def forbid_network() -> None:
    """From now on this process and its children may make AF_UNIX sockets only."""
    machine, number = _MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, 4),  # the machine that the call was made for
        (_EQUAL, 0, 6, machine),
        (_LOAD, 0, 0, 0),  # the call
        (_EQUAL, 4, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 2, number),
        (_LOAD, 0, 0, 16),  # its first argument, the family
        (_EQUAL, 0, 1, socket.AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
    ]
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    library = ctypes.CDLL(None, use_errno=True)
    for call in (
        (_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SECCOMP, _FILTER, ctypes.byref(_Program(len(steps), array)), 0, 0),
    ):
        if library.prctl(*call) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    forbid_network()
    os.execvp(sys.argv[1], sys.argv[1:])
