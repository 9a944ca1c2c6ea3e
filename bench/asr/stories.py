"""Every story of tests/stories as one conversation in audio. `python3 run.py bench stories`.

A synthetic user in a room with light noise, decoded by the real recogniser; each story in a
separate process, so that earlier speech has no influence. A story passes if every line was
recognised with its intent and nothing else was, and the guide spoke all required texts up to its
last one. Takes about ten minutes on an idle 2-core machine.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.apps.demo.runner import Outcome
from assistant.core.errors import KramError
from bench.asr.story_worker import run_in_new_process
from bench.common.paths import OUT, STORIES
from bench.common.rows import write_json


def main(argv: Sequence[str]) -> int:
    """Run all stories, print a line for each and a total; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench stories", description=__doc__)
    parser.add_argument("stories", nargs="*", type=Path, help="these instead of all")
    chosen = parser.parse_args(argv).stories or sorted(STORIES.glob("*.yaml"))
    rows: dict[str, dict[str, object]] = {}
    print(f"{'story':<20} {'lines correct':>13}  (synthetic speech)")
    for path in chosen:
        try:
            outcome, transcript = run_in_new_process(path)
        except KramError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        good = passed(outcome)
        rows[path.stem] = {"whole": good, **asdict(outcome), "told": transcript}
        share = f"{outcome.right} of {outcome.lines}"
        what = "" if good else "failed" if outcome.ended else "did not reach its end"
        print(f"{path.stem:<20} {share:>13}  {what}", flush=True)
    write_json(OUT / "stories.json", rows)
    ended = sum(bool(row["ended"]) for row in rows.values())
    print(f"{sum(bool(row['whole']) for row in rows.values())} of {len(rows)} stories passed, "
          f"{ended} reached their end; details: {OUT / 'stories.json'}")  # fmt: skip
    return 0


def passed(outcome: Outcome) -> bool:
    """Whether the conversation went exactly as scripted."""
    return (
        outcome.ended
        and outcome.right == outcome.lines
        and not (outcome.extra or outcome.forbidden or outcome.missing)
    )
