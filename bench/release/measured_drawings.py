"""Pictures of measurements, from the JSON that a bench command has written.

``noise``: what is understood as noise gets louder (``bench synthetic --snr 30 … -5``);
``wakes``: what other people's talk leads to, by kind (``bench wakes KIND=FOLDER …``).
"""

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.errors import InputError, MissingError
from bench.common.rates import upper_bound

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SOURCES = {
    "noise": ("synthetic.json", "bench synthetic --snr 30 20 15 10 5 0 -5"),
    "wakes": ("wakes.json", "bench wakes KIND=FOLDER …"),
}
"""By picture: the report that it is drawn from, and the command that writes it."""

TEXTS = {
    "noise": {
        "x": "speech above noise, dB", "y": "% of the commands",
        "right": "understood", "acted": "understood and acted on at once",
        "wrong": "taken for something else and acted on",
        "title": "Usual commands in pink noise: synthetic speech, {voices} voices, {clips} clips",
    },
    "noise.id": {
        "x": "suara di atas derau, dB", "y": "% dari perintah",
        "right": "dimengerti", "acted": "dimengerti dan langsung dituruti",
        "wrong": "dikira perintah lain dan dituruti",
        "title": "Perintah biasa dalam derau: suara buatan, {voices} suara, {clips} klip",
    },
}  # fmt: skip
"""Words in the picture, by the name of its file."""

NOISE = re.compile(r"noise (-?\d+) dB")


@dataclass(frozen=True)
class NoisePoint:
    """Shares in percent of the clips at one signal-to-noise ratio."""

    ratio: int
    right: float
    acted: float
    wrong: float


@dataclass(frozen=True)
class KindRate:
    """Events in an hour of one kind of sound, with their upper 95 % bounds."""

    kind: str
    hours: float
    rates: Mapping[str, tuple[float, float]]


def measured_pictures(name: str, reports: Path) -> dict[str, str]:
    """SVG by the name of its file; raises ``MissingError`` if nothing was measured."""
    file, command = SOURCES[name]
    path = reports / file
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MissingError(f"there is no {path}", f"run `python3 run.py {command}`") from error
    if name == "wakes":
        return {"wakes": _drawn_wakes(wake_rates(report["pieces"]))}
    rows = report["rows"]
    return {name: _drawn_noise(noise_points(rows), rows, TEXTS[name])
            for name in ("noise", "noise.id")}  # fmt: skip


def noise_points(rows: Sequence[Mapping[str, Any]]) -> list[NoisePoint]:
    """The curve, from the loudest noise; raises ``InputError`` with fewer than three points."""
    by_ratio: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found = NOISE.fullmatch(row["sound"])
        if found:
            by_ratio[int(found[1])].append(row)
    if len(by_ratio) < 3:
        raise InputError("fewer than three levels of noise were measured",
                         f"run `python3 run.py {SOURCES['noise'][1]}`")  # fmt: skip
    return [
        NoisePoint(
            ratio,
            _percent(row["same_intent"] for row in some),
            _percent(row["same_intent"] and row["accepted"] for row in some),
            _percent(not row["same_intent"] and row["accepted"] for row in some),
        )
        for ratio, some in sorted(by_ratio.items())
    ]


def wake_rates(pieces: Sequence[Mapping[str, Any]]) -> list[KindRate]:
    """One for each kind, in the order of the pieces."""
    rates = []
    for kind in dict.fromkeys(piece["kind"] for piece in pieces):
        some = [piece for piece in pieces if piece["kind"] == kind]
        hours = sum(piece["hours"] for piece in some)
        counts = {name: sum(len(piece[name]) for piece in some)
                  for name in ("asked", "guides", "alarms")}  # fmt: skip
        rates.append(KindRate(kind, hours, {
            name: (count / hours, upper_bound(count, hours)) for name, count in counts.items()
        }))  # fmt: skip
    return rates


def _percent(right: Iterable[object]) -> float:
    flags = [bool(one) for one in right]
    return 100 * sum(flags) / len(flags)


def _drawn_noise(
    points: Sequence[NoisePoint], rows: Sequence[Mapping[str, Any]], texts: Mapping[str, str]
) -> str:
    figure, axes = _figure()
    ratios = [point.ratio for point in points]
    for key, colour in (("right", "#2563eb"), ("acted", "#16a34a"), ("wrong", "#dc2626")):
        values = [getattr(point, key) for point in points]
        axes.plot(ratios, values, "o-", color=colour, label=texts[key])
        for ratio, value in zip(ratios, values, strict=True):
            if key != "acted":
                axes.annotate(f"{value:.0f}", (ratio, value), (0, 6), textcoords="offset points",
                              ha="center", color=colour, fontsize=9)  # fmt: skip
    axes.set_xticks(ratios)
    axes.set_ylim(0, 106)
    axes.set_xlabel(texts["x"])
    axes.set_ylabel(texts["y"])
    voices = len({row["voice"] for row in rows})
    axes.set_title(texts["title"].format(voices=voices, clips=len(rows)), fontsize=11)
    axes.legend(loc="center right")
    return _svg(figure)


def _drawn_wakes(rates: Sequence[KindRate]) -> str:
    figure, axes = _figure()
    looks = (("asked", "asked", "#fbbf24"), ("guides", "guide begun", "#2563eb"),
             ("alarms", "alarm", "#dc2626"))  # fmt: skip
    for place, (name, label, colour) in enumerate(looks):
        ys = [row + 0.25 * (place - 1) for row in range(len(rates))]
        values = [one.rates[name][0] for one in rates]
        above = [one.rates[name][1] - one.rates[name][0] for one in rates]
        axes.barh(ys, values, height=0.22, color=colour, label=label,
                  xerr=[[0.0] * len(rates), above],
                  error_kw={"ecolor": colour, "capsize": 3, "elinewidth": 1.5})  # fmt: skip
    axes.set_yticks(range(len(rates)), [f"{one.kind}\n{one.hours:.1f} h" for one in rates])
    axes.invert_yaxis()
    axes.set_xlabel("times an hour (bar); line: up to the upper 95 % bound")
    axes.set_title("What other people's talk led to, by kind of sound", fontsize=11)
    axes.legend(loc="best")
    return _svg(figure)


def _figure() -> "tuple[Figure, Axes]":
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "kram"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4))
    axes.grid(alpha=0.3)
    return figure, axes


def _svg(figure: "Figure") -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None})
    return out.getvalue()
