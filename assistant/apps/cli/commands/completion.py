"""Print a script with which a shell completes the command line."""

import argparse
import sys

from assistant.apps.cli.commands import common
from assistant.core.paths import HOME, IN_CLONE
from assistant.core.translation import _, shown

SHELLS = ("bash", "zsh", "fish")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the shell."""
    parser.add_argument("shell", choices=SHELLS, help=_("to be read by it: source <(… bash)"))


def needs(args: argparse.Namespace) -> None:
    """Nothing: it works before the set-up."""


def run(args: argparse.Namespace) -> int:
    """Print the script for the whole command line; at a terminal also the line that uses it."""
    from assistant.apps.completion.argument_tree import argument_tree
    from assistant.apps.completion.completion_scripts import SCRIPTS, clone_function, start_line

    common.write(SCRIPTS[args.shell](argument_tree(args.whole())))
    run_py = HOME / "run.py" if IN_CLONE else None
    if run_py:
        common.write(clone_function(args.shell, run_py))
    if sys.stdout.isatty():
        file, line = start_line(args.shell, run_py)
        told = _(
            "\nThis is for the shell to read. Add this line to {file}, then open a new terminal:"
        )
        sys.stderr.write(f"{shown(told.format(file=file))}\n  {line}\n")
        if run_py:
            sys.stderr.write(shown(_("There kram is short for python3 run.py.")) + "\n")
    return 0
