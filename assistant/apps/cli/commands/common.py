"""What several commands share."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.progress import ProgressBar
from assistant.core.listening_state import SELECTABLE_STATES, ListeningState

if TYPE_CHECKING:
    from assistant.nlu.intent import Intent

ONLY_IN_CLONE = ("tests and measurements are not installed", "use run.py in a clone of the project")
"""Problem and advice."""


def file_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files that stand in for a sound card, and the log of events."""
    parser.add_argument("--input", type=Path, metavar="IN.wav", help="in place of the microphone")
    parser.add_argument(
        "--output", type=Path, metavar="OUT.wav", help="in place of the loudspeaker"
    )
    parser.add_argument("--events", type=Path, metavar="E.jsonl", help="what happened when")


def phrases_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--phrases DIR``."""
    parser.add_argument(
        "--phrases",
        type=Path,
        metavar="DIR",
        help="any folder of hassil YAML; without it, the project's own",
    )


def state_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--state``."""
    parser.add_argument(
        "--state",
        choices=[state.value for state in SELECTABLE_STATES],
        default=ListeningState.ALL.value,
        help="what may be heard; without it, all",
    )


def json_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def write(line: str) -> None:
    """Put a line on stdout at once, so that a reader at a pipe's end gets it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_json(record: dict[str, object]) -> None:
    """Put a JSON object on a line of stdout."""
    write(json.dumps(record, ensure_ascii=False))


class BuildBar:
    """A bar on stderr that only shows itself when a model is really being built."""

    def __init__(self) -> None:
        self.bar: ProgressBar | None = None

    def update(self, step: str, done: float) -> None:
        """Show the build's progress."""
        self.bar = self.bar or ProgressBar("building the model", sys.stderr)
        self.bar.update(done, step)


@contextmanager
def build_progress() -> Iterator[BuildBar]:
    """Show a bar, if there is something to be built, and end its line."""
    shown = BuildBar()
    try:
        yield shown
    except BaseException:
        if shown.bar is not None:
            shown.bar.failed()
        raise
    if shown.bar is not None:
        shown.bar.done()


def meaning(
    intent: "Intent | None", text: str, confidence: float, accepted: bool
) -> dict[str, object]:
    """The fields of ``--json`` that texts and sounds have in common."""
    return {
        "text": text,
        "intent": intent.name if intent else None,
        "slots": dict(intent.slots) if intent else {},
        "confidence": round(confidence, 3),
        "accepted": accepted and intent is not None,
    }


def for_people(record: dict[str, object]) -> str:
    """Such fields as a line of text."""
    slots = record["slots"]
    assert isinstance(slots, dict)
    details = "".join(f" {name}={slots[name]}" for name in sorted(slots))
    doubt = "" if record["accepted"] else "  [not accepted]"
    return (
        f"{record['text'] or '…'}  → {record['intent'] or '–'}{details} "
        f"({record['confidence']:.2f}){doubt}"
    )
