"""Bring the program up to date: say what will be done, ask, do it; what is yours stays."""

import argparse
import sys
from typing import TYPE_CHECKING

from assistant.apps.cli.commands import common
from assistant.core import paths
from assistant.core.translation import _

if TYPE_CHECKING:
    from assistant.apps.updating.git_clone import GitClone, Version
    from assistant.apps.updating.replacement import Replacement

_TITLES = 10
"""Changes that are named, the latest first."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--yes", action="store_true", help=_("do it without asking"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))


def needs(args: argparse.Namespace) -> None:
    """Nothing: a Kram whose packages are broken can be updated too."""


def run(args: argparse.Namespace) -> int:
    """Update the clone, or print the line that updates what pip has installed."""
    from assistant.apps.updating.git_clone import GitClone
    from assistant.apps.updating.replacement import Replacement, set_up_command

    if not paths.IN_CLONE:
        from assistant.apps.updating.pip_installation import upgrade_line

        common.write(_("pip has installed this Kram. To update it, type:"))
        common.write(f"  {upgrade_line()}")
        return 0
    clone = GitClone(paths.HOME)
    replacement = Replacement(clone, set_up_command(paths.HOME))
    if replacement.was_killed and not _undo_killed(args, replacement):
        return 0
    clone.check()
    clone.fetch()
    here, there = clone.here(), clone.there()
    if not clone.count(here.commit, there.commit):
        common.write(_("Kram is up to date: {here}.").format(here=here))
        return 0
    _check_history(clone, here, there)
    for line in _plan(clone, here, there, replacement.is_set_up):
        common.write(line)
    if args.dry_run or not (args.yes or _confirmed()):
        told = _("Nothing was changed. To do it: {program} update --yes")
        common.write(told.format(program=paths.PROGRAM))
        return 0
    _do(replacement, there)
    return 0


def _undo_killed(args: argparse.Namespace, replacement: "Replacement") -> bool:
    """Go back to where an update began that was killed; False if that is only to be said."""
    from assistant.core.single_instance import single_instance

    if args.dry_run:
        common.write(_("An earlier update was cut off; without --dry-run this goes back first."))
        return False
    with single_instance(paths.instance_lock_file()):
        former = replacement.undo_killed()
    told = _("An earlier update was cut off; {former} is back in place.")
    common.write(told.format(former=former[:9]))
    return True


def _check_history(clone: "GitClone", here: "Version", there: "Version") -> None:
    from assistant.core.errors import KramError

    if own := clone.count(there.commit, here.commit):
        raise KramError(
            _("this clone has commits of its own ({count}), which must not be lost").format(
                count=own
            ),
            _("join them by hand (git pull --rebase), or start from a new clone"),
        )


def _plan(clone: "GitClone", here: "Version", there: "Version", is_set_up: bool) -> list[str]:
    """What is here, what comes, what is done about it and what stays."""
    from assistant.apps.updating.replacement import REQUIREMENTS

    count = clone.count(here.commit, there.commit)
    lines: list[str] = [
        _("here:   {here}").format(here=here),
        _("comes:  {there}; changes: {count}, the latest first:").format(there=there, count=count),
    ]
    lines += [f"          {title}" for title in clone.titles(here.commit, there.commit, _TITLES)]
    if count > _TITLES:
        lines.append(_("          … and {count} more").format(count=count - _TITLES))
    steps: list[str] = [_("program (git pull --ff-only)").shown]
    if is_set_up and clone.differs(here.commit, there.commit, REQUIREMENTS):
        steps.append(_("Python packages (needs the network)").shown)
    if is_set_up:
        steps.append(_("model (if phrases or compiler have changed)").shown)
    lines.append(_("to do:  {steps}").format(steps=", ".join(steps)))
    stays = _("stays:  settings {settings}, data {data}")
    lines.append(stays.format(settings=paths.config_file(), data=paths.data_folder()))
    lines.append(_("        if a step fails, the version that is here goes on working"))
    return lines


def _confirmed() -> bool:
    """The answer of whoever sits at the terminal; no if nobody does."""
    from assistant.apps.indonesian_answers import switch_of
    from assistant.core.single_instance import single_instance

    if sys.stdin is None or not sys.stdin.isatty():
        return False
    with single_instance(paths.instance_lock_file()):
        pass  # while a Kram listens nobody is asked in vain
    try:
        return switch_of(input(_("Go on? [y/N] ").shown)) is True
    except EOFError:
        common.write("")
        return False


def _do(replacement: "Replacement", there: "Version") -> None:
    """Replace the version while no Kram listens: nobody's guide is cut off in the middle."""
    from assistant.apps.systemd_unit import unit_file
    from assistant.core.single_instance import single_instance

    with single_instance(paths.instance_lock_file()):
        replacement.replace(there.commit)
    common.write(_("Kram is now {there}.").format(there=there))
    if unit_file().exists():
        common.write(_("The service takes it when it is started again:"))
        common.write("  systemctl --user restart kram.service")
