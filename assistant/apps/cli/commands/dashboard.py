"""A page for the caregiver on this computer: last nights, what was heard, the last checks."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.apps.cli.translated_help import whole_number
from assistant.core.translation import _

if TYPE_CHECKING:
    from assistant.apps.dashboard.page import Page


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--port",
        type=whole_number,
        default=8119,
        metavar="N",
        help=_("port on this computer; without it 8119, and 0 takes any free one"),
    )


def needs(args: argparse.Namespace) -> Needs:
    """The packages only: the page shows what else is missing."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    from assistant.apps.dashboard.http_server import HOST, open_server
    from assistant.core import paths
    from assistant.core.interrupts import raise_if_interrupted
    from assistant.core.translation import asked_language, language_for_relatives

    raise_if_interrupted()
    is_configured = bool(asked_language(paths.config_file()))
    usual = language_for_relatives(paths.config_file())
    server = open_server(current_page, args.port, is_configured, usual)
    address = f"http://{HOST}:{server.server_port}/"
    if sys.stdout.isatty():
        common.write(_("Open {address} in a browser. Ctrl-C ends this.").format(address=address))
    else:
        common.write(f"ready: {address}")  # for programs
    with server:
        server.serve_forever()
    return 0


def current_page() -> "Page":
    """The page as of now, from stored files only: nothing is played, no microphone is opened."""
    from assistant.apps.dashboard.page import PageData, make_page
    from assistant.apps.dashboard.timeline import Records
    from assistant.apps.doctor.stored_checks import read_checks
    from assistant.core import paths
    from assistant.core.single_instance import is_held
    from assistant.runtime.deaf_notice import deaf_until
    from assistant.runtime.diary.store import read_episodes
    from assistant.runtime.diary.texts import load_diary_texts
    from assistant.runtime.night_log import read_night_log
    from assistant.runtime.transcript_log import read_transcript

    now = datetime.now().astimezone()
    checked, results = read_checks(paths.last_checks_file())
    facts = PageData(
        records=Records(
            read_episodes(paths.diary_file()),
            read_night_log(paths.night_log_file()),
            read_transcript(paths.transcript_file()),
        ),
        words=load_diary_texts(paths.OWN_PHRASES),
        transcript_enabled=_transcript_enabled(),
        findings=results,
        checked=checked,
        config=_short(paths.config_file()),
        deaf_until=deaf_until(paths.deaf_file(), now),
        is_running=is_held(paths.instance_lock_file()),
    )
    return make_page(facts, now)


def _transcript_enabled() -> bool:
    """Whether transcripts are stored; with mistakes in config.toml, whatever is stored is shown."""
    from assistant.core.errors import InputError
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config

    try:
        return load_config(config_file()).journal.heard
    except InputError:
        return True  # the checks of the devices name the mistake


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
