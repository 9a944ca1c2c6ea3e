"""Write a systemd user unit, so that Kram listens whenever the machine runs."""

import argparse
import os
import sys

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.translation import _, reason

START = _(
    "Start it, now and after every start of the machine:\n  systemctl "
    "--user daemon-reload\n  systemctl --user enable --now "
    "kram.service\n  loginctl enable-linger        # also before "
    "anybody has logged in\nSee how it is:\n  systemctl --user status "
    "kram.service\n  journalctl --user -u kram.service\nUndo all of "
    "it:\n  systemctl --user disable --now kram.service\n  {program} "
    "install-service --remove"
)

REMOVED = _(
    "Then let systemd forget it:\n  systemctl --user stop "
    "kram.service\n  systemctl --user daemon-reload"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--print", action="store_true", help=_("only show the unit, write nothing"))
    which.add_argument("--remove", action="store_true", help=_("delete the unit"))


def needs(args: argparse.Namespace) -> Needs:
    """What the service needs, so that it never has to install anything itself."""
    only_text = args.print or args.remove
    return Needs(model=not only_text, microphone=not only_text)


def run(args: argparse.Namespace) -> int:
    """Write, show or delete the unit."""
    from assistant.apps.systemd_unit import (
        NAME,
        unit_file,
    )
    from assistant.core.atomic_file import private_folder
    from assistant.core.errors import KramError, MissingError
    from assistant.core.paths import PROGRAM, data_folder

    file = unit_file()
    try:
        if args.remove:
            links = (file, file.parent / "default.target.wants" / NAME)
            if not any(map(os.path.lexists, links)):
                common.write(_("{file} is not there, nothing to delete").format(file=file))
                return 0
            for one in links:
                one.unlink(missing_ok=True)
            common.write(_("{file} is gone.\n{removed}").format(file=file, removed=REMOVED))
            return 0
        text = _unit_text()
        if args.print:
            common.write(text.rstrip())
            return 0
        if not sys.platform.startswith("linux"):
            raise MissingError(
                _("there is no systemd here"), _("let the system's own tools start `kram`")
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        # ReadWritePaths= can only open what is there
        private_folder(data_folder())
    except OSError as error:
        raise KramError(
            _("{file} cannot be written or deleted ({reason})").format(
                file=file, reason=reason(error)
            ),
            _("check the folder's permissions"),
        ) from error
    common.write(
        _("{file} is written.\n{start}").format(file=file, start=START.format(program=PROGRAM))
    )
    return 0


def _unit_text() -> str:
    """The unit for this installation and the user's configuration."""
    from assistant.apps import systemd_unit
    from assistant.core.paths import HOME, IN_CLONE, MODELS, config_file, data_folder
    from assistant.runtime.config import load_config

    tell = load_config(config_file()).tell
    unit = systemd_unit.Unit(
        systemd_unit.listening_command(IN_CLONE, HOME),
        tuple(dict.fromkeys((data_folder(), MODELS))),
        tell.is_configured,
        systemd_unit.folder_variables(),
        readable=(tell.ca_file,) if tell.ca_file else (),
        namespaces=systemd_unit.namespaces_allowed(),
    )
    return systemd_unit.unit_text(unit)
