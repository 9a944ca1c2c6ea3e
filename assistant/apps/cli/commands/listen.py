"""Listen and guide: on microphone and loudspeaker, or on WAV files."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core import paths
from assistant.core.just_set_up import take_set_up
from assistant.core.translation import _

if TYPE_CHECKING:
    from assistant.apps.listening_view.listening_status import ListeningStatus
    from assistant.core.event_records import Record
    from assistant.runtime.session_options import SessionOptions


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.file_arguments(parser)
    common.phrases_argument(parser)
    parser.add_argument(
        "--plain",
        action="store_true",
        help=_("a line on stdout for each state and utterance, in place of the live line"),
    )
    parser.add_argument(
        "--typed",
        action="store_true",
        help=_("type what would be said, and read the guide; no microphone, nothing is stored"),
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model, and PortAudio unless a file is in the microphone's place; to type, neither."""
    return Needs(model=not args.typed, microphone=args.input is None and not args.typed)


def run(args: argparse.Namespace) -> int:
    """Listen until the input ends or the user says stop."""
    from assistant.core.single_instance import single_instance

    common.check_file_arguments(args)
    options = _options(args)
    if args.typed:
        _type(args, options)
        common.farewell()
        return 0
    # the other instance may be speaking at this moment: its presence is reported in the terminal
    # only
    with single_instance(paths.instance_lock_file()) if options.is_live else nullcontext():
        just_set_up = take_set_up()
        if options.is_live and options.output is None and (just_set_up or _is_first_time()):
            from assistant.runtime.first_greeting import greet

            greet(options)
        code = _listen(args, options)
    if options.is_live:
        common.farewell()
    return code


def _type(args: argparse.Namespace, options: "SessionOptions") -> None:
    """Talk by typing: at a terminal in real time, else as fast as the lines of a file allow."""
    from assistant.apps.listening_view.typed_view import WELCOME, typed_view
    from assistant.core.errors import InputError
    from assistant.runtime.typed_session import run_typed_session

    if args.input is not None or sys.stdin is None:
        raise InputError(_("--typed reads what is typed, not a sound file"), _("leave out --input"))
    live = sys.stdin.isatty()
    if live:
        common.write(WELCOME)
    subscribers = common.event_subscribers(args) or (typed_view(common.write, echo=not live),)
    run_typed_session(replace(options, subscribers=subscribers), sys.stdin, live)


def _is_first_time() -> bool:
    """Whether somebody at a terminal has it listen for the first time; ``demo`` may have set up."""
    return sys.stdout.isatty() and not paths.night_log_file().exists()


@contextmanager
def _shown(args: argparse.Namespace, options: "SessionOptions") -> Iterator["SessionOptions"]:
    """``options`` with what shows the session on stdout: a live line only in a terminal."""
    from rich.console import Console

    from assistant.apps.listening_view.listening_status import ListeningStatus
    from assistant.apps.listening_view.live_line import is_supervised, live_line
    from assistant.audio.level_meter import LevelMeter

    if subscribers := common.event_subscribers(args):
        yield replace(options, subscribers=subscribers)
        return
    console = Console(highlight=False)
    in_terminal = options.is_live and console.is_terminal and not is_supervised()
    if not (args.plain or in_terminal):
        yield options
        return
    meter = LevelMeter()
    status = ListeningStatus(meter)
    if args.plain or console.is_dumb_terminal:
        yield replace(options, meter=meter, subscribers=(lambda one: _write_line(status, one),))
        return
    with live_line(status, console):
        yield replace(options, meter=meter, subscribers=(status.take,))


def _write_line(status: "ListeningStatus", record: "Record") -> None:
    from assistant.apps.listening_view.listening_status import duration_text

    if line := status.record(record):
        common.write(f"{duration_text(record['t'])} {line}")


def _options(args: argparse.Namespace) -> "SessionOptions":
    from assistant.runtime.config import load_config
    from assistant.runtime.notify.messages import Recipient
    from assistant.runtime.profile_store import ProfileStore
    from assistant.runtime.session_options import SessionOptions

    options = SessionOptions(
        load_config(paths.config_file()),
        phrases=args.phrases,
        input=args.input,
        output=args.output,
        events=common.event_file(args),
        speech_cache=paths.speech_cache_folder(),
    )
    if options.is_live and not args.typed:
        return replace(
            options,
            diary_file=paths.diary_file(),
            snapshot_file=paths.snapshot_file(),
            deaf_file=paths.deaf_file(),
            night_log_file=paths.night_log_file(),
            profile_file=paths.profile_file(),
            pronunciation_file=paths.pronunciation_file(),
            transcript_file=paths.transcript_file(),
        )
    # neither a recording nor what is typed is the user's own night: the profile is used, but
    # nothing is stored or sent
    profile = ProfileStore(paths.profile_file(), options.config.profile).profile
    return replace(options, config=replace(options.config, profile=profile, tell=Recipient()))


def _listen(args: argparse.Namespace, options: "SessionOptions") -> int:
    """Listen; an error is also spoken, if there is a loudspeaker."""
    from assistant.core.errors import KramError, MissingError
    from assistant.core.reexec import reexec
    from assistant.runtime.sd_notify import SystemdNotifier
    from assistant.runtime.session import run_session
    from assistant.runtime.spoken_errors import speak_error, spoken_recently

    try:
        with _shown(args, options) as shown:
            restart = run_session(shown)
        if restart and options.output is not None:
            raise MissingError(
                _("the microphone was lost and cannot be reopened"),
                _("{output} is complete up to here, start again with another --output").format(
                    output=options.output
                ),
            )
        if restart:
            reexec()
    except KramError as error:
        supervised = SystemdNotifier.from_environment().is_present
        repeated = supervised and spoken_recently(paths.last_error_file())
        if options.is_live and options.output is None and not repeated:
            speak_error(error)
        raise
    return 0
