"""What C libraries write to the terminal about sound cards is kept away from it."""

import ctypes
import faulthandler
import logging
import os
import platform

_LOGGER = logging.getLogger(__name__)

_ALSA_HANDLER = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)

# ALSA's own messages are for its programmers; PortAudio's errors tell the user enough.
_SAY_NOTHING = _ALSA_HANDLER(lambda file, line, function, code, text: None)


def silence_alsa() -> None:
    """Drop the messages of ALSA's library."""
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        alsa.snd_lib_error_set_handler(_SAY_NOTHING)
    except (OSError, AttributeError):
        _LOGGER.debug("no ALSA here")


def silence_native_stderr() -> None:
    """Let C's own ``stderr`` lead nowhere; Python's goes on as before, and tells of crashes.

    PortAudio's debug build tells there which C expression has failed: a screenful in front of the
    one line that helps, and a million lines within seconds when it runs in a circle.
    """
    if platform.libc_ver()[0] != "glibc":
        return  # elsewhere the variable may not be written to
    try:
        c = ctypes.CDLL(None)
        c.fopen.restype = ctypes.c_void_p
        if nowhere := c.fopen(os.devnull.encode(), b"w"):
            ctypes.c_void_p.in_dll(c, "stderr").value = nowhere
            faulthandler.enable()
    except (AttributeError, ValueError, OSError, RuntimeError):
        _LOGGER.debug("C has another stderr here")
