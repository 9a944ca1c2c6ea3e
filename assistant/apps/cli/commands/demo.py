"""A whole cramp conversation without a sound card, audible in demo.wav."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.output_files import check_outputs, check_wav_output
from assistant.core.translation import _, shown

if TYPE_CHECKING:
    from assistant.audio.interfaces import Player


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
        "--play", action="store_true", help=_("hear it on the loudspeaker as soon as it is written")
    )
    parser.add_argument(
        "--story",
        type=Path,
        metavar=shown(_("FILE")),
        help=_("another story (YAML, as in tests/stories)"),
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model, and PortAudio if it is to be heard."""
    return Needs(model=True, microphone=args.play)


def run(args: argparse.Namespace) -> int:
    """Play the story; 1 if it did not reach its end."""
    from assistant.apps.demo.runner import demo

    check_outputs((args.output,), (args.story,))
    check_wav_output(args.output)
    if args.play:
        _open_player().close()  # told before half a minute of work, not after it
    ended = demo(args.output, args.story, common.write)
    if args.play:
        _play(args.output)
    return 0 if ended else 1


def _open_player() -> "Player":
    from assistant.core.paths import config_file
    from assistant.runtime.composition import open_player
    from assistant.runtime.config import load_config
    from assistant.runtime.session_options import SessionOptions

    return open_player(SessionOptions(load_config(config_file())))


def _play(file: Path) -> None:
    from contextlib import closing

    from assistant.apps.demo.playback import clip_of, play_to_end

    clip = clip_of(file)
    minutes, seconds = divmod(round(clip.seconds), 60)
    told = _("Now it is heard on the loudspeaker ({minutes}:{seconds:02d}). Ctrl-C ends it.")
    common.write(told.format(minutes=minutes, seconds=seconds))
    with closing(_open_player()) as player:
        play_to_end(clip, player)
