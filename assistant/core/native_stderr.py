"""Suppress what native libraries (ALSA, PortAudio) write to stderr about sound cards."""

import ctypes
import faulthandler
import logging
import os
import platform

_LOGGER = logging.getLogger(__name__)

_ALSA_HANDLER = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)

# ALSA's messages are for its developers; PortAudio's errors are enough for the user.
_IGNORE = _ALSA_HANDLER(lambda file, line, function, code, text: None)


def silence_alsa() -> None:
    """Install a no-op error handler in libasound, if it is there."""
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        alsa.snd_lib_error_set_handler(_IGNORE)
    except (OSError, AttributeError):
        _LOGGER.debug("no ALSA library")


def silence_native_stderr() -> None:
    """Point C's ``stderr`` to the null device; Python's stays, and faulthandler reports crashes.

    PortAudio's debug build prints each failed C expression there: a screenful before the one
    helpful line, and a million lines within seconds when it is in a busy loop.
    """
    if platform.libc_ver()[0] != "glibc":
        return  # other C libraries may not export a writable ``stderr``
    try:
        c = ctypes.CDLL(None)
        c.fopen.restype = ctypes.c_void_p
        if null_device := c.fopen(os.devnull.encode(), b"w"):
            ctypes.c_void_p.in_dll(c, "stderr").value = null_device
            faulthandler.enable()
    except (AttributeError, ValueError, OSError, RuntimeError):
        _LOGGER.debug("C's stderr cannot be redirected here")
