"""Fixtures and hooks of all tests."""

import contextlib
import fcntl
import os
import signal
import socket
import struct
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# So that `pytest` finds the project from any folder, installed or not.
sys.path.insert(0, str(ROOT))

# As the command line does, before anybody loads numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A shell's background jobs ignore Ctrl-C, and so would every program that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The tests compare English texts; those of the other language choose it themselves.
os.environ["KRAM_LANG"] = "en"

# No database: nothing is written beside the sources. No deadline: two busy cores are slow.
# The same examples each time, so that a change fails by what it did; with KRAM_RANDOM_TESTS others.
settings.register_profile(
    "kram", database=None, deadline=None, derandomize="KRAM_RANDOM_TESTS" not in os.environ
)
settings.load_profile("kram")


def _loopback_up() -> None:
    """In a network namespace of its own (`unshare --net`) even the way to oneself is down."""
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        answer = fcntl.ioctl(plain, get_flags, struct.pack("16sH14s", b"lo", 0, b""))
        flags = struct.unpack("16sH14s", answer)[1]
        if not flags & up:
            fcntl.ioctl(plain, set_flags, struct.pack("16sH14s", b"lo", flags | up, b""))


with contextlib.suppress(OSError):  # not root, or no such device: the tests that need it will tell
    _loopback_up()
