"""The command line. Importable by a bare Python: a command imports what it needs when it runs."""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from assistant.apps.cli.commands import COMMANDS, load_command
from assistant.core.errors import KramError
from assistant.core.paths import IN_CLONE, as_typed, version
from assistant.core.reexec import exit_process, portaudio_hung

DEFAULT = "listen"

ONLY_IN_CLONE = frozenset({"test", "bench"})
"""Commands for developers of the project."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, for commands that do not normally end that way."""


def enter(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``run.py`` and of the installed ``kram``: set up what is missing, then run.

    ``run.py`` continues in ``.venv``; an installed Kram already has its packages.
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
        return _report(error)
    except KeyboardInterrupt:
        sys.stderr.write("\nkram: set-up was interrupted; run this again and it goes on\n")
        return INTERRUPTED
    sys.stderr.flush()
    if project.installed:
        return perform(arguments)
    return _exec(project.python, [str(project.root / "run.py"), *argv])


def _exec(python: Path, arguments: list[str]) -> NoReturn:
    os.execv(python, [str(python), *arguments])


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command in this process; returns the exit code."""
    return perform(parse(sys.argv[1:] if argv is None else argv))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Arguments of a command line; exits with 2 and the usage if they are wrong."""
    if not argv or (argv[0].startswith("-") and argv[0] not in {"-h", "--help", "--version"}):
        argv = [DEFAULT, *argv]
    if argv[0] == "test" and not {"-h", "--help"}.intersection(argv[1:2]):
        argv = ["test", "--", *(word for word in argv[1:] if word != "--")]
    return _parser(argv[0]).parse_args(argv)


def perform(arguments: argparse.Namespace) -> int:
    """Run the parsed command; a ``KramError`` becomes one line on stderr and its exit code."""
    try:
        return exit_process(_perform(arguments))
    except Exception:
        if not portaudio_hung():
            raise
        # a normal exit would wait for PortAudio forever
        traceback.print_exc()
        return exit_process(1)


def _perform(arguments: argparse.Namespace) -> int:
    # numpy's threads busy-wait for each other: on these small arrays that takes more than twice
    # the CPU time of the work itself.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    level = logging.DEBUG if arguments.verbose else logging.WARNING
    logging.basicConfig(level=level, format="kram: %(message)s", stream=sys.stderr)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except KramError as error:
        return _report(error)
    except KeyboardInterrupt:
        return 0 if arguments.command == DEFAULT else INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone. Python would report that again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _report(error: KramError) -> int:
    sys.stderr.write(f"kram: {as_typed(' '.join(str(error).split()))}\n")
    return error.exit_code


def _parser(command: str) -> argparse.ArgumentParser:
    """The parser of this command; of all commands if it is none, for the help or the error."""
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
    shared.add_argument("--verbose", action="store_true", help="more details on stderr")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in [command] if command in COMMANDS else COMMANDS:
        module = load_command(name)
        summary = (module.__doc__ or name).strip().splitlines()[0]
        own = commands.add_parser(name, help=summary, description=summary, parents=[shared])
        module.arguments(own)
        own.set_defaults(run=module.run, needs=module.needs)
    if not IN_CLONE:
        # argparse lists the commands that have an entry here; these need a clone
        lines = commands._choices_actions
        lines[:] = [line for line in lines if line.dest not in ONLY_IN_CLONE]
    return parser


if __name__ == "__main__":
    sys.exit(main())
