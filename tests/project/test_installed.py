"""`pip install .`: the wheel, unpacked elsewhere, is a complete Kram."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.paths import ROOT

SHIPPED = ("phrases", "models/phones", "models/networks")
SOURCES = ("assistant", *SHIPPED)
EXTRAS = ("requirements-kokoro.txt", "requirements-piper.txt", "requirements-whisper.txt")
FILES = (
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    *EXTRAS,
    "README.md",
    "LICENSE",
    "NOTICE",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network in a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / "clone" / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, folder / "clone" / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    command = [*pip, "--wheel-dir", str(folder), str(folder / "clone")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("kram-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The wheel unpacked, and in ``data`` beside it what the first run would have set up."""
    site = wheel.parent / "site"
    zipfile.ZipFile(wheel).extractall(site)
    models = wheel.parent / "data/kram/models"
    models.mkdir(parents=True)
    for name in ("base", "kram"):
        (models / name).symlink_to(ROOT / "models" / name)
    return site


def kram(site: Path, *words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run the entry point as the script ``kram`` does."""
    program = "import sys; from assistant.apps.cli.main import enter; sys.exit(enter())"
    places = {"PYTHONPATH": str(site), "XDG_DATA_HOME": str(site.parent / "data")}
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        cwd="/",
        env=os.environ | places | changes,
    )


def test_the_wheel_has_the_command_and_everything_that_is_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry = archive.read(next(n for n in names if n.endswith("entry_points.txt"))).decode()
    assert "kram = assistant.apps.cli.entry_point:enter" in entry
    code = {
        str(f.relative_to(ROOT))
        for f in (ROOT / "assistant").rglob("*")
        if f.is_file() and "__pycache__" not in f.parts
    }
    read = {
        f"assistant/shipped/{f.relative_to(ROOT)}"
        for folder in SHIPPED
        for f in (ROOT / folder).rglob("*")
        if f.suffix in (".yaml", ".npz")
    }
    assert read and (code | read) - names == set()


def test_the_extras_are_the_requirements_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        text = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
    needs = [Requirement(one) for one in Parser().parsestr(text).get_all("Requires-Dist", [])]

    def extra(name: str) -> set[str]:
        return {f"{need.name}{need.specifier}" for need in needs
                if need.marker and f'extra == "{name}"' in str(need.marker)}  # fmt: skip

    for name in ("piper", "whisper"):
        lines = (ROOT / f"requirements-{name}.txt").read_text(encoding="utf-8").splitlines()
        assert extra(name) == {line for line in lines if "==" in line}
    assert {one.split("==")[0] for one in extra("serve")} == {"zeroconf", "ifaddr"}
    assert extra("announce") == extra("serve")
    assert sum(name.endswith(("LICENSE", "NOTICE")) for name in names) == 2


def test_installed_it_understands_and_recognises(installed: Path, tmp_path: Path) -> None:
    done = kram(installed, "understand", "--json", "kaki saya kram")
    assert (done.returncode, json.loads(done.stdout)["intent"]) == (0, "cramp_now"), done.stderr
    silence = tmp_path / "silence.wav"
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, soundfile, numpy; "
            "soundfile.write(sys.argv[1], numpy.zeros(8000, 'int16'), 16000)",
            str(silence),
        ],
        check=True,
    )
    # the model built in the clone is current for the wheel too: nothing of its sources is missing
    done = kram(installed, "recognize", "--json", str(silence))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["accepted"] is False


def test_installed_it_speaks_of_itself_as_kram(installed: Path) -> None:
    told = kram(installed, "--help").stdout
    assert told.startswith("usage: kram ") and "    doctor" in told
    assert "    bench" not in told and "    test" not in told
    assert kram(installed, "--version").stdout == "kram 0.1.0\n"
    told = kram(installed, "--help", KRAM_LANG="id").stdout
    assert told.startswith("cara pakai: kram ") and "Periksa mikrofon" in told
    done = kram(installed, "test")
    assert done.returncode == 2 and "in a clone" in done.stderr


def test_installed_it_does_not_import_what_others_have_on_the_path(
    installed: Path, tmp_path: Path
) -> None:
    for name in ("argparse", "signal", "typing", "json", "yaml", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('junk')\n", encoding="utf-8")
    program = "import sys; from assistant.apps.cli.entry_point import enter; sys.exit(enter())"
    path = os.pathsep.join((str(tmp_path), str(installed)))
    done = subprocess.run(
        [sys.executable, "-c", program, "understand", "--json", "kaki saya kram"],
        capture_output=True, text=True, cwd="/", env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["intent"] == "cramp_now"


def test_installed_without_pip_the_model_cannot_be_downloaded(
    installed: Path, tmp_path: Path
) -> None:
    hide = tmp_path / "sitecustomize.py"
    hide.write_text("import sys\nsys.modules['pip'] = None\n")
    path = os.pathsep.join((str(tmp_path), str(installed)))
    done = kram(installed, "build", PYTHONPATH=path, XDG_DATA_HOME=str(tmp_path))
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 3, done.stderr
    assert last.startswith("kram: pip, which downloads the base model") and "ensurepip" in last
