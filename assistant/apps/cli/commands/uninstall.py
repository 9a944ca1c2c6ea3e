"""List what Kram has put on this machine, and remove it with --yes; the diary stays."""

import argparse
from contextlib import nullcontext

from assistant.apps.cli.commands import common
from assistant.core.paths import HOME, IN_CLONE, PROGRAM, instance_lock_file

_LAST = {
    True: f"The program itself is the folder {HOME}.",
    False: "The program itself: pip uninstall kram",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--yes", action="store_true", help="remove what is listed")
    parser.add_argument("--with-diary", action="store_true", help="the diary of cramps as well")


def needs(args: argparse.Namespace) -> None:
    """Nothing: it is not set up in order to be removed."""


def run(args: argparse.Namespace) -> int:
    """List or remove; nothing is removed while Kram listens."""
    from assistant.apps.systemd_unit import unit_file
    from assistant.apps.uninstalling import removables, remove, remove_empty_folders
    from assistant.core.errors import KramError
    from assistant.core.single_instance import single_instance

    found = removables()
    chosen = [one for one in found if args.with_diary or not one.is_diary]
    removed = "removed" if args.yes else "would be removed"
    with single_instance(instance_lock_file()) if args.yes else nullcontext():
        for one in chosen:
            try:
                if args.yes:
                    remove(one)
            except OSError as error:
                raise KramError(
                    f"{one.path} cannot be removed ({error.strerror})",
                    "what is listed above is gone; run it again",
                ) from error
            common.write(f"{removed}: {one.bytes / 1e6:8.1f} MB  {one.path}  ({one.what})")
    if args.yes:
        instance_lock_file().unlink(missing_ok=True)
        remove_empty_folders()
    for one in found:
        if one not in chosen:
            common.write(f"stays:   {one.bytes / 1e6:8.1f} MB  {one.path}  (diary; --with-diary)")
    common.write(
        f"{removed}: {sum(one.bytes for one in chosen) / 1e6:.1f} MB in all. {_LAST[IN_CLONE]}"
    )
    if not args.yes:
        common.write(f"Nothing was removed. First keep what is yours: {PROGRAM} backup kram.zip")
        common.write(f"Then: {PROGRAM} uninstall --yes")
    if args.yes and any(one.path == unit_file() for one in chosen):
        common.write("Let systemd forget the service: systemctl --user daemon-reload")
    return 0
