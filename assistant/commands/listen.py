"""Listen and guide: on microphone and loudspeaker, or on WAV files."""

import argparse
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import common
from assistant.folders import data_folder
from assistant.setup.plan import Needs

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.eventlog import Listener
    from assistant.listen import Choices


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.file_arguments(parser)
    common.phrases_argument(parser)


def needs(args: argparse.Namespace) -> Needs:
    """The model, and PortAudio unless a file is in the microphone's place."""
    return Needs(model=True, microphone=args.input is None)


def run(args: argparse.Namespace) -> int:
    """Listen until the input ends or somebody says stop."""
    from assistant.alone import alone
    from assistant.config import config_file, load_config
    from assistant.listen import Choices
    from assistant.models import personal_file
    from assistant.profile import ProfileBook, spoken_file
    from assistant.wiring import Settings

    config = load_config(config_file())
    settings = Settings(phrases=args.phrases, profile=config.profile, spoken=spoken_file())
    settings = replace(settings, voice=config.voice, store=voice_folder(), sound=config.sound)
    listeners: tuple[Listener, ...] = ()
    if args.input is None:
        settings = replace(settings, diary=diary_file(), memory=memory_file())
        settings = replace(settings, recipient=config.tell, pronunciation=personal_file())
        listeners = _journal(config)
    else:
        # an evening played from a file is no evening of the user's: nothing of it is kept or told
        known = ProfileBook(spoken_file(), config.profile).profile
        settings = replace(settings, profile=known, spoken=None)
    # the other one may be speaking just now, so this is told on the terminal only
    with alone(data_folder() / "listening.lock") if args.input is None else nullcontext():
        return _listen(Choices(args.input, args.output, args.events, settings), listeners)


def _listen(choices: "Choices", listeners: "tuple[Listener, ...]") -> int:
    """Listen; what goes wrong is spoken too, if there is a loudspeaker."""
    from assistant.anew import begin_anew
    from assistant.errors import KramError, MissingError
    from assistant.listen import listen
    from assistant.supervisor import Supervisor
    from assistant.trouble import said_lately, speak_trouble

    try:
        anew = listen(choices, listeners)
        if anew and choices.output is not None:
            raise MissingError(
                f"the microphone was lost and cannot be had back; {choices.output} is complete up "
                "to here, start again with another --output"
            )
        if anew:
            begin_anew()
    except KramError as error:
        again = Supervisor.from_environment().there and said_lately(data_folder() / "trouble")
        if choices.input is None and choices.output is None and not again:
            speak_trouble(error)
        raise
    return 0


def _journal(config: "Config") -> "tuple[Listener, ...]":
    """Who keeps what is heard, if anybody; if not, what was kept goes."""
    from assistant.journal import Journal

    if config.journal.heard:
        return (Journal(journal_file(), config.journal.entries).listen,)
    journal_file().unlink(missing_ok=True)
    return ()


def diary_file() -> Path:
    """Where the diary of spoken evenings is kept: the user's data folder."""
    return data_folder() / "diary.sqlite"


def memory_file() -> Path:
    """Where an unfinished conversation is kept, for the case of a crash."""
    return data_folder() / "conversation.json"


def journal_file() -> Path:
    """Where what was heard is kept, if the configuration says so."""
    return data_folder() / "heard.jsonl"


def voice_folder() -> Path:
    """Where a voice of the user's keeps what it has made, to say it at once the next time."""
    return data_folder() / "voice"
