"""NLU accuracy on other people's wordings: `python3 run.py bench wordings [LIST ...]`.

A list is a tab-separated file with the columns intent, register, utterance and,
if needed, detail (``slot=value``): a name in ``tests/sentences`` or a path. ``NONE`` marks what
must not be acted on. Text only: speech recognition is measured elsewhere.
"""

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.nlu import Interpretation, Interpreter
from assistant.nlu.templates import load_phrases
from bench.common.paths import SENTENCES

NOTHING = "NONE"
FLAGS = frozenset(
    {"emergency", "swollen", "skin_colour", "numb", "wound", "x_pop", "x_duration", "other_sign"}
)
"""Intents of warning signs; a call for help ("tolong") leads to a question."""

_SAFE = FLAGS | {"tolong"}


@dataclass(frozen=True)
class WordingRow:
    """One sentence of a list, with its interpretation in the conversation state."""

    intent: str
    text: str
    detail: str | None
    """None in a list without this column."""

    found: Interpretation

    @property
    def name(self) -> str:
        """Name of the resulting intent; ``NOTHING`` without one."""
        return self.found.intent.name if self.found.intent else NOTHING

    @property
    def right(self) -> bool:
        """Whether the intent is correct, accepted at once or after confirmation."""
        if self.intent == NOTHING:
            return not self.found.accepted
        return self.name == self.intent

    @property
    def exact(self) -> bool:
        """Whether intent and detail are correct."""
        if not self.right or not self.detail:
            return self.right
        name, value = self.detail.split("=")
        found = self.found.intent
        return found is not None and value in found.slots.get(name, "").split(",")

    @property
    def kept(self) -> bool:
        """Whether a warning sign (denied or not) is recognised as one; True for all others."""
        return self.intent not in FLAGS or self.name in _SAFE

    @property
    def turned(self) -> bool:
        """Whether the polarity is wrong: sign taken as denied, or denial accepted as a sign."""
        if self.detail is None or self.intent not in FLAGS or self.found.intent is None:
            return False
        denied = self.found.intent.slots.get("negated", "")
        if self.detail == "negated=yes":
            return denied == "" and self.found.accepted and self.name in FLAGS
        return denied == "yes"


def measure(path: Path, kram: Interpreter) -> list[WordingRow]:
    """Interpret every sentence of a list in the conversation state."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            WordingRow(r["intent"], r["utterance"], r.get("detail"), kram.interpret(
                r["utterance"], ListeningState.CONVERSATION))
            for r in csv.DictReader(file, delimiter="\t")
        ]  # fmt: skip


def _print(name: str, rows: list[WordingRow], idle: list[str], verbose: bool) -> None:
    meant = [row for row in rows if row.intent != NOTHING]
    other = [row for row in rows if row.intent == NOTHING]
    signs = [row for row in meant if row.intent in FLAGS]
    once = sum(row.right and row.found.accepted for row in meant)
    print(
        f"{name}: {len(rows)} sentences, right {_share(sum(r.right for r in meant), len(meant))}, "
        f"at once {_share(once, len(meant))}, details too "
        f"{_share(sum(r.exact for r in meant), len(meant))};\n"
        f"  signs taken for signs {sum(r.kept for r in signs)} of {len(signs)}, "
        f"turned round {sum(r.turned for r in signs)}; other talk acted on "
        f"{sum(not r.right for r in other)} of {len(other)} in conversation, {len(idle)} idle"
    )
    if not verbose:
        return
    for row in rows:
        asked = row.intent != NOTHING and not row.found.accepted
        if not row.exact or not row.kept or row.turned or asked:
            meant_for = f"{row.intent} {row.detail or ''}".strip()
            slots = dict(row.found.intent.slots) if row.found.intent else {}
            print(
                f"    {row.text!r}: {meant_for}, found {row.name} {slots or ''} "
                f"{row.found.score:.2f} ({row.found.phrase!r}, {row.found.reason})"
            )
    for text in idle:
        print(f"    {text!r}: acted on in the idle state")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / max(whole, 1):.1f} %)"


def main(argv: Sequence[str]) -> int:
    """Print a paragraph for each list; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench wordings", description=__doc__)
    parser.add_argument("lists", nargs="*", metavar="LIST", help="all in tests/sentences")
    what = "print the sentences that failed or are asked about"
    parser.add_argument("--missed", action="store_true", help=what)
    chosen = parser.parse_args(argv)
    kram = Interpreter(load_phrases(OWN_PHRASES))
    for name in chosen.lists or sorted(path.stem for path in SENTENCES.glob("*.tsv")):
        path = SENTENCES / f"{name}.tsv"
        rows = measure(path if path.is_file() else Path(name), kram)
        idle = [
            row.text for row in rows
            if row.intent == NOTHING and kram.interpret(row.text, ListeningState.IDLE).accepted
        ]  # fmt: skip
        _print(name, rows, idle, chosen.missed)
    return 0
