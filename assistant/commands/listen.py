"""Listen and guide: on microphone and loudspeaker, or on WAV files."""

import argparse
import os
from pathlib import Path

from assistant.commands import common
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
    from assistant.listen import Choices, listen
    from assistant.wiring import Settings

    diary = diary_file() if args.input is None else None
    settings = Settings(phrases=args.phrases, diary=diary)
    listen(Choices(args.input, args.output, args.events, settings))
    return 0


def diary_file() -> Path:
    """Where the diary of spoken evenings is kept: the user's data folder."""
    data = os.environ.get("XDG_DATA_HOME")
    folder = Path(data) if data else Path.home() / ".local" / "share"
    return folder / "kram" / "diary.sqlite"
