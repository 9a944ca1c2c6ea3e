"""Arguments and output shared by several commands."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.progress_bar import ProgressBar
from assistant.apps.cli.standard_streams import output_error
from assistant.core.listening_state import SELECTABLE_STATES, ListeningState
from assistant.core.output_files import check_events_output, check_outputs, check_wav_output
from assistant.core.translation import _, shown

if TYPE_CHECKING:
    from assistant.core.event_log import Subscriber
    from assistant.nlu.intent import Intent

ONLY_IN_CLONE = (
    _("tests and measurements are not installed"),
    _("use run.py in a clone of the project"),
)
"""Problem and advice."""

FAREWELL = _("Done.")

STDOUT = Path("-")
"""``--events`` with this name writes to stdout."""


def file_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files that replace a sound card, and the event log."""
    parser.add_argument(
        "--input",
        type=Path,
        metavar="IN.wav",
        help=_("in place of the microphone; - is standard input"),
    )
    parser.add_argument(
        "--output", type=Path, metavar="OUT.wav", help=_("in place of the loudspeaker")
    )
    parser.add_argument(
        "--events",
        type=Path,
        metavar="E.jsonl",
        help=_("what happened when; - is stdout"),
    )


def check_file_arguments(args: argparse.Namespace) -> None:
    """Raise ``InputError`` if a file is named twice or would be lost; before a model is loaded."""
    events = event_file(args)
    check_outputs((args.output, events), (args.input,))
    if args.output is not None:
        check_wav_output(args.output)
    if events is not None:
        check_events_output(events)


def event_file(args: argparse.Namespace) -> Path | None:
    """The file that ``--events`` names; None if there is none, or if it is stdout."""
    return None if args.events == STDOUT else args.events


def event_subscribers(args: argparse.Namespace) -> "tuple[Subscriber, ...]":
    """What writes the events to stdout, if ``--events`` says so."""
    return (lambda record: write_json({**record}),) if args.events == STDOUT else ()


def phrases_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--phrases DIR``."""
    parser.add_argument(
        "--phrases",
        type=Path,
        metavar="DIR",
        help=_("any folder of hassil YAML; without it, the project's own"),
    )


def state_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--state``."""
    parser.add_argument(
        "--state",
        choices=[state.value for state in SELECTABLE_STATES],
        default=ListeningState.ALL.value,
        help=_("what may be heard; without it, all"),
    )


def json_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help=_("one JSON object a line"))


def write(line: str) -> None:
    """Write a line to stdout and flush, so that the reader of a pipe gets it at once.

    Raises ``KramError`` if that is not possible, ``BrokenPipeError`` if the reader has gone.
    """
    try:
        sys.stdout.write(shown(line) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_error(error) from error


def write_stderr(text: str) -> None:
    """Write to stderr; a full disk there does not end the command."""
    with suppress(OSError):
        sys.stderr.write(shown(text))


def farewell() -> None:
    """The one word at the end, for somebody at a terminal; a further Ctrl-C is too late."""
    if not sys.stdout.isatty():
        return
    with suppress(ValueError):  # only the main thread may
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    write(FAREWELL)


def write_json(record: dict[str, object]) -> None:
    """Write a JSON object as a line to stdout; escaped where stdout cannot encode it."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        line = json.dumps(record)
    write(line)


class BuildBar:
    """A progress bar on stderr that appears only when a model is really being built."""

    def __init__(self) -> None:
        self.bar: ProgressBar | None = None

    def update(self, step: str, done: float) -> None:
        """Show the build's progress."""
        self.bar = self.bar or ProgressBar(_("building the model"), sys.stderr)
        self.bar.update(done or None, step)


@contextmanager
def build_progress() -> Iterator[BuildBar]:
    """Show a progress bar if a model is built, and end its line."""
    shown_bar = BuildBar()
    try:
        yield shown_bar
    except BaseException:
        if shown_bar.bar is not None:
            shown_bar.bar.failed()
        raise
    if shown_bar.bar is not None:
        shown_bar.bar.done()


def meaning(
    intent: "Intent | None", text: str, confidence: float, accepted: bool
) -> dict[str, object]:
    """The fields of ``--json`` that are the same for text and audio."""
    return {
        "text": text,
        "intent": intent.name if intent else None,
        "slots": dict(intent.slots) if intent else {},
        "confidence": round(confidence, 3),
        "accepted": accepted and intent is not None,
    }


def for_people(record: dict[str, object]) -> str:
    """The same fields as a line of text."""
    slots = record["slots"]
    assert isinstance(slots, dict)
    details = "".join(f" {name}={slots[name]}" for name in sorted(slots))
    doubt = "" if record["accepted"] else _("  [not accepted]")
    if record.get("doubtful"):
        doubt = _("  [would ask]")
    return (
        f"{record['text'] or '…'}  → {record['intent'] or '–'}{details} "
        f"({record['confidence']:.2f}){shown(doubt)}"
    )
