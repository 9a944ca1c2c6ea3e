"""When PortAudio is stuck: how a program leaves then, or begins anew in its own place.

Up to version 19.7 its ALSA side may run in a circle for ever once a device is lost
(https://github.com/PortAudio/portaudio/issues/1037). That thread can be neither ended nor joined,
and what is usually done at the end of a program waits for it or crashes. The kernel can end it:
at once with the process, or by executing a program in the place of this one.
"""

import os
import sys
import threading
from typing import NoReturn

HUNG: list[threading.Thread] = []
"""Threads that wait, perhaps for ever, for PortAudio to close a stream."""

_MARK = "KRAM_BEGUN_ANEW"


def portaudio_hung() -> bool:
    """Whether PortAudio is stuck just now."""
    return any(thread.is_alive() for thread in HUNG)


def was_reexeced() -> bool:
    """Whether this program goes on for one that was stuck."""
    return os.environ.get(_MARK) == "1"


def reexec() -> NoReturn:
    """Start this program again as it was started, under the same process number."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.environ[_MARK] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def exit_process(code: int) -> int:
    """The program ends with ``code``, which is returned; if it is ``stuck``, here and at once."""
    if portaudio_hung():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
