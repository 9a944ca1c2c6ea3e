"""A page for the caregiver on this computer: last nights, what was heard, checks of the devices."""

import argparse
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.numerals import integer

if TYPE_CHECKING:
    from assistant.apps.dashboard.page import Page
    from assistant.apps.doctor.checks import HealthCheck

CHECK_INTERVAL = timedelta(minutes=10)
"""How long the results of the health checks are shown before they run again."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--port",
        type=integer,
        default=8119,
        metavar="N",
        help="port on this computer; without it 8119, and 0 takes any free one",
    )


def needs(args: argparse.Namespace) -> Needs:
    """The packages only: the page shows what else is missing."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    from assistant.apps.dashboard.http_server import HOST, open_server

    server = open_server(Pages().page, args.port)
    common.write(f"ready: http://{HOST}:{server.server_port}/")
    with server:
        server.serve_forever()
    return 0


class Pages:
    """Gathers the content of the page; caches the health checks."""

    def __init__(self) -> None:
        self._checked: datetime | None = None
        self._results: list[HealthCheck] = []
        self._one_at_a_time = threading.Lock()

    def page(self) -> "Page":
        """The page as of now."""
        from assistant.apps.dashboard.page import PageData, make_page
        from assistant.core.paths import OWN_PHRASES, config_file, diary_file, transcript_file
        from assistant.runtime.diary.store import read_episodes
        from assistant.runtime.diary.texts import load_diary_texts
        from assistant.runtime.transcript_log import read_transcript

        results = self._check(datetime.now().astimezone())
        now = datetime.now().astimezone()
        facts = PageData(
            episodes=read_episodes(diary_file()),
            helped=load_diary_texts(OWN_PHRASES).helped,
            transcript_enabled=_transcript_enabled(),
            heard=read_transcript(transcript_file()),
            findings=results,
            checked=self._checked or now,
            config=_short(config_file()),
        )
        return make_page(facts, now)

    def _check(self, now: datetime) -> "list[HealthCheck]":
        from assistant.apps.doctor.checks import run_checks

        with self._one_at_a_time:
            if self._checked is None or now - self._checked > CHECK_INTERVAL:
                self._results = run_checks()
                self._checked = datetime.now().astimezone()
            return self._results


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
