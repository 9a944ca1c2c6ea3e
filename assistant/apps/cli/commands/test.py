"""Run the test-suite: ruff, mypy, pytest."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands.common import ONLY_IN_CLONE
from assistant.core.errors import InputError
from assistant.core.paths import HOME, IN_CLONE

TESTS = HOME / "tests"

HEARING = ("acoustics", "app_hearing", "hearing", "recognizer", "rejection", "second", "stories_s",
           "turns")  # fmt: skip
"""Beginnings of the files' names that take half of the time: they decode sound. They run beside
the rest, each part always in the same order, since what was spoken before can be heard."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "pytest", nargs="*", metavar="ARG", help="arguments for pytest, which then runs alone"
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model and the test tools."""
    return Needs(model=True, tests=True)


def run(args: argparse.Namespace) -> int:
    """Run everything and return 1 if anything failed, which the last line then tells."""
    if not IN_CLONE:
        raise InputError(*ONLY_IN_CLONE)
    if args.pytest:
        return 1 if subprocess.run(_pytest(args.pytest), cwd=HOME, check=False).returncode else 0
    failed = []
    for tool in (["ruff", "check", "."], ["mypy"]):
        if subprocess.run([sys.executable, "-m", *tool], cwd=HOME, check=False).returncode != 0:
            failed.append(tool[0])
    from assistant.asr.model_store import ensure_model

    for phrases in (None, TESTS / "phrases_ear"):
        ensure_model(phrases)  # both halves need it, so it is built before them
    # what needs the machine for itself: sound cards play and record in real time
    if subprocess.run(_pytest(["-m", "alone"]), cwd=HOME, check=False).returncode != 0:
        failed.append("pytest -m alone")
    if not two_halves(TESTS):
        failed.append("pytest")
    if failed:
        sys.stderr.write(f"kram: {' and '.join(failed)} found something, see above\n")
    return 1 if failed else 0


def _pytest(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *words]


def two_halves(tests: Path) -> bool:
    """Run the files of a folder, those that decode sound beside the rest; whether both passed.

    What the first half told comes after what the second told.
    """
    files = sorted(tests.glob("test_*.py"))
    names = tuple(f"test_{name}" for name in HEARING)
    hearing = [str(file) for file in files if file.name.startswith(names)]
    rest = [str(file) for file in files if not file.name.startswith(names)]
    together = ["-m", "not alone"]
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(
            _pytest([*together, *hearing]), cwd=HOME, stdout=told, stderr=told
        ) as beside:
            try:
                code = subprocess.run(_pytest([*together, *rest]), cwd=HOME, check=False).returncode
                beside.wait()
            finally:
                beside.kill()
        told.seek(0)
        sys.stdout.write(told.read().decode("utf-8", "replace"))
        sys.stdout.flush()
    return code == 0 and beside.returncode == 0
