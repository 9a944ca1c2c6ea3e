"""Fit the confidence: `python3 run.py bench calibrate [--corpus DIR] [--rows FILE ...]`.

A logistic regression over what ``bench rejection`` measured: phrases and non-phrases weigh the
same, so that the confidence holds at even odds. Only people's phrases are fitted; synthetic ones
fit the base model so badly that they teach to accept what is behind the background. Thresholds
are chosen on people left out: each recording is judged by weights fitted without its speaker.
Only the weights and thresholds are written, to ``assistant/hearing/calibration.json``.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.hearing.confidence import CALIBRATION
from bench._rejection import GROUPS, Row, collect, load_rows

OUT = Path(__file__).parent.parent / "bench/out"
PHRASES = ("commands", "own-20", "own-10")
FITTED = ("commands",)
FALSE_PER_HOUR = 0.5
ASKED_PER_HOUR = 4.0
NAMES = ("bias", "lead", "length", "haste", "clear")
Floats = npt.NDArray[np.float64]


def main(argv: Sequence[str]) -> int:
    """Fit, show what it gives on people left out, write the calibration."""
    parser = argparse.ArgumentParser(prog="bench calibrate", description=__doc__)
    parser.add_argument("--rows", type=Path, nargs="+", default=[OUT / "rejection-rows.json"])
    parser.add_argument("--corpus", type=Path, help="decode anew instead of using --rows")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--output", type=Path, default=CALIBRATION)
    args = parser.parse_args(argv)
    if args.corpus:
        rows = collect(args.corpus, GROUPS, args.every, 200, args.seed)
    else:
        rows = [row for path in args.rows for row in load_rows(path)]
    weights = fit(rows)
    held_out = cross_validated(rows)
    accept = threshold_for(rows, held_out, FALSE_PER_HOUR)
    doubt = min(accept, threshold_for(rows, held_out, ASKED_PER_HOUR))
    show(rows, held_out, accept, doubt)
    record = {
        "made": "python3 run.py bench calibrate",
        "from": {group: sum(row.group == group for row in rows) for group in GROUPS},
        "weights": {name: round(float(w), 3) for name, w in zip(NAMES, weights, strict=True)},
        # In a conversation somebody is expected to speak: what idle would ask about is taken.
        "accept": {"idle": accept, "conversation": doubt, "all": doubt},
        "doubt": {"idle": doubt, "conversation": round(doubt / 2, 3), "all": round(doubt / 2, 3)},
    }
    args.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"written to {args.output}")
    return 0


def fit(rows: Sequence[Row]) -> Floats:
    """Weights of the logistic regression (Newton's method, a little shrinkage)."""
    # A phrase taken for another one is neither: mostly it differs in a word that means nothing.
    seen = [
        row for row in rows
        if row.measure
        and (row.group not in PHRASES or (row.group in FITTED and row.heard == row.said))
    ]  # fmt: skip
    x = np.array([row.measure.features() for row in seen if row.measure])
    y = np.array([row.group in PHRASES for row in seen], float)
    share = _shares(seen)
    shrink = 1e-3 * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    weights = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        slope = x.T @ (share * (p - y)) + shrink @ weights
        curve = (x * (share * p * (1 - p))[:, None]).T @ x + shrink + 1e-9 * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def _shares(rows: Sequence[Row]) -> Floats:
    """Weight of each row: phrases and non-phrases half each, their groups equally."""
    groups = [row.group for row in rows]
    sides = {group: group in PHRASES for group in set(groups)}
    return np.array(
        [
            0.5 / list(sides.values()).count(sides[group]) / groups.count(group)
            for group in groups
        ]
    )  # fmt: skip


def cross_validated(rows: Sequence[Row]) -> list[float]:
    """Confidence in each row by weights fitted without its speaker (and without its text)."""
    found = [0.0] * len(rows)
    for speaker in sorted({_fold(row) for row in rows}):
        weights = fit([row for row in rows if _fold(row) != speaker])
        for number, row in enumerate(rows):
            if _fold(row) == speaker and row.measure:
                total = float(np.dot(weights, row.measure.features()))
                found[number] = 1 / (1 + np.exp(-max(-40.0, min(40.0, total))))
    return found


def _fold(row: Row) -> str:
    """Speaker; synthetic clips are cut into ten folds, so many speakers that it is enough."""
    return f"espeak{int(row.file) % 10}" if row.speaker == "espeak" else row.speaker


def threshold_for(rows: Sequence[Row], confidence: Sequence[float], per_hour: float) -> float:
    """Lowest confidence that digit readers reach at most ``per_hour`` times for the sentences."""
    chosen = [(c, row) for c, row in zip(confidence, rows, strict=True) if row.group == "digits"]
    allowed = int(per_hour * sum(row.seconds for _, row in chosen) / 3600)
    values = sorted((c for c, _ in chosen), reverse=True)
    needed = values[allowed] if allowed < len(values) else 0.0
    return float(np.ceil(needed * 1000 + 1) / 1000)


def show(rows: Sequence[Row], confidence: Sequence[float], accept: float, doubt: float) -> None:
    """What the thresholds give on people left out."""
    print(f"left-one-speaker-out, accept at {accept}, ask from {doubt}:")
    for group in GROUPS:
        values = [c for c, row in zip(confidence, rows, strict=True) if row.group == group]
        if not values:
            continue
        hours = sum(row.seconds for row in rows if row.group == group) / 3600
        passed = sum(value >= accept for value in values)
        asked = sum(doubt <= value < accept for value in values)
        print(f"  {group:14} {len(values):5} clips {hours:.2f} h: {passed} accepted "
              f"({passed / hours:.2f}/h, refused {1 - passed / len(values):.1%}), "
              f"{asked} asked about")  # fmt: skip
