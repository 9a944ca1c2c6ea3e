"""Danger signs in whole conversations, judged by an oracle. `python3 run.py bench triage`.

Draws scenarios in which a danger sign is told early, late, doubted, denied and then affirmed, or
by a helper, and in which a relative plays it down. Each is lived through as text with the real
interpreter and policy, and judged from the medical side (``triage_signs``, ``triage_oracle``). With
``--voice`` what the user says is spoken and decoded as well (synthetic; ``triage_ear``). The exit
code is 1 if anything is hazardous.
"""

import argparse
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.core.numerals import integer
from bench.common.paths import OUT
from bench.common.rows import write_json
from bench.dialogue.triage_ear import open_ear
from bench.dialogue.triage_oracle import Finding, Hazard, advice, judge
from bench.dialogue.triage_scenarios import scenarios
from bench.dialogue.triage_signs import Advice
from bench.dialogue.triage_talk import Interpret, open_interpreter
from bench.dialogue.triage_user import Lived, live


@dataclass(frozen=True)
class Judged:
    """A conversation with its verdict, and what was told in its twin without the relative."""

    lived: Lived
    findings: list[Finding]
    told: Advice
    told_without: Advice | None
    """None if nobody plays it down."""

    twin: Lived | None
    """The conversation without the relative; it is judged like the others."""

    @property
    def hazards(self) -> set[Hazard]:
        """Its kinds of hazard."""
        return {finding.hazard for finding in self.findings}


def upper_bound(events: int, count: int) -> float:
    """One-sided 95 % upper bound of a proportion, after Clopper and Pearson; 3/n for none."""
    low, high = events / count, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(events, count, middle) > 0.05:
            low = middle
        else:
            high = middle
    return high


def _at_most(events: int, count: int, rate: float) -> float:
    """Probability of at most ``events`` among ``count``."""
    if rate >= 1:
        return float(events >= count)
    terms = (
        math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1)
        + k * math.log(rate) + (count - k) * math.log1p(-rate)
        for k in range(events + 1)
    )  # fmt: skip
    return sum(math.exp(term) for term in terms)


def odds_ratio(rows: Sequence[Judged]) -> float:
    """Odds that the due advice is told with the relative, against the same without; 1 is right.

    Half a case is added to every cell, so that cells without a case leave a number.
    """
    pairs = [row for row in rows if row.told_without is not None]
    with_it = sum(row.told >= row.lived.scenario.sign.due for row in pairs)
    without = sum((row.told_without or 0) >= row.lived.scenario.sign.due for row in pairs)
    count = len(pairs)
    return ((with_it + 0.5) / (count - with_it + 0.5)) / ((without + 0.5) / (count - without + 0.5))


def measure(count: int, seed: int, interpret: Interpret) -> list[Judged]:
    """Live and judge ``count`` scenarios; ``interpret`` is how the user is understood."""
    rows = []
    for scenario in scenarios(count, seed):
        lived = live(scenario, interpret)
        alone = live(scenario.without_relative(), interpret) if scenario.played_down else None
        told_without = advice(alone) if alone else None
        rows.append(Judged(lived, judge(lived), advice(lived), told_without, alone))
    return rows


def transcript(row: Judged) -> str:
    """The conversation, a line each; an arrow at the sign."""
    one = row.lived.scenario
    head = f"#{one.number} {one.sign.name}, {one.kind}, {one.register}, {one.behaviour}"
    lines = [head, *(f"  ! {finding.hazard}: {finding.what}" for finding in row.findings)]
    for place, line in enumerate(row.lived.lines):
        mark = ">" if place == row.lived.told_at else " "
        cut = "" if line.share >= 1 else f" [cut at {line.share:.0%}]"
        said = f"USER {line.text}  [{line.note}]" if line.user else f"     {line.text or '(hold)'}"
        lines.append(f" {mark}{line.at:6.0f} {said}{cut}")
    return "\n".join(lines)


def _table(rows: Sequence[Judged], key: Callable[[Judged], str]) -> dict[str, dict[str, int]]:
    """Conversations and hazards by kind, for each key."""
    groups = sorted({key(row) for row in rows})
    table = {}
    for group in groups:
        mine = [row for row in rows if key(row) == group]
        counts = Counter(hazard for row in mine for hazard in row.hazards)
        table[group] = {"count": len(mine), **{h.value: counts[h] for h in Hazard}}
    return table


def _print_table(title: str, table: dict[str, dict[str, int]]) -> None:
    print(f"{title:<28}{'count':>6}" + "".join(f"{hazard.value:>20}" for hazard in Hazard))
    for name, counts in table.items():
        print(f"{name:<28}{counts['count']:>6}" + "".join(f"{counts[h]:>20}" for h in Hazard))
    print()


def _report(rows: Sequence[Judged], seed: int) -> dict[str, object]:
    """Print the tables; returns everything for the JSON."""
    kinds = _table(rows, lambda row: row.lived.scenario.kind)
    signs = _table(rows, lambda row: row.lived.scenario.sign.name)
    _print_table("told", kinds)
    _print_table("sign", signs)
    hazardous = sum(bool(row.findings) for row in rows)
    bound = upper_bound(hazardous, len(rows))
    played = [row for row in rows if row.told_without is not None]
    pairs = [(row.told, row.told_without) for row in played if row.told_without is not None]
    less = sum(told < without for told, without in pairs)
    more = sum(told > without for told, without in pairs)
    again = sum(row.lived.attempts > 1 for row in rows)
    never = sum(not row.lived.understood for row in rows)
    ratio = odds_ratio(rows)
    twins = [Judged(row.twin, judge(row.twin), Advice.NONE, None, None) for row in rows if row.twin]
    bad_twins = [twin for twin in twins if twin.findings]
    print(f"hazardous: {hazardous} of {len(rows)}, upper 95 % bound {100 * bound:.3f} %")
    print(f"their {len(twins)} twins without the relative: {len(bad_twins)} hazardous")
    print(f"played down: {len(played)}; less urgent advice than without: {less}, "
          f"more urgent: {more}; odds ratio of the due advice {ratio:.3f}")  # fmt: skip
    print(f"sign told again because nothing was made of it: {again}; never understood: {never}")
    return {
        "seed": seed, "count": len(rows), "hazardous": hazardous, "upper_95": bound,
        "told": kinds, "signs": signs, "played_down": len(played), "less_urgent": less,
        "more_urgent": more,
        "odds_ratio": ratio, "told_again": again, "never_understood": never,
        "twins": len(twins), "twins_hazardous": [transcript(twin) for twin in bad_twins],
        "hazards": [transcript(row) for row in rows if row.findings],
    }  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Print the tables; returns 1 if a conversation was hazardous."""
    parser = argparse.ArgumentParser(prog="run.py bench triage", description=__doc__)
    parser.add_argument("--count", type=integer, default=2995, help="number of scenarios")
    parser.add_argument("--seed", type=integer, default=1, help="of the draw")
    parser.add_argument(
        "--show", type=integer, default=0, help="print so many hazardous conversations"
    )
    parser.add_argument(
        "--voice", metavar="VOICE", help="of espeak-ng: the user is heard, not read"
    )
    parser.add_argument(
        "--snr", type=integer, default=20, metavar="DB", help="of the voice, above the noise"
    )
    parser.add_argument("--output", type=Path, default=OUT / "triage.json")
    chosen = parser.parse_args(argv)
    interpret = open_ear(chosen.voice, chosen.snr) if chosen.voice else open_interpreter()
    rows = measure(chosen.count, chosen.seed, interpret)
    speech = {"speech": f"synthetic ({chosen.voice}, {chosen.snr} dB)"} if chosen.voice else {}
    write_json(chosen.output, speech | _report(rows, chosen.seed))
    hazardous = [row for row in rows if row.findings]
    for row in hazardous[: chosen.show]:
        print("\n" + transcript(row))
    return 1 if hazardous else 0
