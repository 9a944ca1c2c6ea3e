"""Run the test-suite: ruff, mypy, import contracts, pytest."""

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
from assistant.core.translation import _

TESTS = HOME / "tests"

CONTRACTS = (
    "import sys; from importlinter.cli import lint_imports; "
    "sys.exit(lint_imports(no_cache=True, no_logo=True))"
)

CHECKS = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "import-linter": ("-c", CONTRACTS),
}
"""What is checked without running anything: arguments for Python."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "pytest", nargs="*", metavar="ARG", help=_("arguments for pytest, which then runs alone")
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model and the test tools."""
    return Needs(model=True, tests=True)


def run(args: argparse.Namespace) -> int:
    """Run everything; returns 1, and names what failed in the last line, if anything failed."""
    if not IN_CLONE:
        raise InputError(*ONLY_IN_CLONE)
    if args.pytest:
        return 0 if _passes(_pytest(args.pytest)) else 1
    failed = [name for name, check in CHECKS.items() if not _passes([sys.executable, *check])]
    from assistant.asr.model_store import ensure_model

    for phrases in (None, TESTS / "data" / "small_phrases"):
        ensure_model(phrases)  # both halves need it, so it is built before them
    # what needs the machine for itself: sound cards play and record in real time
    if not _passes(_pytest(["-m", "alone", str(TESTS)])):
        failed.append("pytest -m alone")
    if not two_halves(TESTS):
        failed.append("pytest")
    if failed:
        told = _("kram: {failed} found something, see above\n")
        sys.stderr.write(told.format(failed=" and ".join(failed)).shown)
    return 1 if failed else 0


def _passes(command: Sequence[str]) -> bool:
    return subprocess.run(command, cwd=HOME, check=False).returncode == 0


def _pytest(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *words]


def two_halves(tests: Path) -> bool:
    """Run the tests of a folder, those that decode sound beside the rest; whether both passed.

    Two processes, each with its tests always in the same order: espeak-ng carries its state from
    sentence to sentence. What the first half printed comes after what the second printed.
    """
    decoding = _pytest(["-m", "decodes_sound and not alone", str(tests)])
    others = _pytest(["-m", "not decodes_sound and not alone", str(tests)])
    with tempfile.TemporaryFile() as output:
        with subprocess.Popen(decoding, cwd=HOME, stdout=output, stderr=output) as beside:
            try:
                passed = _passes(others)
                beside.wait()
            finally:
                beside.kill()
        output.seek(0)
        sys.stdout.write(output.read().decode("utf-8", "replace"))
        sys.stdout.flush()
    return passed and beside.returncode == 0
