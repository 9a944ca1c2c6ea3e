"""What people at a terminal read of the log is in their language; a file gets English."""

import os
import pty
import select
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

PROGRAM = """
import logging, sys
from assistant.apps.cli.terminal_log import start_log
from assistant.core.errors import KramError
from assistant.core.translation import _, reason, use_language

use_language(sys.argv[1])
start_log(verbose=False)
lost = _("the {device} is lost; trying to get it back").format(device=_("microphone"))
logging.getLogger("assistant").warning(lost)
logging.getLogger("assistant").warning("%d rows", 3)
full = reason(OSError(28, "No space left on device"))
logging.getLogger("assistant").warning("%s: %s", "x.wav", full)
logging.getLogger("assistant").debug("no such detail")
"""


def log_in_terminal(language: str) -> list[str]:
    terminal, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, language], cwd=ROOT, stderr=theirs, check=True, timeout=60
    )
    os.close(theirs)
    told = b""
    while select.select([terminal], [], [], 0.2)[0]:
        try:
            told += os.read(terminal, 4096)
        except OSError:
            break
    os.close(terminal)
    return told.decode().split("\r\n")[:-1]


@pytest.mark.parametrize(
    ("language", "line", "full"),
    [("id", "kram: mikrofon hilang; dicoba disambungkan lagi", "disk penuh"),
     ("en", "kram: the microphone is lost; trying to get it back", "No space left on device")],
)  # fmt: skip
def test_a_terminal_gets_the_language_of_who_sits_there(
    language: str, line: str, full: str
) -> None:
    assert log_in_terminal(language) == [line, "kram: 3 rows", f"kram: x.wav: {full}"]


def test_elsewhere_it_is_english() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "id"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    first = done.stderr.splitlines()[0]
    assert first == "kram: the microphone is lost; trying to get it back"
