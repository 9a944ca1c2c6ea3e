"""Build a Vosk model from phrases."""

import argparse
import time
from pathlib import Path

from assistant.commands import common
from assistant.setup.plan import Needs


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.phrases_argument(parser)
    parser.add_argument("--output", type=Path, metavar="DIR", help="where the model goes")
    parser.add_argument(
        "--base", type=Path, metavar="DIR", help="another unpacked Vosk small model"
    )


def needs(args: argparse.Namespace) -> Needs:
    """The base model, unless another one was named."""
    return Needs(base=args.base is None)


def run(args: argparse.Namespace) -> int:
    """Build, unless it is built already, and say where the model is."""
    from assistant.models import model_for

    begun = time.monotonic()
    folder = model_for(args.phrases, output=args.output, base=args.base)
    common.write(f"{folder} is ready ({time.monotonic() - begun:.1f} s)")
    return 0
