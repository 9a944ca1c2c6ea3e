"""The command line. Importable by a bare Python: a command imports what it needs when it runs."""

import argparse
import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from assistant.apps.cli import standard_streams
from assistant.apps.cli.commands import COMMANDS, load_command
from assistant.apps.cli.exit_by_interrupt import INTERRUPTED, interrupted
from assistant.apps.cli.terminal_log import start_log
from assistant.apps.cli.translated_help import TranslatedHelp, translate_argparse
from assistant.core.errors import KramError, place_of
from assistant.core.interrupts import hold_interrupts, interrupt_first
from assistant.core.just_set_up import leave_set_up
from assistant.core.paths import IN_CLONE, as_typed, config_file, version
from assistant.core.reexec import exit_process, portaudio_hung
from assistant.core.translation import _, chosen_language, joined, reason, shown, use_language

_LOGGER = logging.getLogger(__name__)

DEFAULT = "listen"

ONLY_IN_CLONE = frozenset({"test", "bench"})
"""Commands for developers of the project."""

_ENDED_BY_INTERRUPT = frozenset({DEFAULT, "serve", "dashboard"})
"""Commands that Ctrl-C ends as it should."""


def enter(argv: Sequence[str] | None = None) -> int:
    """Set up what is missing, then run a command; returns the exit code.

    ``run.py`` continues in ``.venv``; an installed Kram already has its packages.
    """
    from assistant.apps.bootstrap import plan, steps

    standard_streams.prepare()
    use_language(chosen_language(config_file()))
    argv = sys.argv[1:] if argv is None else argv
    arguments = _parse_or_end(argv)
    project = plan.project_plan()
    if not project.installed and Path(sys.prefix).resolve() == project.venv.resolve():
        return perform(arguments)
    needs = arguments.needs(arguments)
    if needs is None:
        return perform(arguments)  # nothing has to be set up for it
    try:
        with interrupt_first():
            if steps.ensure(project, needs) and arguments.command == DEFAULT:
                leave_set_up()
    except KramError as error:
        return _report(error)
    except KeyboardInterrupt:
        told = _("\nkram: set-up was interrupted; run this again and it goes on\n")
        sys.stderr.write(told.shown)
        return INTERRUPTED
    sys.stderr.flush()
    if not project.installed:
        hold_interrupts()
        command = [str(project.python), str(project.root / "run.py"), *argv]
        os.execv(project.python, command)
    return perform(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command in this process; returns the exit code."""
    standard_streams.prepare()
    use_language(chosen_language(config_file()))
    return perform(_parse_or_end(sys.argv[1:] if argv is None else argv))


def _parse_or_end(argv: Sequence[str]) -> argparse.Namespace:
    """``parse``; a help text that cannot be written leaves no traceback at exit."""
    try:
        return parse(argv)
    except SystemExit:
        if _pending_output_error():
            sys.exit(1)
        raise


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
    start_log(arguments.verbose)
    try:
        with interrupt_first():
            code = int(arguments.run(arguments))
            sys.stdout.flush()
    except KramError as error:
        return _report(error)
    except KeyboardInterrupt:
        return _interrupted(arguments.command)
    except BrokenPipeError:
        # the reader of our output has gone
        standard_streams.discard_stdout()
        return 1
    except OSError as error:
        return _report(_pending_output_error() or _system_error(error))
    return code


def _system_error(error: OSError) -> KramError:
    """What is reported of an error of the system that no command expects, such as a full /tmp."""
    _LOGGER.debug("an unexpected error", exc_info=error)
    place = f"{about}: " if (about := place_of(error)) else ""
    return KramError(
        joined("", (place, reason(error) or repr(error))),
        _("mend that, or add --verbose to see where it was"),
    )


def _interrupted(command: str) -> int:
    """The exit code after Ctrl-C; it is said that it has ended, as far as that is not plain."""
    if command == DEFAULT:
        from assistant.apps.cli.commands.common import farewell

        farewell()
    return 0 if command in _ENDED_BY_INTERRUPT else interrupted()


def _pending_output_error() -> KramError | None:
    """Why stdout does not take what is still to be written, which is then dropped; else None."""
    try:
        sys.stdout.flush()
    except OSError as error:
        standard_streams.discard_stdout()
        return standard_streams.output_error(error)
    return None


def _report(error: KramError) -> int:
    _pending_output_error()
    with contextlib.suppress(OSError):  # stderr may be full as well
        sys.stderr.write(f"kram: {as_typed(' '.join(error.shown.split()))}\n")
    return error.exit_code


def _parser(command: str) -> argparse.ArgumentParser:
    """The parser of this command; of all commands if it is none, for the help or the error."""
    from assistant import __doc__ as what

    translate_argparse()
    parser = argparse.ArgumentParser(
        prog="run.py" if IN_CLONE else "kram",
        description=_(str(what)),
        formatter_class=TranslatedHelp,
        epilog=_(
            "Without a command: listen on the default microphone. The first "
            "run sets itself up. Exit codes: 0 done, 2 bad usage or bad input "
            "file, 3 a device or the model is missing, 1 anything else."
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"kram {version()}",
        help=_("show program's version number and exit"),
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--verbose", action="store_true", help=_("more details on stderr"))
    commands = parser.add_subparsers(dest="command", required=True, metavar=shown(_("COMMAND")))
    for name in [command] if command in COMMANDS else COMMANDS:
        module = load_command(name)
        summary = _((module.__doc__ or name).strip().splitlines()[0])
        own = commands.add_parser(
            name,
            help=summary,
            description=summary,
            parents=[shared],
            formatter_class=TranslatedHelp,
        )
        module.arguments(own)
        own.set_defaults(run=module.run, needs=module.needs, whole=lambda: _parser(""))
    if not IN_CLONE:
        # argparse lists the commands that have an entry here; these need a clone
        lines = commands._choices_actions
        lines[:] = [line for line in lines if line.dest not in ONLY_IN_CLONE]
    return parser


if __name__ == "__main__":
    sys.exit(main())
