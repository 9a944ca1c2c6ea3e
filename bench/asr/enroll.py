"""Benefit of speaker enrolment: `python3 run.py bench enroll --corpus DIR`.

Every third sentence of each speaker serves as an enrolment take: its text is known, and its
pronunciation variants are counted as ``enroll`` does. The speaker's other recordings are then
decoded with a model built from these counts and with the shipped one. Closed set: all sentences
of the corpus.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.apps.enrolment.scoring import Take, TakeScorer, combine_takes
from assistant.asr.graph.speaker_pronunciation import SHRINKAGE
from assistant.asr.model_store import build, build_alignment_graphs
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import decimal, integer
from bench.asr.recognition import write_phrases
from bench.common.corpus import RATE, Recording, read_corpus
from bench.common.paths import OUT
from bench.common.rows import Row, share_right, write_json

CHUNK = RATE // 4


@dataclass(frozen=True)
class EnrolmentRow(Row):
    """One test recording, decoded with one model."""

    speaker: str
    file: str
    shrinkage: float
    """0 for the shipped model."""


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write JSON; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        everything = read_corpus(arguments.corpus)
        with tempfile.TemporaryDirectory() as temporary:
            rows, takes = measure(arguments, everything, Path(temporary))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report(rows, takes, arguments.output)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py bench enroll", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.wav and *.txt")
    parser.add_argument("--speakers", nargs="+", help="only these")
    parser.add_argument("--shrinkages", type=decimal, nargs="+", default=[SHRINKAGE])
    parser.add_argument("--takes", type=integer, default=1000, help="at most this many per speaker")
    parser.add_argument("--every", type=integer, default=1, help="only every n-th test recording")
    parser.add_argument("--output", type=Path, default=OUT / "enroll.json")
    return parser


def number_of(one: Recording) -> int:
    """The sentence number, from the file name."""
    return int(one.path.stem[-3:])


def measure(
    arguments: argparse.Namespace, everything: list[Recording], folder: Path
) -> tuple[list[EnrolmentRow], list[dict[str, object]]]:
    """Enrol with a third of each speaker's recordings; decode the rest before and after."""
    texts = sorted({one.text for one in everything})
    phrases = write_phrases(set(texts), folder / "phrases")
    scorer = TakeScorer(build_alignment_graphs(texts, folder / "ways"))
    shipped = build(phrases, folder / "shipped")
    speakers = sorted({one.path.name[:3] for one in everything})
    rows: list[EnrolmentRow] = []
    learned: list[dict[str, object]] = []
    for speaker in arguments.speakers or speakers:
        mine = [one for one in everything if one.path.name.startswith(speaker)]
        lessons = [one for one in mine if number_of(one) % 3 == 1][: arguments.takes]
        tests = [one for one in mine if number_of(one) % 3 != 1][:: arguments.every]
        takes = [scorer.take(one.samples(), texts.index(one.text)) for one in lessons]
        learned += [_take_record(speaker, *pair) for pair in zip(lessons, takes, strict=True)]
        rows += decode(shipped, speaker, tests, 0.0)
        for shrinkage in arguments.shrinkages:
            personal = folder / "personal.json"
            write_personal(personal, scorer.table, takes, shrinkage)
            model = build(phrases, folder / "personal", personal=personal)
            rows += decode(model, speaker, tests, shrinkage)
        right = {s: sum(r.right for r in rows if r.speaker == speaker and r.shrinkage == s)
                 for s in (0.0, *arguments.shrinkages)}  # fmt: skip
        print(speaker, f"{len(lessons)} takes, {len(tests)} tests, right:", right, file=sys.stderr)
        save(rows, learned, arguments.output)  # so that an interrupted run leaves its results
    return rows, learned


def _take_record(speaker: str, one: Recording, take: Take) -> dict[str, object]:
    return {"speaker": speaker, "text": one.text, "plausible": take.plausible,
            "behind": float(take.behind), "fit": float(take.fit)}  # fmt: skip


def write_personal(path: Path, table: str, takes: Iterable[Take], shrinkage: float) -> None:
    """Write the pronunciation file that ``enroll`` would store for ``takes``."""
    counts = combine_takes(take for take in takes if take.plausible)
    record = {"table": table, "counts": counts, "shrinkage": shrinkage}
    path.write_text(json.dumps(record), encoding="utf-8")


def decode(
    model: Path, speaker: str, tests: list[Recording], shrinkage: float
) -> list[EnrolmentRow]:
    """Decode ``tests`` with a model."""
    recognizer = VoskRecognizer(model, (ListeningState.ALL,))
    rows = []
    for one in tests:
        samples = one.samples()
        recognizer.start(ListeningState.ALL)
        for place in range(0, len(samples), CHUNK):
            recognizer.feed(samples[place : place + CHUNK])
        heard = recognizer.finish().words
        rows.append(EnrolmentRow(one.text, heard, speaker, one.path.name, shrinkage))
    return rows


def report(rows: list[EnrolmentRow], takes: list[dict[str, object]], output: Path) -> None:
    """Print the table and write JSON; shrinkage also chosen by leave-one-speaker-out."""
    steps = sorted({row.shrinkage for row in rows})
    table = {f"shrinkage {step:g}" if step else "shipped": summary(
        [row for row in rows if row.shrinkage == step]) for step in steps}  # fmt: skip
    table["chosen on the others"] = summary(left_out(rows))
    print(f"{'model':24} {'all':>22} {'multi-word':>22} {'single word':>22}")
    for name, line in table.items():
        print(f"{name:24} " + " ".join(f"{line[part]:>22}" for part in ("all", "multi", "single")))
    accepted = sum(bool(take["plausible"]) for take in takes)
    print(f"takes accepted: {accepted} of {len(takes)}")
    save(rows, takes, output)
    print(f"details: {output}")


def save(rows: list[EnrolmentRow], takes: list[dict[str, object]], output: Path) -> None:
    """Write the results so far as JSON."""
    write_json(output, {"takes": takes, "rows": [asdict(row) for row in rows]})


def left_out(rows: list[EnrolmentRow]) -> list[EnrolmentRow]:
    """Each speaker's rows with the shrinkage that was best for all other speakers."""
    found: list[EnrolmentRow] = []
    for speaker in sorted({row.speaker for row in rows}):
        others: dict[float, int] = {}
        for row in rows:
            if row.speaker != speaker:
                others[row.shrinkage] = others.get(row.shrinkage, 0) + row.right
        if others:
            best = max(others, key=lambda step: (others[step], -step))
            found += [row for row in rows if row.speaker == speaker and row.shrinkage == best]
    return found


def summary(rows: list[EnrolmentRow]) -> dict[str, str]:
    """Share correct: all, multi-word and single-word sentences."""
    several = [row for row in rows if " " in row.said]
    single = [row for row in rows if " " not in row.said]
    return {"all": share_right(rows), "multi": share_right(several), "single": share_right(single)}
