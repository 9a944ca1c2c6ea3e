"""Set-up of a small test project: real venv, real pip, real wheels, no network."""

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.apps.bootstrap import apt, steps
from assistant.apps.bootstrap.plan import Needs, project_plan
from assistant.apps.bootstrap.progress_bar import ProgressBar
from assistant.core.errors import MissingError
from tests.support.paths import ROOT, SUPPORT

pytestmark = pytest.mark.decodes_sound

PYTHON = getattr(sys, "_base_executable", sys.executable)
DRIVER = SUPPORT / "small_setup.py"


def make_wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write a wheel of version 1.0 that holds ``files``."""
    info = f"{name}-1.0.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        rows.append(f"{path},sha256={digest.decode()},{len(text.encode())}")
    rows.append(f"{info}/RECORD,,")
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "\n".join(rows) + "\n")
    return wheel


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that needs one package, one for its tests, and a base model of one file."""
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a project, set up already; each test leaves it whole again."""
    folder = make_project(tmp_path_factory.mktemp("shared"))
    code, told = set_up(folder)
    assert (code, "failed" in told) == (0, False), told
    assert "Python packages" in told and "base model, download" in told
    assert_whole(folder)
    return folder


def make_project(folder: Path) -> Path:
    wheels = folder / "wheels"
    wheels.mkdir()
    make_wheel(wheels, "tiny_need", {"tiny_need.py": "VALUE = 7\n" * 1000})
    make_wheel(wheels, "tiny_test", {"tiny_test.py": "VALUE = 8\n"})
    model = make_wheel(wheels, "tiny_base", {"tiny_base/model.txt": "sounds\n"})
    base = {
        "package": "tiny-base",
        "version": "1.0",
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "size": model.stat().st_size,
    }
    (folder / "base.json").write_text(json.dumps(base))
    (folder / "requirements.txt").write_text("# a comment\ntiny-need==1.0\n")
    (folder / "requirements-dev.txt").write_text("-c requirements.txt\ntiny-test==1.0\n")
    return folder


def environment(project: Path) -> dict[str, str]:
    """Pip finds the project's wheels and nothing else."""
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project / "wheels"), "PIP_USER": "1"}
    return os.environ | own


def start(project: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [PYTHON, str(DRIVER), str(project), *words],
        env=environment(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def set_up(project: Path, *words: str) -> tuple[int, str]:
    """Run the set-up to its end; the exit code and what it told."""
    process = start(project, *words)
    out, err = process.communicate(timeout=120)
    assert out == ""
    return process.returncode, err


def test_the_first_run_offers_a_voice_whose_packages_are_at_hand_and_installs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    apt = tools / "apt-cache"
    apt.write_text("#!/bin/sh\nshift 2\nprintf 'Package: %s\\n' $*\n", encoding="utf-8")
    apt.chmod(0o755)
    for name in ("apt-get", "sudo"):
        (tools / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/called\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "project"
    folder.mkdir()
    make_project(folder)
    code, told = set_up(folder)
    assert code == 0, told
    assert "A clearer voice for the guide is at hand: mb-id1" in told
    assert "Licence: free of charge, not to be sold" in told
    assert not (tmp_path / "called").exists()
    assert set_up(folder) == (0, ""), "only the first run says so"


def value_of(project: Path, module: str) -> str:
    done = subprocess.run(
        [project / ".venv/bin/python", "-c", f"import {module}; print({module}.VALUE)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=project,
    )
    return done.stdout.strip()


def assert_whole(project: Path) -> None:
    """Everything is there, and nothing half done is left."""
    assert value_of(project, "tiny_need") == "7"
    assert (project / "models/base/tiny_base/model.txt").read_text() == "sounds\n"
    assert (project / "models/kram/kram.json").read_text() == "{}"
    left = {file.name for file in (project / ".setup").iterdir()}
    assert left <= {
        "lock",
        "apt.log",
        "venv.log",
        "pip.log",
        "download.log",
        "extract.log",
        "build.log",
        "portaudio-tried.json",
    }
    assert not (project / ".venv/kram-unfinished").exists()


def test_a_second_start_does_nothing_and_needs_no_source(shared: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in shared.rglob("*") if file.is_file()}
    (shared / "wheels").rename(shared / "away")
    begun = time.monotonic()
    code, told = set_up(shared)
    seconds = time.monotonic() - begun
    (shared / "away").rename(shared / "wheels")
    assert (code, told) == (0, "")
    assert seconds < 2
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_a_changed_requirement_and_the_tests_own_are_installed(shared: Path) -> None:
    make_wheel(shared / "wheels", "tiny_more", {"tiny_more.py": "VALUE = 9\n"})
    with (shared / "requirements.txt").open("a") as file:
        file.write("tiny-more==1.0\n")
    code, told = set_up(shared, "tests")
    assert code == 0, told
    assert (value_of(shared, "tiny_more"), value_of(shared, "tiny_test")) == ("9", "8")
    assert "base model" not in told


def test_killed_again_and_again_it_finishes(project: Path) -> None:
    """Killed at many moments; its children live on (a kill) or die with it (a power cut)."""
    for count, seconds in enumerate((0.2, 0.5, 1.2, 2.5, 3.2, 4.0, 4.5)):
        process = start(project)
        time.sleep(seconds)
        if count % 2:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    code, told = set_up(project)
    assert code == 0, told
    assert_whole(project)


def test_a_broken_environment_is_made_anew(shared: Path) -> None:
    python = shared / ".venv/bin/python"
    for file in python.parent.glob("python*"):
        file.unlink()
    python.symlink_to("/nowhere/python3")
    code, told = set_up(shared)
    assert code == 0, told
    assert_whole(shared)


def test_without_network_one_clear_line(shared: Path) -> None:
    requirements = (shared / "requirements.txt").read_text()
    (shared / "requirements.txt").write_text(requirements + "tiny-none==1.0\n")
    code, told = set_up(shared)
    last = told.splitlines()[-1]
    assert code == 1
    assert last.startswith("kram: the packages of requirements.txt could not be installed")
    assert "needs a network once" in last
    assert "Traceback" not in told
    (shared / "requirements.txt").write_text(requirements)
    assert_whole(shared)


def test_an_interrupted_installation_is_not_trusted(shared: Path) -> None:
    next((shared / ".venv").glob("lib/python*/site-packages/tiny_need.py")).unlink()
    (shared / ".venv/kram-unfinished").touch()
    code, told = set_up(shared)
    assert code == 0, told
    assert_whole(shared)


def test_two_at_once_do_not_disturb_each_other(project: Path) -> None:
    first, second = start(project), start(project)
    told = first.communicate(timeout=120)[1] + second.communicate(timeout=120)[1]
    assert (first.returncode, second.returncode) == (0, 0), told
    assert told.count("waiting for it to end") == 1
    assert_whole(project)


def test_another_base_model_than_the_known_one_is_refused(shared: Path) -> None:
    known = (shared / "wheels/tiny_base-1.0-py3-none-any.whl").read_bytes()
    shutil.rmtree(shared / "models/base")
    wheel = make_wheel(shared / "wheels", "tiny_base", {"tiny_base/model.txt": "other sounds\n"})
    code, told = set_up(shared)
    assert code == 1
    assert "is not the expected file" in told.splitlines()[-1]
    assert not (shared / "models/base").exists()
    assert not list((shared / ".setup").glob("**/*.whl"))
    wheel.write_bytes(known)
    assert set_up(shared)[0] == 0
    assert_whole(shared)


def test_without_root_the_exact_line_to_type(tmp_path: Path) -> None:
    program = """
import os, sys, subprocess, tempfile
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from assistant.core.errors import MissingError
from assistant.apps.bootstrap import apt, progress_bar
if os.geteuid() == 0:
    os.setuid(65534)
os.environ["PATH"] = "/usr/bin:/bin" if not os.path.exists("/usr/bin/sudo") else sys.argv[2]
try:
    bar = progress_bar.ProgressBar("x", sys.stderr)
    apt.install(("libportaudio2",), "PortAudio is missing", Path(sys.argv[2]) / "log", 0, bar)
except MissingError as error:
    print(error)
"""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").symlink_to("/usr/bin/apt-get")
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    done = subprocess.run(
        [PYTHON, "-c", program, str(ROOT), str(tools)], capture_output=True, text=True, check=True
    )
    assert "type `sudo apt-get install -y libportaudio2`, then run this again" in done.stdout


@pytest.mark.parametrize(
    ("needs", "present", "also"),
    [(Needs(model=True), False, apt.PORTAUDIO), (Needs(model=True), True, ()),
     (Needs(), False, ())],
)  # fmt: skip
def test_one_line_to_type_names_all_system_packages(
    needs: Needs, present: bool, also: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apt, "has_portaudio", lambda: present)
    assert steps.first_packages(needs) == (apt.venv_package(), *also)


def test_what_somebody_has_to_type_comes_before_what_takes_a_minute() -> None:
    titles = [str(one.title) for one in steps.steps(project_plan(), Needs(True, microphone=True))]
    assert titles[:2] == ["system package for .venv", "system library PortAudio"]
    assert titles.index("Python packages") > 1


def test_a_library_that_is_not_needed_now_is_left_out_not_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def install(*arguments: object) -> None:
        raise MissingError("PortAudio is missing", "type a line")

    monkeypatch.setattr(apt, "install", install)
    monkeypatch.setattr(apt, "has_portaudio", lambda: False)
    plan = replace(project_plan(), root=tmp_path, installed=True)
    plan.work.mkdir()
    step = steps.steps(plan, Needs(model=True))[0]
    bar = ProgressBar("PortAudio", sys.stderr)
    step.run(0, bar)
    bar.done()
    told = capsys.readouterr().err
    assert "type a line" in told and told.endswith("PortAudio left out\n")
    assert step.done(), "it is tried once"


def test_the_project_itself_starts_without_network() -> None:
    """In a network namespace without routes, as any user that may make one."""
    cut = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"
    no_way = subprocess.run([*cut, PYTHON, "-c", reach], capture_output=True, text=True)
    assert "Network is unreachable" in no_way.stderr
    done = subprocess.run(
        [*cut, PYTHON, str(ROOT / "run.py"), "understand", "--json", "kaki saya kram"],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["intent"] == "cramp_now"


def test_set_up_and_command_line_load_without_any_package() -> None:
    program = """
import sys
sys.path.insert(0, sys.argv[1])
import assistant.apps.cli.main, assistant.apps.bootstrap.steps
assistant.apps.cli.main.parse(["listen"])
loaded = {"numpy", "vosk", "yaml", "hassil", "sounddevice"} & set(sys.modules)
assert not loaded, loaded
"""
    command = [PYTHON, "-I", "-S", "-c", program, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
