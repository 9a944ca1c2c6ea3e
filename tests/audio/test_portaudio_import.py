"""PortAudio is first imported in a child process, whatever happens to that."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.audio.portaudio import probe_import
from tests.support.paths import ROOT


@pytest.mark.parametrize(
    ("program", "problem"),
    {
        "raise OSError('PortAudio library not found')": "PortAudio is missing",
        "import sounddevice_that_is_nowhere": "is damaged (ModuleNotFoundError: No module named",
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


def test_modules_in_the_current_folder_do_not_get_in(tmp_path: Path) -> None:
    program = f"""
import sys
sys.path[0] = {str(ROOT)!r}
from assistant.audio import portaudio
print(portaudio._import_problem())
"""
    for name in ("sounddevice", "contextlib", "ctypes", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('junk')\n", encoding="utf-8")
    here, there = (
        subprocess.run([sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True)
        for cwd in (ROOT, tmp_path)
    )
    assert here.returncode == 0 and (there.stdout, there.stderr) == (here.stdout, here.stderr)
