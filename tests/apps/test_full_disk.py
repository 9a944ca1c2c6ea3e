"""A full disk, in set-up and for sound files: one line that says so, and the exit code."""

import errno
import resource
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from assistant.apps.bootstrap.plan import Needs, project_plan
from assistant.apps.bootstrap.processes import failure_advice
from assistant.apps.bootstrap.steps import steps
from assistant.apps.cli import main
from assistant.core.errors import place_of
from tests.support.paths import PHRASES, ROOT, STORIES


@pytest.mark.parametrize(
    "words",
    [
        ("phrases", "say", str(PHRASES / "guides" / "acute.yaml"), "--output"),
        pytest.param(
            ("demo", "--story", str(STORIES / "thanks.yaml"), "--output"),
            marks=pytest.mark.decodes_sound,
        ),
    ],
    ids=["say", "demo"],
)
def test_a_sound_file_that_is_cut_off(words: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from assistant.apps.cli import main;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from assistant.asr.model_store import ensure_model\n"
        "if sys.argv[1] == 'demo': ensure_model()\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (9000, {resource.RLIM_INFINITY}));"
        "sys.exit(main.main(sys.argv[1:]))"
    )
    output = tmp_path / "out.wav"
    done = subprocess.run(
        [sys.executable, "-c", code, *words, str(output)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert f"{output} is incomplete; free some disk space" in done.stderr


@pytest.mark.decodes_sound
@pytest.mark.parametrize("option", ["--output", "--events"])
def test_a_recording_that_was_heard_without_its_result(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with wave.open(str(tmp_path / "in.wav"), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(32000))
    assert main.main(["listen", "--input", str(tmp_path / "in.wav"), option, "/dev/full"]) == 1
    assert "/dev/full is incomplete; free some disk space" in capsys.readouterr().err


def test_the_compiler_names_the_file_that_did_not_fit(tmp_path: Path) -> None:
    """Of a copy that failed, the target."""
    source, target = tmp_path / "there", tmp_path / "full"
    assert place_of(OSError(errno.ENOSPC, "full", str(source), None, str(target))) == str(target)
    assert place_of(OSError(errno.ENOENT, "none", str(source), None, str(target))) == str(source)
    assert place_of(OSError(errno.ENOSPC, "full", str(target))) == str(target)
    assert place_of(OSError(errno.ENOSPC, "full")) is None


def test_a_full_disk_is_not_reported_as_a_missing_network(tmp_path: Path) -> None:
    log = tmp_path / "pip.log"
    log.write_text("ERROR: Could not install: [Errno 28] No space left on device\n")
    assert "disk is full" in failure_advice(log)
    log.write_text("ERROR: No matching distribution found\n")
    assert "network" in failure_advice(log)


def test_the_last_step_needs_less_space_than_the_whole(tmp_path: Path) -> None:
    *_, last = found = steps(project_plan(tmp_path), Needs(model=True))
    assert last.title == "Indonesian model" and last.needs_bytes <= 100_000_000
    assert 1e9 < sum(step.needs_bytes for step in found) < 1.5e9
