"""Put the files of a backup in place; the old ones stay beside them."""

import argparse
from datetime import datetime
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.paths import instance_lock_file
from assistant.core.translation import _, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path, metavar=shown(_("FILE")), help=_("what `backup` wrote"))


def needs(args: argparse.Namespace) -> Needs:
    """The packages only."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Check all of it, then replace; nothing is touched while Kram listens."""
    from assistant.apps.backup.backup_file import read_backup
    from assistant.apps.backup.restoring import check_contents, restore
    from assistant.apps.backup.user_files import user_files
    from assistant.core.single_instance import single_instance

    files = user_files()
    contents = read_backup(args.file, files)
    check_contents(args.file, contents, files)
    with single_instance(instance_lock_file()):
        kept = restore(contents, files, datetime.now().astimezone())
    for one in files:
        if one.name in contents:
            common.write(_("{path} is restored.").format(path=one.path))
    for path in kept:
        common.write(_("The old one is {path}.").format(path=path))
    return 0
