"""List what Kram has put on this machine, and remove it with --yes; the diary stays."""

import argparse
from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING

from assistant.apps.cli.commands import common
from assistant.core.paths import HOME, IN_CLONE, PROGRAM, instance_lock_file
from assistant.core.translation import Translatable, _, reason

if TYPE_CHECKING:
    from assistant.apps.uninstalling import Removable


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--yes", action="store_true", help=_("remove what is listed"))
    parser.add_argument("--with-diary", action="store_true", help=_("the diary of cramps as well"))


def needs(args: argparse.Namespace) -> None:
    """Nothing: it is not set up in order to be removed."""


def run(args: argparse.Namespace) -> int:
    """List or remove; nothing is removed while Kram listens."""
    from assistant.apps.systemd_unit import unit_file
    from assistant.apps.uninstalling import removables, remove_empty_folders
    from assistant.core.single_instance import single_instance

    found = removables()
    if not found:
        common.write(
            _("Nothing of Kram's is left here. {program}").format(program=_where_the_program_is())
        )
        return 0
    chosen = [one for one in found if args.with_diary or not one.is_diary]
    removed = _("removed") if args.yes else _("would be removed")
    with single_instance(instance_lock_file()) if args.yes else nullcontext():
        for one in chosen:
            if args.yes:
                _remove(one)
            common.write(
                Translatable("{removed}: {bytes:8.1f} MB  {path}  ({what})").format(
                    removed=removed, bytes=one.bytes / 1e6, path=one.path, what=one.what
                )
            )
    if args.yes:
        instance_lock_file().unlink(missing_ok=True)
        remove_empty_folders()
    for one in found:
        if one not in chosen:
            told = _("stays:   {bytes:8.1f} MB  {path}  (diary; --with-diary)")
            common.write(told.format(bytes=one.bytes / 1e6, path=one.path))
    common.write(
        _("{removed}: {all:.1f} MB in all. {program}").format(
            removed=removed,
            all=sum(one.bytes for one in chosen) / 1e6,
            program=_where_the_program_is(),
        )
    )
    for line in _what_next(args.yes, any(one.path == unit_file() for one in chosen)):
        common.write(line)
    return 0


def _remove(one: "Removable") -> None:
    from assistant.apps.uninstalling import remove
    from assistant.core.errors import KramError

    try:
        remove(one)
    except OSError as error:
        problem = _("{path} cannot be removed ({reason})")
        raise KramError(
            problem.format(path=one.path, reason=reason(error)),
            _("what is listed above is gone; run it again"),
        ) from error


def _where_the_program_is() -> Translatable:
    if IN_CLONE:
        return _("The program itself is the folder {home}.").format(home=HOME)
    from assistant.apps.updating.pip_installation import removal_line

    return _("The program itself: {line}").format(line=removal_line())


def _what_next(removed: bool, service: bool) -> Iterator[str]:
    """What is left to do; ``service``: whether the unit of a service is among what is removed."""
    if not removed:
        told = _("Nothing was removed. First keep what is yours: {program} backup kram.zip")
        yield told.format(program=PROGRAM)
        yield _("Then: {program} uninstall --yes").format(program=PROGRAM)
    elif service:
        yield _("Let systemd forget the service: systemctl --user daemon-reload")
