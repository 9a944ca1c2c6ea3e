"""Calibrate what a home acts on: `python3 run.py bench calibrate_homes [--rows FILE] [--again]`.

The sentences and near misses of ``tests/homes``, spoken by several voices at several paces and
noise levels (synthetic), are scored by the second pass. A logistic regression separates commands
that were heard rightly from near misses that were taken for one. Only the open half of the
sentences is used (see ``bench homes``); the kept half is reported beside it. The weights and
thresholds are written to ``assistant/asr/calibration.json`` as those of a home.

To speak and score everything takes a quarter of an hour of a processor. The rows are written after
each condition, and a run that was broken off goes on from there; ``--again`` begins anew, as it
must after a change of the network, the phone map or the graph.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.asr.confidence import CALIBRATION, HOME, HOME_AGREED
from assistant.asr.model_store import ensure_model
from assistant.asr.second_pass.scorer import SecondPassScorer
from assistant.asr.understanding import load_heard_phrases
from assistant.audio.dither import add_dither
from assistant.audio.room_simulation import spoken_in_room
from assistant.audio.utterance_gain import amplify
from assistant.core.listening_state import ListeningState
from assistant.nlu import interpreter_of
from assistant.nlu.alternatives import SentenceInterpreter
from assistant.nlu.templates.normalise import normalise
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT
from bench.common.rows import write_json
from bench.nlu.homes import HOMES, HomeSentence, read_home
from bench.training.calibrate import NAMES, Floats, logistic

FEATURES = (
    *("lead", "lead_rate", "fit", "weakest_fit", "weakest_fit_sum", "weakest_posterior"),
    *("hurried", "longest"),
)
"""Those of the second pass that tell commands from near misses of other homes too."""

Condition = tuple[str, int, int]
"""Voice, words per minute, and dB of speech over noise."""

_USUAL: tuple[Condition, ...] = (("id+m3", 165, 20), ("id+f2", 165, 20))
_MORE: tuple[Condition, ...] = tuple(
    (voice, 165, 20) for voice in ("id", "id+f4", "id+m1", "mb-id1")
)
_HARD: tuple[Condition, ...] = tuple(
    (voice, pace, 15) for voice in ("id+m3", "id+f2", "mb-id1", "id+f4") for pace in (125, 200)
)
PLAN = {
    "home_assistant": (1, (*_USUAL, *_MORE, *_HARD)),
    "keluarga": (2, _USUAL),
    "kos": (2, _USUAL),
}
"""Home → every how many-th sentence is spoken, and in which conditions."""

ROWS = OUT / "home-rows.json"

ACCEPT, ACCEPT_AGREED = 0.75, 0.3
"""Thresholds of the second pass alone, and where the first pass accepts the same: chosen so that
97 % of Home Assistant's test sentences are carried out in espeak-ng's voices, and about 1 % of the
Malay ones in all voices (``bench homes --spoken``)."""


@dataclass(frozen=True)
class HomeRow:
    """One clip."""

    home: str
    text: str
    heard: str
    condition: Condition
    kept: bool
    command: bool
    """Whether it should be acted on."""

    right: bool
    """Whether it is a command that was heard word for word."""

    features: tuple[float, ...] | None
    """Of the second pass, in the order of ``NAMES``; None if nothing that was said fits."""


def main(argv: Sequence[str]) -> int:
    """Fit, print both halves, write the calibration; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench calibrate_homes", description=__doc__)
    parser.add_argument("--rows", type=Path, help="those of an earlier run, without speaking more")
    parser.add_argument("--again", action="store_true", help="speak all, whatever there is already")
    parser.add_argument("--output", type=Path, default=CALIBRATION)
    args = parser.parse_args(argv)
    if args.again:
        ROWS.unlink(missing_ok=True)
    rows = read_rows(args.rows) if args.rows else collect()
    weights = fit([row for row in rows if not row.kept])
    for line in report(rows, weights, ACCEPT):
        print(line)
    record = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    record["weights"][HOME] = {
        name: round(float(weight), 4)
        for name, weight in zip(("bias", *FEATURES), weights, strict=True)
    }
    for thresholds in (record["accept"], record["doubt"]):  # nothing is asked about
        thresholds[HOME], thresholds[HOME_AGREED] = ACCEPT, ACCEPT_AGREED
    args.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"written to {args.output}")
    return 0


def read_rows(path: Path) -> list[HomeRow]:
    """The rows of a file, none if it is not there."""
    if not path.is_file():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return [HomeRow(**{**row, "condition": tuple(row["condition"])}) for row in found]


def collect() -> list[HomeRow]:
    """The rows of ``PLAN``: those in ``ROWS``, and the others, written there one condition each."""
    rows = read_rows(ROWS)
    for home, (every, conditions) in PLAN.items():
        there = {row.condition for row in rows if row.home == home}
        waiting = [one for one in conditions if one not in there]
        if not waiting:
            continue
        interpreter = interpreter_of(load_heard_phrases(HOMES / home))
        scorer = SecondPassScorer(ensure_model(HOMES / home))
        for condition in waiting:
            sentences = read_home(HOMES / home, spoken_only=True)[::every]
            rows += spoken_rows(home, sentences, condition, interpreter, scorer)
            write_json(ROWS, [asdict(row) for row in rows])
            print(f"{home}, {condition}: {len(sentences)} clips", flush=True)
    return rows


def spoken_rows(
    home: str, sentences: Sequence[HomeSentence], condition: Condition,
    interpreter: SentenceInterpreter, scorer: SecondPassScorer,
) -> Iterator[HomeRow]:  # fmt: skip
    """Sentences of a home in one condition, as the second pass hears them."""
    voice, pace, noise = condition
    speaker = EspeakVoice(voice, words_per_minute=pace)
    for sentence in sentences:
        clip = spoken_in_room(speaker.speak(sentence.text), noise, len(sentence.text))
        found = scorer.score(add_dither(amplify(clip), 0))  # as the recogniser hears it
        words = found.words if found else ""
        meaning = interpreter.interpret(words, ListeningState.ALL)
        values = found.features.as_dict() if found and meaning.accepted else {}
        said = normalise(sentence.text.replace("%", " persen"), chat=False) == words
        yield HomeRow(
            home, sentence.text, words, condition, sentence.kept, bool(sentence.intent),
            bool(sentence.intent) and said and sentence.is_right(meaning.intent),
            tuple(values[name] for name in NAMES) if values else None,
        )  # fmt: skip


def fit(rows: Sequence[HomeRow]) -> Floats:
    """Weights of rightly heard commands against near misses; wrongly heard ones are neither."""
    seen = [row for row in rows if row.features and (row.right or not row.command)]
    x = np.array([_values(row) for row in seen])
    y = np.array([row.right for row in seen], float)
    share = np.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    # so that the regularisation affects all features equally
    scales = np.array([1.0, *1 / x[:, 1:].std(axis=0)])
    return logistic(x * scales, y, share) * scales


def confidence(row: HomeRow, weights: Floats) -> float:
    """Probability, 0 to 1, by which a row is acted on."""
    if row.features is None:
        return 0.0
    total = float(np.array(_values(row)) @ weights)
    return float(1 / (1 + np.exp(-max(-40.0, min(40.0, total)))))


def report(rows: Sequence[HomeRow], weights: Floats, accept: float) -> Iterator[str]:
    """A line for each half of each home."""
    for home in sorted({row.home for row in rows}):
        for kept in (False, True):
            part = [row for row in rows if row.home == home and row.kept == kept]
            acted = [row for row in part if confidence(row, weights) >= accept]
            heard, near = sum(row.right for row in part), sum(not row.command for row in part)
            yield (
                f"{home}, {'kept' if kept else 'open'} half: of {heard} commands heard word for "
                f"word {sum(row.right for row in acted)} are carried out, of {near} near misses "
                f"{sum(not row.command for row in acted)}"
            )


def _values(row: HomeRow) -> tuple[float, ...]:
    chosen = (row.features[NAMES.index(name)] for name in FEATURES) if row.features else ()
    return (1.0, *chosen)
