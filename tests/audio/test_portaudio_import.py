"""PortAudio is first imported in a child process, whatever happens to that."""

import sys
import time

import pytest

from assistant.audio.portaudio import probe_import


@pytest.mark.parametrize(
    ("program", "problem"),
    {
        "raise OSError('PortAudio library not found')": "PortAudio is missing",
        "import sounddevice_that_is_nowhere": "PortAudio is missing",
        "import os; os.abort()": "cannot be started (signal 6)",
        "import os; os.kill(os.getpid(), 11)": "cannot be started (signal 11)",
        "raise ValueError('odd')": "cannot be started (ValueError: odd)",
        "import sys; sys.exit(7)": "cannot be started",
    }.items(),
)
def test_each_end_of_the_child_has_one_line(program: str, problem: str) -> None:
    told = probe_import([sys.executable, "-c", program], 30.0)
    assert told is not None
    assert problem in told[0] and told[1]
    assert "\n" not in "".join(told)


def test_a_library_that_hangs_is_not_waited_for() -> None:
    begun = time.monotonic()
    told = probe_import([sys.executable, "-c", "import time; time.sleep(60)"], 1.0)
    assert told is not None and "within 1 s" in told[0]
    assert time.monotonic() - begun < 20


def test_a_library_that_works_is_no_problem() -> None:
    assert probe_import([sys.executable, "-c", ""], 30.0) is None
