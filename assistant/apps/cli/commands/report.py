"""Make a page of the diary for the doctor: which nights, how bad, how long, what helped."""

import argparse
from pathlib import Path

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.output_files import check_outputs
from assistant.core.paths import OWN_PHRASES
from assistant.core.translation import _, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("laporan-kram"),
        metavar="DIR",
        help=_("folder of the page; laporan-kram"),
    )
    parser.add_argument(
        "--csv", type=Path, metavar=shown(_("FILE")), help=_("a table for programs too")
    )


def needs(args: argparse.Namespace) -> Needs:
    """The packages only."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Write the page with its table, and the one for programs if asked; tell where they are."""
    from assistant.apps.diary_report import write_csv, write_report, write_sheet
    from assistant.core.paths import config_file, diary_file
    from assistant.core.translation import in_language, language_for_relatives
    from assistant.runtime.diary.store import read_episodes
    from assistant.runtime.diary.texts import load_diary_texts

    words = load_diary_texts(OWN_PHRASES)
    diary = diary_file()
    page = [args.output / name for name in ("kram.html", "kram.csv")]
    check_outputs((args.csv, *page), (diary,))
    # without a diary the page says that nothing is written down yet; none is made for it
    episodes = read_episodes(diary)
    with in_language(language_for_relatives(config_file())):
        report = write_report(episodes, words, args.output)
        write_sheet(episodes, words, args.output / "kram.csv")
    common.write(str(report))
    if args.csv is not None:
        write_csv(episodes, args.csv)
        common.write(str(args.csv))
    return 0
