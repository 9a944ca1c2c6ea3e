"""Bring the program up to date: say what will be done, ask, do it; what is yours stays."""

import argparse
import sys
from typing import TYPE_CHECKING

from assistant.apps.cli.commands import common
from assistant.core import paths

if TYPE_CHECKING:
    from assistant.apps.updating.git_clone import GitClone, Version
    from assistant.apps.updating.replacement import Replacement

_TITLES = 10
"""Changes that are named, the latest first."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def needs(args: argparse.Namespace) -> None:
    """Nothing: a Kram whose packages are broken can be updated too."""


def run(args: argparse.Namespace) -> int:
    """Update the clone, or print the line that updates what pip has installed."""
    from assistant.apps.updating.git_clone import GitClone
    from assistant.apps.updating.replacement import Replacement, set_up_command

    if not paths.IN_CLONE:
        from assistant.apps.updating.pip_installation import upgrade_line

        common.write(f"pip has installed this Kram. To update it, type:\n  {upgrade_line()}")
        return 0
    clone = GitClone(paths.HOME)
    replacement = Replacement(clone, set_up_command(paths.HOME))
    if replacement.was_killed and not _undo_killed(args, replacement):
        return 0
    clone.check()
    clone.fetch()
    here, there = clone.here(), clone.there()
    if not clone.count(here.commit, there.commit):
        common.write(f"Kram is up to date: {here}.")
        return 0
    _check_history(clone, here, there)
    for line in _plan(clone, here, there, replacement.is_set_up):
        common.write(line)
    if args.dry_run or not (args.yes or _confirmed()):
        common.write(f"Nothing was changed. To do it: {paths.PROGRAM} update --yes")
        return 0
    _do(replacement, there)
    return 0


def _undo_killed(args: argparse.Namespace, replacement: "Replacement") -> bool:
    """Go back to where an update began that was killed; False if that is only to be said."""
    from assistant.core.single_instance import single_instance

    if args.dry_run:
        common.write("An earlier update was cut off; without --dry-run this goes back first.")
        return False
    with single_instance(paths.instance_lock_file()):
        former = replacement.undo_killed()
    common.write(f"An earlier update was cut off; {former[:9]} is back in place.")
    return True


def _check_history(clone: "GitClone", here: "Version", there: "Version") -> None:
    from assistant.core.errors import KramError

    if own := clone.count(there.commit, here.commit):
        raise KramError(
            f"this clone has {_counted(own, 'commit')} of its own, which must not be lost",
            "join them by hand (git pull --rebase), or start from a new clone",
        )


def _plan(clone: "GitClone", here: "Version", there: "Version", is_set_up: bool) -> list[str]:
    """What is here, what comes, what is done about it and what stays."""
    from assistant.apps.updating.replacement import REQUIREMENTS

    count = clone.count(here.commit, there.commit)
    lines = [f"here:   {here}", f"comes:  {there}; {_counted(count, 'change')}, the latest first:"]
    lines += [f"          {title}" for title in clone.titles(here.commit, there.commit, _TITLES)]
    if count > _TITLES:
        lines.append(f"          … and {count - _TITLES} more")
    steps = ["git pull --ff-only"]
    if is_set_up and clone.differs(here.commit, there.commit, REQUIREMENTS):
        steps.append("Python packages (needs the network)")
    if is_set_up:
        steps.append("model, if phrases or compiler have changed")
    lines.append(f"to do:  {', '.join(steps)}")
    lines.append(f"stays:  settings {paths.config_file()}, data {paths.data_folder()}")
    lines.append("        if a step fails, the version that is here goes on working")
    return lines


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _confirmed() -> bool:
    """The answer of whoever sits at the terminal; no if nobody does."""
    from assistant.apps.indonesian_answers import switch_of

    if sys.stdin is None or not sys.stdin.isatty():
        return False
    try:
        return switch_of(input("Go on? [y/N] ")) is True
    except EOFError:
        common.write("")
        return False


def _do(replacement: "Replacement", there: "Version") -> None:
    """Replace the version while no Kram listens: nobody's guide is cut off in the middle."""
    from assistant.apps.systemd_unit import unit_file
    from assistant.core.single_instance import single_instance

    with single_instance(paths.instance_lock_file()):
        replacement.replace(there.commit)
    common.write(f"Kram is now {there}.")
    if unit_file().exists():
        common.write("The service takes it when it is started again:")
        common.write("  systemctl --user restart kram.service")
