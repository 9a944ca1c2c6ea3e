"""Listen and guide: on microphone and loudspeaker, or on WAV files."""

import argparse
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.paths import (
    diary_file,
    last_error_file,
    snapshot_file,
    speech_cache_folder,
    transcript_file,
)

if TYPE_CHECKING:
    from assistant.core.event_log import Subscriber
    from assistant.runtime.composition import Choices
    from assistant.runtime.config import Config


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.file_arguments(parser)
    common.phrases_argument(parser)


def needs(args: argparse.Namespace) -> Needs:
    """The model, and PortAudio unless a file is in the microphone's place."""
    return Needs(model=True, microphone=args.input is None)


def run(args: argparse.Namespace) -> int:
    """Listen until the input ends or somebody says stop."""
    from assistant.core.paths import (
        config_file,
        instance_lock_file,
        profile_file,
        pronunciation_file,
    )
    from assistant.core.single_instance import single_instance
    from assistant.runtime.composition import Choices, Settings
    from assistant.runtime.config import load_config
    from assistant.runtime.profile_store import ProfileStore

    config = load_config(config_file())
    settings = Settings(phrases=args.phrases, profile=config.profile, spoken=profile_file())
    settings = replace(
        settings, voice=config.voice, store=speech_cache_folder(), sound=config.sound
    )
    listeners: tuple[Subscriber, ...] = ()
    if args.input is None:
        settings = replace(settings, diary=diary_file(), memory=snapshot_file())
        settings = replace(settings, recipient=config.tell, pronunciation=pronunciation_file())
        listeners = _journal(config)
    else:
        # an evening played from a file is no evening of the user's: nothing of it is kept or told
        known = ProfileStore(profile_file(), config.profile).profile
        settings = replace(settings, profile=known, spoken=None)
    # the other one may be speaking just now, so this is told on the terminal only
    with single_instance(instance_lock_file()) if args.input is None else nullcontext():
        return _listen(Choices(args.input, args.output, args.events, settings), listeners)


def _listen(choices: "Choices", listeners: "tuple[Subscriber, ...]") -> int:
    """Listen; what goes wrong is spoken too, if there is a loudspeaker."""
    from assistant.core.errors import KramError, MissingError
    from assistant.core.reexec import reexec
    from assistant.runtime.sd_notify import SystemdNotifier
    from assistant.runtime.session import listen
    from assistant.runtime.spoken_errors import speak_error, spoken_recently

    try:
        anew = listen(choices, listeners)
        if anew and choices.output is not None:
            raise MissingError(
                "the microphone was lost and cannot be reopened",
                f"{choices.output} is complete up to here, start again with another --output",
            )
        if anew:
            reexec()
    except KramError as error:
        again = SystemdNotifier.from_environment().is_present and spoken_recently(last_error_file())
        if choices.input is None and choices.output is None and not again:
            speak_error(error)
        raise
    return 0


def _journal(config: "Config") -> "tuple[Subscriber, ...]":
    """Who keeps what is heard, if anybody; if not, what was kept goes."""
    from assistant.runtime.transcript_log import TranscriptLog

    if config.journal.heard:
        return (TranscriptLog(transcript_file(), config.journal.entries).record,)
    transcript_file().unlink(missing_ok=True)
    return ()
