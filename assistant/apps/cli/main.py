"""The command line. Importable by a bare python: every command loads its rooms when it runs."""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from assistant.apps.cli.commands import COMMANDS
from assistant.core.errors import KramError
from assistant.core.paths import IN_CLONE, as_typed, version
from assistant.core.reexec import exit_process, portaudio_hung

DEFAULT = "listen"

ONLY_IN_CLONE = frozenset({"test", "bench"})
"""Commands of the project's developers."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, where that is not the usual way to end."""


def enter(argv: Sequence[str] | None = None) -> int:
    """What ``run.py`` and the installed ``kram`` do: set up what the arguments need, perform it.

    ``run.py`` goes on in ``.venv``; an installed Kram is where its packages are already.
    """
    from assistant.apps.bootstrap import plan, steps

    argv = sys.argv[1:] if argv is None else argv
    arguments = parse(argv)
    project = plan.project_plan()
    if not project.installed and Path(sys.prefix).resolve() == project.venv.resolve():
        return perform(arguments)
    try:
        steps.ensure(project, arguments.needs(arguments))
    except KramError as error:
        return _tell(error)
    except KeyboardInterrupt:
        sys.stderr.write("\nkram: set-up was interrupted; run this again and it goes on\n")
        return INTERRUPTED
    sys.stderr.flush()
    if project.installed:
        return perform(arguments)
    return _go_on_in(project.python, [str(project.root / "run.py"), *argv])


def _go_on_in(python: Path, arguments: list[str]) -> NoReturn:
    os.execv(python, [str(python), *arguments])


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command in this very python; returns the exit code."""
    return perform(parse(sys.argv[1:] if argv is None else argv))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Arguments of a command line; exits with 2 and the usage if they are wrong."""
    if not argv or (argv[0].startswith("-") and argv[0] not in {"-h", "--help", "--version"}):
        argv = [DEFAULT, *argv]
    if argv[0] == "test" and not {"-h", "--help"}.intersection(argv[1:2]):
        argv = ["test", "--", *(word for word in argv[1:] if word != "--")]
    return _parser().parse_args(argv)


def perform(arguments: argparse.Namespace) -> int:
    """Run the command that was parsed; every error of ours becomes one line and a code."""
    try:
        return exit_process(_perform(arguments))
    except Exception:
        if not portaudio_hung():
            raise
        # the usual end would wait for PortAudio, for ever
        traceback.print_exc()
        return exit_process(1)


def _perform(arguments: argparse.Namespace) -> int:
    # numpy's threads spin while they wait for each other: on these small arrays they only burn
    # processor time, more than twice of what the work itself takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    level = logging.DEBUG if arguments.verbose else logging.WARNING
    logging.basicConfig(level=level, format="kram: %(message)s", stream=sys.stderr)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except KramError as error:
        return _tell(error)
    except KeyboardInterrupt:
        return 0 if arguments.command == DEFAULT else INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _tell(error: KramError) -> int:
    sys.stderr.write(f"kram: {as_typed(' '.join(str(error).split()))}\n")
    return error.exit_code


def _parser() -> argparse.ArgumentParser:
    from assistant import __doc__ as what

    parser = argparse.ArgumentParser(
        prog="run.py" if IN_CLONE else "kram",
        description=what,
        epilog="Without a command: listen on the default microphone. The first run sets itself "
        "up. Exit codes: 0 done, 2 bad usage or bad input file, 3 a device or the model is "
        "missing, 1 anything else.",
    )
    parser.add_argument("--version", action="version", version=f"kram {version()}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--verbose", action="store_true", help="tell more on stderr")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or name).strip().splitlines()[0]
        own = commands.add_parser(name, help=summary, description=summary, parents=[shared])
        command.arguments(own)
        own.set_defaults(run=command.run, needs=command.needs)
    if not IN_CLONE:
        # argparse shows what has a line here; who has no clone needs no line of these
        lines = commands._choices_actions
        lines[:] = [line for line in lines if line.dest not in ONLY_IN_CLONE]
    return parser


if __name__ == "__main__":
    sys.exit(main())
