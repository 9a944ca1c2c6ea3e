"""Run the test-suite: ruff, mypy, import contracts, pytest."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands.common import ONLY_IN_CLONE
from assistant.core.errors import InputError
from assistant.core.paths import HOME, IN_CLONE
from assistant.core.translation import _

TESTS = HOME / "tests"

OK, NO_TESTS = 0, 5
"""Exit codes of pytest. A folder of which all tests decode sound has no others."""

LOWER = ("nice", "-n", "10")
"""The command that runs another one at a lower priority."""

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
        return 0 if _passes([sys.executable, "-m", "pytest", *args.pytest]) else 1
    with ThreadPoolExecutor(2) as pool:
        checks = {name: pool.submit(_printed, check) for name, check in CHECKS.items()}
        from assistant.asr.model_store import ensure_model

        for phrases in (None, TESTS / "data" / "small_phrases"):
            ensure_model(phrases)  # both processes need it, so it is built before them
        failed = [name for name, check in checks.items() if _shown(check.result()) != OK]
    if not beside_each_other(TESTS):
        failed.append("pytest")
    if failed:
        told = _("kram: {failed} found something, see above\n")
        sys.stderr.write(told.format(failed=" and ".join(failed)).shown)
    return 1 if failed else 0


def _passes(command: Sequence[str]) -> bool:
    return subprocess.run(command, cwd=HOME, check=False).returncode == 0


def beside_each_other(tests: Path) -> bool:
    """Run the tests of a folder in three processes at a time; whether all passed.

    Those that play and record in real time take four minutes and little of the processor: beside
    them, at a lower priority, which leaves the time to the sound cards, two more run at a time:
    those that decode sound in one run of pytest, and the others folder by folder. Within a run the
    order is always the same: espeak-ng carries its state from sentence to sentence. What the run
    that decodes printed comes last.
    """
    real_time = ["-m", "alone", *_that_name("alone", tests)]
    sound = ["-m", "decodes_sound and not alone", *_that_name("decodes_sound", tests)]
    folders = sorted({file.parent for file in tests.rglob("test_*.py")})
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(2) as beside:
        playing = first.submit(_printed, ("-m", "pytest", *real_time))
        decoding = beside.submit(_printed, ("-m", "pytest", *sound), LOWER)
        others = [
            beside.submit(_printed, ("-m", "pytest", *_others(one)), LOWER) for one in folders
        ]
        codes = [_shown(run.result()) for run in (playing, *others)]
        last = _shown(decoding.result())
        return last == OK and {*codes} <= {OK, NO_TESTS}


def _others(folder: Path) -> list[str]:
    return ["-m", "not decodes_sound and not alone", *map(str, sorted(folder.glob("test_*.py")))]


def _that_name(marker: str, tests: Path) -> list[str]:
    """The files that name ``marker``: to read all the others takes a quarter of a minute."""
    files = sorted(tests.rglob("test_*.py"))
    found = [str(file) for file in files if f"mark.{marker}" in file.read_text(encoding="utf-8")]
    return found or [str(tests)]


def _printed(
    words: Sequence[str], before: Sequence[str] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run Python with these arguments; its standard output and error are one text."""
    return subprocess.run(
        [*before, sys.executable, *words], cwd=HOME, check=False,
        encoding="utf-8", errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _shown(run: "subprocess.CompletedProcess[str]") -> int:
    """Print what ``run`` printed; its exit code."""
    sys.stdout.write(run.stdout)
    sys.stdout.flush()
    return run.returncode
