"""Print a script with which a shell completes the command line."""

import argparse

from assistant.apps.cli.commands import common
from assistant.core.translation import _

SHELLS = ("bash", "zsh", "fish")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the shell."""
    parser.add_argument("shell", choices=SHELLS, help=_("to be read by it: source <(… bash)"))


def needs(args: argparse.Namespace) -> None:
    """Nothing: it works before the set-up."""


def run(args: argparse.Namespace) -> int:
    """Print the script for the whole command line."""
    from assistant.apps.completion.argument_tree import argument_tree
    from assistant.apps.completion.completion_scripts import SCRIPTS

    common.write(SCRIPTS[args.shell](argument_tree(args.whole())))
    return 0
