"""Build a Vosk model from phrases."""

import argparse
import time
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.translation import _


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.phrases_argument(parser)
    parser.add_argument("--output", type=Path, metavar="DIR", help=_("where the model goes"))
    parser.add_argument(
        "--base", type=Path, metavar="DIR", help=_("another unpacked Vosk small model")
    )
    common.json_argument(parser)


def needs(args: argparse.Namespace) -> Needs:
    """The base model, unless another one was named."""
    return Needs(base=args.base is None)


def run(args: argparse.Namespace) -> int:
    """Build, unless it is built already, and say where the model is."""
    from assistant.asr.model_store import build, ensure_model

    begun = time.monotonic()
    with common.build_progress() as bar:
        progress = _json_progress if args.json else bar.update
        if args.output is not None:
            folder = build(args.phrases, args.output, args.base, progress)
        else:
            folder = ensure_model(args.phrases, args.base, progress)
    seconds = time.monotonic() - begun
    if args.json:
        common.write_json({"model": str(folder), "seconds": round(seconds, 2)})
    else:
        common.write(
            _("{folder} is ready ({seconds:.1f} s)").format(folder=folder, seconds=seconds)
        )
    return 0


def _json_progress(step: str, done: float) -> None:
    common.write_json({"step": step, "done": round(done, 3)})
