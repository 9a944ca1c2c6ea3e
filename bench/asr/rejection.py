"""False activations per hour against false rejections, in the idle state.

`python3 run.py bench rejection --corpus DIR`, where DIR contains
``indspeech01-digits`` and ``indspeech02-sentences`` (see docs/rejection.md). Commands are the 42
multi-word sentences, then the project's own phrases, synthesised.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from assistant.asr.confidence import ENOUGH_LETTERS, Calibration, shipped_calibration
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from bench.common.paths import OUT, ROOT
from bench.common.rejection_data import (
    GROUPS,
    SHORT,
    RejectionRow,
    collect,
    load_rows,
    save_rows,
)
from bench.common.rows import write_json

PLOT = ROOT / "docs/plots/rejection.png"
PHRASES = ("commands", "noisy-commands", "own-20", "own-10")
URGENT = ("emergency", "tolong", "other_sign")


def main(argv: Sequence[str]) -> int:
    """Decode, print a table, write rows, JSON and a plot."""
    parser = argparse.ArgumentParser(prog="bench rejection", description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--again", type=Path, nargs="+", help="rows of earlier runs; no decoding")
    parser.add_argument("--every", type=integer, default=1, help="only every n-th non-command")
    parser.add_argument("--clips", type=integer, default=200, help="own phrases at each noise")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS)
    parser.add_argument("--seed", type=integer, default=5)
    parser.add_argument(
        "--whisper", action="store_true",
        help="also Whisper base (requirements-whisper.txt), on the 42 sentences and digits",
    )  # fmt: skip
    parser.add_argument("--rows", type=Path, default=OUT / "rejection-rows.json")
    parser.add_argument("--plot", type=Path, default=PLOT)
    args = parser.parse_args(argv)
    if args.again:
        rows = [row for path in args.again for row in load_rows(path)]
    elif args.corpus:
        rows = collect(args.corpus, args.only, args.every, args.clips, args.seed,
                       args.whisper)  # fmt: skip
        save_rows(rows, args.rows)
    else:
        parser.error("give --corpus DIR or --again FILE")
    report(rows, shipped_calibration(), args.rows.with_name("rejection.json"), args.plot)
    return 0


def report(
    rows: Sequence[RejectionRow], calibration: Calibration, result: Path, plot: Path
) -> None:
    """Print the table, write JSON and plot."""
    threshold = calibration.accept[ListeningState.IDLE]
    groups = {row.group: [one for one in rows if one.group == row.group] for row in rows}
    record: dict[str, object] = {"threshold": threshold, "calibration": calibration.__dict__}
    print(f"threshold of the idle state: confidence {threshold}")
    for name, group in groups.items():
        hours = sum(row.seconds for row in group) / 3600
        accepted = sum(confidence(row, calibration) >= threshold for row in group)
        asked = sum(
            calibration.doubt[ListeningState.IDLE] <= confidence(row, calibration) < threshold
            for row in group
        )
        right = sum(
            confidence(row, calibration) >= threshold and row.heard == row.said for row in group
        )
        factor = sum(row.taken for row in group) / sum(row.seconds for row in group)
        entry = {
            "clips": len(group), "hours": round(hours, 3), "accepted": accepted,
            "accepted_right": right, "asked": asked, "refused": 1 - accepted / len(group),
            "per_hour": accepted / hours, "asked_per_hour": asked / hours,
            "real_time_factor": round(factor, 4),
        }  # fmt: skip
        record[name] = entry
        if name in PHRASES:
            print(f"{name:14} {len(group):5} clips: refused {entry['refused']:6.1%}, "
                  f"right {right / len(group):6.1%}, asked {asked}, RTF {factor:.3f}")  # fmt: skip
        else:
            print(f"{name:14} {len(group):5} clips, {hours:.2f} h: {accepted} accepted = "
                  f"{entry['per_hour']:.2f}/h, {asked} asked, RTF {factor:.3f}")  # fmt: skip
    record["whisper"] = compare_whisper(groups)
    record["urgent"] = urgent(groups, calibration)
    record["curves"] = curves(groups, calibration)
    write_json(result, record)
    draw(record["curves"], threshold, plot)


def confidence(row: RejectionRow, calibration: Calibration) -> float:
    """Confidence of a row under ``calibration``; short phrases stay below the threshold."""
    if row.measure is None:
        return 0.0
    value = calibration.confidence(row.measure)
    short = len(row.heard.replace(" ", "")) < ENOUGH_LETTERS
    return min(value, calibration.accept[ListeningState.IDLE] - 1e-6) if short else value


def compare_whisper(groups: dict[str, list[RejectionRow]]) -> dict[str, object]:
    """Whisper's false rejections at 0 and 1 false activations.

    Its result is the nearest phrase, its confidence the similarity to the transcript.
    """
    found: dict[str, object] = {}
    for good, bad in (("commands", "digits"), ("noisy-commands", "noisy-digits")):
        yes, no = (
            [row for row in groups.get(name, ()) if row.likeness is not None]
            for name in (good, bad)
        )
        if not yes or not no:
            continue
        hours = sum(row.seconds for row in no) / 3600
        for allowed in (0, 1):
            ranked = sorted((row.likeness or 0.0 for row in no), reverse=True)
            needed = ranked[allowed] if allowed < len(ranked) else 0.0
            passed = [row for row in yes if (row.likeness or 0.0) > needed]
            refused = 1 - len(passed) / len(yes)
            right = sum(row.whisper == row.said for row in passed) / len(yes)
            found[f"{good}, {allowed} false in {hours:.2f} h"] = {
                "refused": refused, "right": right, "clips": len(yes), "likeness": needed,
            }  # fmt: skip
            print(f"Whisper, {good}: {len(yes)} clips: refused {refused:6.1%}, "
                  f"right {right:6.1%} at {allowed} false in {hours:.2f} h")  # fmt: skip
    return found


def urgent(groups: dict[str, list[RejectionRow]], calibration: Calibration) -> dict[str, object]:
    """Short emergency phrases: how many are accepted, or confirmed, at the shipped thresholds."""
    found: dict[str, object] = {}
    for name in ("own-20", "own-10"):
        short = [
            row for row in groups.get(name, ())
            if row.intent in URGENT and len(row.said.replace(" ", "")) <= SHORT
        ]  # fmt: skip
        if short:
            values = [confidence(row, calibration) for row in short]
            accepted = sum(value >= calibration.accept[ListeningState.IDLE] for value in values)
            heeded = sum(value >= calibration.doubt[ListeningState.IDLE] for value in values)
            found[name] = {"clips": len(short), "accepted": accepted, "heeded": heeded}
            print(f"short emergency phrases, {name}: {accepted} of {len(short)} accepted, "
                  f"{heeded} accepted or asked about")  # fmt: skip
    for name in ("digits", "own-digits", "own-sentences"):
        wrong = [
            row for row in groups.get(name, ())
            if confidence(row, calibration) >= calibration.doubt[ListeningState.IDLE]
        ]  # fmt: skip
        found[f"{name}-heeded"] = len(wrong)
    return found


def curves(
    groups: dict[str, list[RejectionRow]], calibration: Calibration
) -> dict[str, list[tuple[float, float, float]]]:
    """(threshold, false activations per hour, share rejected) for each pair of groups."""
    pairs = {
        "42 sentences, people / digits": ("commands", ("digits",)),
        "42 sentences / digits, in a noisy room": ("noisy-commands", ("noisy-digits",)),
        "own phrases, 20 dB / digits, sentences": ("own-20", ("own-digits", "own-sentences")),
        "own phrases, 10 dB / digits, sentences": ("own-10", ("own-digits", "own-sentences")),
    }
    found = {}
    for name, (good, bad) in pairs.items():
        wrong = [row for group in bad for row in groups.get(group, ())]
        if good in groups and wrong:
            yes = [confidence(row, calibration) for row in groups[good]]
            no = [confidence(row, calibration) for row in wrong]
            hours = sum(row.seconds for row in wrong) / 3600
            steps = sorted({0.001, *no, *yes, calibration.accept[ListeningState.IDLE]})
            found[name] = [
                (t, sum(v >= t for v in no) / hours, sum(v < t for v in yes) / len(yes))
                for t in steps
            ]
    return found


def draw(found: object, threshold: float, path: Path) -> None:
    """Plot the curves; a cross marks the shipped threshold."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    assert isinstance(found, dict)
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for name, points in found.items():
        line = axes.step(
            [p[1] for p in points], [100 * p[2] for p in points], where="post", label=name
        )
        here = min(points, key=lambda p: abs(p[0] - threshold))
        axes.plot(here[1], 100 * here[2], "x", color=line[0].get_color(), markersize=10)
    axes.axvline(0.5, color="grey", linewidth=0.5)
    axes.axhline(5, color="grey", linewidth=0.5)
    axes.set_xscale("symlog", linthresh=0.5)
    axes.set_xlim(0, 200)
    axes.set_ylim(0, 50)
    axes.set_xlabel("false activations per hour")
    axes.set_ylabel("phrases refused, %")
    axes.set_title("Idle state; x marks the shipped threshold")
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
