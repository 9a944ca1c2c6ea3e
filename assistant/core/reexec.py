"""Exit or re-execute the process when PortAudio hangs.

Up to version 19.7, PortAudio's ALSA backend may enter an endless busy loop once a device is lost
(https://github.com/PortAudio/portaudio/issues/1037). That thread can be neither stopped nor joined,
and normal interpreter shutdown blocks on it or crashes. Only the kernel can end it: with the
process (``os._exit``), or by replacing the process image (``os.execv``).
"""

import contextlib
import os
import sys
import threading
from typing import NoReturn

from assistant.core.interrupts import hold_interrupts

HUNG: list[threading.Thread] = []
"""Threads blocked, perhaps forever, in a PortAudio call that closes a stream."""

_ENVIRONMENT_FLAG = "KRAM_BEGUN_ANEW"


def portaudio_hung() -> bool:
    """Whether a PortAudio call hangs at present."""
    return any(thread.is_alive() for thread in HUNG)


def was_reexeced() -> bool:
    """Whether this process was re-executed because PortAudio hung."""
    return os.environ.get(_ENVIRONMENT_FLAG) == "1"


def reexec() -> NoReturn:
    """Replace this process by a new run of the same command line; the process id stays."""
    _flush()
    os.environ[_ENVIRONMENT_FLAG] = "1"
    hold_interrupts()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def exit_process(code: int) -> int:
    """Return ``code``, or call ``os._exit(code)`` if PortAudio is hung."""
    if portaudio_hung():
        _flush()
        os._exit(code)
    return code


def _flush() -> None:
    """Write what is buffered; a reader that has gone, or a full disk, must not stop the rest."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
