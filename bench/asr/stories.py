"""Every story of tests/stories as one conversation in sound. `python3 run.py bench stories`.

A synthetic user in a room with light noise, decoded by the real recogniser; each story in a
process of its own, so that what was spoken before changes nothing. A story is whole when every
line was understood as it was meant and nothing else was, and the guide said what it must, and
its last words. Takes about ten minutes on a quiet 2-core machine.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.apps.demo.runner import Outcome
from assistant.core.errors import KramError
from bench.asr.story_worker import tell_fresh
from bench.common.paths import OUT, STORIES
from bench.common.rows import write_json


def main(argv: Sequence[str]) -> int:
    """Tell them all, print a line for each and a sum; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench stories", description=__doc__)
    parser.add_argument("stories", nargs="*", type=Path, help="these instead of all")
    chosen = parser.parse_args(argv).stories or sorted(STORIES.glob("*.yaml"))
    rows: dict[str, dict[str, object]] = {}
    print(f"{'story':<20} {'lines right':>11}  (synthetic speech)")
    for path in chosen:
        try:
            outcome, told = tell_fresh(path)
        except KramError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        good = whole(outcome)
        rows[path.stem] = {"whole": good, **asdict(outcome), "told": told}
        share = f"{outcome.right} of {outcome.lines}"
        what = "" if good else "not whole" if outcome.ended else "did not reach its end"
        print(f"{path.stem:<20} {share:>11}  {what}", flush=True)
    write_json(OUT / "stories.json", rows)
    ended = sum(bool(row["ended"]) for row in rows.values())
    print(f"{sum(bool(row['whole']) for row in rows.values())} of {len(rows)} stories whole, "
          f"{ended} reached their end; details: {OUT / 'stories.json'}")  # fmt: skip
    return 0


def whole(outcome: Outcome) -> bool:
    """Whether the conversation went as it was written."""
    return (
        outcome.ended
        and outcome.right == outcome.lines
        and not (outcome.extra or outcome.forbidden or outcome.missing)
    )
