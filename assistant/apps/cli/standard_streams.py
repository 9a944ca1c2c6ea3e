"""Makes stdin, stdout and stderr usable, whatever this process was started with.

A terminal may not be UTF-8, and any of the three may be closed. Standard library only.
"""

import codecs
import io
import os
import sys

from assistant.core.errors import KramError
from assistant.core.translation import _, reason

_STAND_INS = {"→": "->", "…": "...", "–": "-", "—": "-", "×": "x", "≥": ">=", "≤": "<=", "−": "-",
              "“": '"', "”": '"', "‘": "'", "’": "'", "·": ".", "█": "#", "░": "."}  # fmt: skip
"""ASCII for the characters of Kram's own messages."""

_HANDLER = "kram-stand-in"


def prepare() -> None:
    """Open what is closed on the null device; replace what a stream cannot encode."""
    codecs.register_error(_HANDLER, _stand_in)
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        _fill(descriptor)
        if getattr(sys, name) is None:
            mode = "w" if descriptor else "r"
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")


def output_error(error: OSError) -> KramError:
    """What is reported if stdout cannot be written, because a disk is full for example."""
    return KramError(
        _("stdout cannot be written ({reason})").format(reason=reason(error)), _("make room for it")
    )


def discard_stdout() -> None:
    """Send what is still to be written to stdout to the null device.

    Python would otherwise try again at exit, and report the failure a second time.
    """
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _fill(descriptor: int) -> None:
    """A closed descriptor would be given to the next file, which others then write into."""
    try:
        os.fstat(descriptor)
    except OSError:
        # POSIX: open() takes the lowest free number, and the lower ones are filled already
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    return "".join(_STAND_INS.get(one, "?") for one in found), error.end
