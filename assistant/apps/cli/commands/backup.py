"""Keep diary, settings, profile and pronunciations in one file."""

import argparse
from datetime import datetime
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.paths import version
from assistant.core.translation import _, joined, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path, metavar=shown(_("FILE")), help=_("such as kram.zip"))


def needs(args: argparse.Namespace) -> Needs:
    """The packages only."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Write the file, and say what is in it; another kind of file is never replaced."""
    from assistant.apps.backup.backup_file import read_backup, write_backup
    from assistant.apps.backup.user_files import user_files
    from assistant.core.errors import InputError

    files = user_files()
    if args.file.exists():
        try:
            read_backup(args.file, files)
        except InputError as error:
            raise InputError(
                _("{file} is there already and is no backup of Kram").format(file=args.file),
                _("choose another name"),
            ) from error
    names = write_backup(args.file, files, version(), datetime.now().astimezone())
    common.write(_("{file} is written: {names}.").format(file=args.file, names=joined(", ", names)))
    common.write(_("Keep it private: it says how you are, and may hold the password of [tell]."))
    return 0
