"""Calibrate the second pass: `python3 run.py bench calibrate [--corpus DIR] [--rows FILE ...]`.

A logistic regression on the features of ``bench rejection``, with equal total weight on phrases and
non-phrases, so that the confidence assumes even prior odds. The thresholds are chosen by
leave-one-speaker-out cross-validation. Only the weights and thresholds of the second pass are
written, to ``assistant/asr/calibration.json``; those of the first pass are unchanged.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.confidence import CALIBRATION
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from bench.common.paths import OUT
from bench.common.rejection_data import GROUPS, RejectionRow, collect, load_rows

PHRASES = {"commands": 3.0, "noisy-commands": 1.0, "own-20": 1.0, "own-10": 1.0}
"""Groups that contain phrases, and their weights in the fit."""

OTHERS = {"digits": 2.0, "noisy-digits": 0.5, "own-noisy": 0.5, "own-talk": 0.5}
"""The same for groups without phrases; 1 if not listed."""

FALSE_PER_HOUR = 0.5
ASKED_PER_HOUR = 12.0
"""Confirmation questions, accepted phrases included, per hour of continuous other speech."""
NAMES = (
    *("lead", "lead_rate", "fit", "fit_sum", "weakest_fit", "weakest_fit_sum"),
    *("posterior", "weakest_posterior", "weakest_posterior_sum"),
    *("hurried", "pace", "longest", "letters"),
)
_UNITS = np.array([1.0, 0.1, 1, 1, 0.05, 1, 0.3, 1, 1, 0.1, 1, 1, 1, 1])
"""Feature scales, so that the regularisation affects all features equally."""

Floats = npt.NDArray[np.float64]


def main(argv: Sequence[str]) -> int:
    """Fit, print the cross-validated result, write the calibration."""
    parser = argparse.ArgumentParser(prog="bench calibrate", description=__doc__)
    parser.add_argument("--rows", type=Path, nargs="+", default=[OUT / "rejection-rows.json"])
    parser.add_argument("--corpus", type=Path, help="decode again instead of using --rows")
    parser.add_argument("--every", type=integer, default=1)
    parser.add_argument("--seed", type=integer, default=5)
    parser.add_argument("--output", type=Path, default=CALIBRATION)
    args = parser.parse_args(argv)
    if args.corpus:
        rows = collect(args.corpus, GROUPS, args.every, 200, args.seed)
    else:
        rows = [row for path in args.rows for row in load_rows(path)]
    weights = fit(rows)
    held_out = cross_validated(rows)
    accept = threshold_for(rows, held_out, FALSE_PER_HOUR, ("digits",))
    talk = ("own-digits", "own-sentences")
    doubt = min(accept, threshold_for(rows, held_out, ASKED_PER_HOUR, talk))
    show(rows, held_out, accept, doubt)
    record = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    record["made"] = "weights of the second look: python3 run.py bench calibrate"
    record["from"] = {group: sum(row.group == group for row in rows) for group in GROUPS}
    record["weights"]["second"] = {
        name: round(float(weight), 4)
        for name, weight in zip(("bias", *NAMES), weights, strict=True)
    }
    record["accept"][ListeningState.IDLE], record["doubt"][ListeningState.IDLE] = accept, doubt
    args.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"written to {args.output}")
    return 0


def values(rows: Sequence[RejectionRow]) -> Floats:
    """Feature matrix of ``rows``, with a constant first; float64, shape (rows, 1 + features)."""
    found = []
    for row in rows:
        measured = row.measure.as_dict() if row.measure else {}
        found.append([1.0, *(measured.get(name, 0.0) for name in NAMES)])
    return np.array(found)


def fit(rows: Sequence[RejectionRow]) -> Floats:
    """Weights of the second pass."""
    # A phrase recognised as another counts as neither: usually only a filler word differs.
    seen = [
        row for row in rows
        if row.measure and ("commands" not in row.group or row.heard == row.said)
    ]  # fmt: skip
    x = values(seen) * _UNITS
    y = np.array([row.group in PHRASES for row in seen], float)
    return logistic(x, y, _shares(seen)) * _UNITS


def logistic(x: Floats, y: Floats, share: Floats) -> Floats:
    """Weights of a logistic regression: Newton's method with slight L2 regularisation.

    ``x``: shape (rows, 1 + features), a constant first; ``y``: 0 or 1; ``share``: weight of each
    row, which sum to 1.
    """
    shrink = 1e-3 * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    weights: Floats = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        slope = x.T @ (share * (p - y)) + shrink @ weights
        curve = (x * (share * p * (1 - p))[:, None]).T @ x + shrink + 1e-9 * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def _shares(rows: Sequence[RejectionRow]) -> Floats:
    """Weight of each row: half for phrases, half for non-phrases, groups as listed above."""
    groups = [row.group for row in rows]
    count = {group: groups.count(group) for group in set(groups)}
    share = {group: PHRASES.get(group, OTHERS.get(group, 1.0)) for group in count}
    side = {
        phrases: sum(share[group] for group in count if (group in PHRASES) == phrases)
        for phrases in (True, False)
    }
    return np.array([0.5 * share[g] / side[g in PHRASES] / count[g] for g in groups])


def cross_validated(rows: Sequence[RejectionRow]) -> list[float]:
    """Confidence of each row, with weights fitted without its speaker."""
    x = values(rows)
    folds = [_fold(row) for row in rows]
    found = [0.0] * len(rows)
    for fold in sorted(set(folds)):
        weights = fit([row for row, other in zip(rows, folds, strict=True) if other != fold])
        for number, row in enumerate(rows):
            if folds[number] == fold and row.measure:
                total = float(x[number] @ weights)
                found[number] = 1 / (1 + np.exp(-max(-40.0, min(40.0, total))))
    return found


def _fold(row: RejectionRow) -> str:
    """Fold of a row: its speaker; synthetic clips form ten folds."""
    return f"espeak{int(row.file) % 10}" if row.speaker == "espeak" else row.speaker


def threshold_for(
    rows: Sequence[RejectionRow],
    confidence: Sequence[float],
    per_hour: float,
    groups: Sequence[str],
) -> float:
    """Lowest threshold at which non-commands pass at most ``per_hour`` times an hour."""
    chosen = [(c, row) for c, row in zip(confidence, rows, strict=True) if row.group in groups]
    allowed = int(per_hour * sum(row.seconds for _, row in chosen) / 3600)
    found = sorted((c for c, _ in chosen), reverse=True)
    needed = found[allowed] if allowed < len(found) else 0.0
    return min(0.9999, float(np.ceil(needed * 10000 + 1) / 10000))


def show(
    rows: Sequence[RejectionRow], confidence: Sequence[float], accept: float, doubt: float
) -> None:
    """Print the cross-validated result at these thresholds."""
    print(f"left-one-speaker-out, accept at {accept}, ask from {doubt}:")
    for group in GROUPS:
        found = [c for c, row in zip(confidence, rows, strict=True) if row.group == group]
        if not found:
            continue
        hours = sum(row.seconds for row in rows if row.group == group) / 3600
        passed = sum(value >= accept for value in found)
        asked = sum(doubt <= value < accept for value in found)
        print(f"  {group:14} {len(found):5} clips {hours:.2f} h: {passed} accepted "
              f"({passed / hours:.2f}/h, refused {1 - passed / len(found):.1%}), "
              f"{asked} asked about")  # fmt: skip
