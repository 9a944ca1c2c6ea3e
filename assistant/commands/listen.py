"""Listen and guide: on microphone and loudspeaker, or on WAV files."""

import argparse
from dataclasses import replace
from pathlib import Path

from assistant.commands import common
from assistant.folders import data_folder
from assistant.setup.plan import Needs


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--input", type=Path, metavar="IN.wav", help="in place of the microphone")
    parser.add_argument(
        "--output", type=Path, metavar="OUT.wav", help="in place of the loudspeaker"
    )
    parser.add_argument("--events", type=Path, metavar="E.jsonl", help="what happened when")
    common.phrases_argument(parser)


def needs(args: argparse.Namespace) -> Needs:
    """The model, and PortAudio unless a file is in the microphone's place."""
    return Needs(model=True, microphone=args.input is None)


def run(args: argparse.Namespace) -> int:
    """Listen until the input ends or somebody says stop."""
    from assistant.config import config_file, load_profile
    from assistant.errors import KramError
    from assistant.listen import Choices, listen
    from assistant.profile import ProfileBook, spoken_file
    from assistant.supervisor import Supervisor
    from assistant.trouble import said_lately, speak_trouble
    from assistant.wiring import Settings

    configured = load_profile(config_file())
    settings = Settings(phrases=args.phrases, profile=configured, spoken=spoken_file())
    if args.input is None:
        settings = replace(settings, diary=diary_file(), memory=memory_file())
    else:
        # an evening played from a file is no evening of the user's: nothing of it is kept
        known = ProfileBook(spoken_file(), configured).profile
        settings = replace(settings, profile=known, spoken=None)
    try:
        listen(Choices(args.input, args.output, args.events, settings))
    except KramError as error:
        again = Supervisor.from_environment().there and said_lately(data_folder() / "trouble")
        if args.input is None and args.output is None and not again:
            speak_trouble(error)
        raise
    return 0


def diary_file() -> Path:
    """Where the diary of spoken evenings is kept: the user's data folder."""
    return data_folder() / "diary.sqlite"


def memory_file() -> Path:
    """Where an unfinished conversation is kept, for the case of a crash."""
    return data_folder() / "conversation.json"
