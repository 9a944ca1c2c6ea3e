"""Write a systemd user unit, so that Kram listens whenever the machine runs."""

import argparse
import sys
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common

if TYPE_CHECKING:
    from assistant.apps.systemd_unit import Unit

START = """\
Start it, now and after every start of the machine:
  systemctl --user daemon-reload
  systemctl --user enable --now kram.service
  loginctl enable-linger        # also before anybody has logged in
See how it is:
  systemctl --user status kram.service
  journalctl --user -u kram.service
Undo all of it:
  systemctl --user disable --now kram.service
  {program} install-service --remove"""

REMOVED = """\
Then let systemd forget it:
  systemctl --user stop kram.service
  systemctl --user daemon-reload"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--print", action="store_true", help="only show the unit, write nothing")
    which.add_argument("--remove", action="store_true", help="delete the unit")


def needs(args: argparse.Namespace) -> Needs:
    """What the service needs, so that it never has to install anything itself."""
    only_text = args.print or args.remove
    return Needs(model=not only_text, microphone=not only_text)


def run(args: argparse.Namespace) -> int:
    """Write, show or delete the unit."""
    from assistant.apps.systemd_unit import NAME, unit_file, unit_text
    from assistant.core.atomic_file import private_folder
    from assistant.core.errors import KramError, MissingError
    from assistant.core.paths import PROGRAM, data_folder

    file = unit_file()
    try:
        if args.remove:
            file.unlink(missing_ok=True)
            (file.parent / "default.target.wants" / NAME).unlink(missing_ok=True)
            common.write(f"{file} is gone.\n{REMOVED}")
            return 0
        text = unit_text(_unit())
        if args.print:
            common.write(text.rstrip())
            return 0
        if not sys.platform.startswith("linux"):
            raise MissingError(
                "there is no systemd here", "let the system's own tools start `kram`"
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        # ReadWritePaths= can only open what is there
        private_folder(data_folder())
    except OSError as error:
        raise KramError(
            f"{file} cannot be written or deleted ({error.strerror})",
            "check the folder's permissions",
        ) from error
    common.write(f"{file} is written.\n{START.format(program=PROGRAM)}")
    return 0


def _unit() -> "Unit":
    """What the unit says in this installation."""
    from assistant.apps.systemd_unit import (
        Unit,
        folder_variables,
        listening_command,
        namespaces_allowed,
    )
    from assistant.core.paths import HOME, IN_CLONE, MODELS, config_file, data_folder
    from assistant.runtime.config import load_config

    tell = load_config(config_file()).tell
    return Unit(
        listening_command(IN_CLONE, HOME),
        tuple(dict.fromkeys((data_folder(), MODELS))),
        tell.is_there,
        folder_variables(),
        readable=(tell.ca_file,) if tell.ca_file else (),
        namespaces=namespaces_allowed(),
    )
