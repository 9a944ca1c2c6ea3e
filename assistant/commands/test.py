"""Run the test-suite: ruff, mypy, pytest."""

import argparse
import subprocess
import sys

from assistant.commands.common import ONLY_IN_CLONE
from assistant.errors import InputError
from assistant.places import HOME, IN_CLONE
from assistant.setup.plan import Needs


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "pytest", nargs="*", metavar="ARG", help="arguments for pytest, which then runs alone"
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model and the test tools."""
    return Needs(model=True, tests=True)


def run(args: argparse.Namespace) -> int:
    """Run everything and return 1 if anything failed; pytest's summary is the last line."""
    if not IN_CLONE:
        raise InputError(ONLY_IN_CLONE)
    python = [sys.executable, "-m"]
    failed = []
    if not args.pytest:
        for tool in (["ruff", "check", "."], ["mypy"]):
            if subprocess.run([*python, *tool], cwd=HOME, check=False).returncode != 0:
                failed.append(tool[0])
    if failed:
        sys.stderr.write(f"kram: {' and '.join(failed)} found something, see above\n")
    code = subprocess.run([*python, "pytest", *args.pytest], cwd=HOME, check=False).returncode
    return 1 if failed or code != 0 else 0
