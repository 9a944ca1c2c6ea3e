"""A whole cramp conversation without a sound card, audible in demo.wav."""

import argparse
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.output_files import check_outputs, check_wav_output
from assistant.core.translation import _, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("demo.wav"),
        metavar="OUT.wav",
        help=_("where the conversation can be heard; without it, demo.wav in this folder"),
    )
    parser.add_argument(
        "--story",
        type=Path,
        metavar=shown(_("FILE")),
        help=_("another story (YAML, as in tests/stories)"),
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model."""
    return Needs(model=True)


def run(args: argparse.Namespace) -> int:
    """Play the story; 1 if it did not reach its end."""
    from assistant.apps.demo.runner import demo

    check_outputs((args.output,), (args.story,))
    check_wav_output(args.output)
    return 0 if demo(args.output, args.story, common.write) else 1
