"""The report for a doctor, in Indonesian: dates, severity, duration, what helped."""

import base64
import csv
import html
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.errors import InputError
from assistant.core.translation import _, reason
from assistant.runtime.diary.store import Episode
from assistant.runtime.diary.texts import DiaryTexts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEGS = {"left": "kiri", "right": "kanan", "both": "keduanya", "": "–"}
LEVELS = {"mild": 1, "moderate": 2, "severe": 3}
"""Severity → height in the plot."""

_RED, _BLUE = "#b23b3b", "#2f6f8f"

_PAGE = """<!doctype html>
<html lang="id"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Catatan kram betis</title>
<style>body{{font:18px/1.5 sans-serif;max-width:46em;margin:1em auto;padding:0 1em;color:#111;
background:#fff;overflow-wrap:anywhere}}table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #ccc;padding:.3em;text-align:left;vertical-align:top}}
img{{max-width:100%}}
@media screen and (max-width:48em){{table,tbody,tr,td{{display:block}}tr:first-child{{display:none}}
tr{{border-bottom:2px solid #767676;padding:.5em 0}}td{{border:0;padding:.1em 0}}
td::before{{content:attr(data-name) ": ";font-weight:600}}}}</style>
<h1>Catatan kram betis</h1>
<p>{summary}</p>
<p><img src="{picture}" alt="Berat dan lama kram tiap malam"></p>
<table>{rows}
</table>
<p>Menit: dari keluhan sampai reda, atau sampai panduan berakhir. Sakitnya menurut pengguna.</p>
<p>Dicatat oleh Kram di komputer pengguna. Ini bukan diagnosis dan belum diperiksa tenaga medis.</p>
</html>
"""


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is computed by a spreadsheet, and may start programs."""

_COLUMNS = ("Tanggal", "Jam", "Kaki", "Sakitnya", "Menit", "Yang membantu", "Keadaan",
            "Tanda bahaya")  # fmt: skip


def write_csv(episodes: list[Episode], path: Path) -> None:
    """Write the episodes as CSV, one per row, for programs: codes, ISO time, commas.

    Raises ``InputError`` if ``path`` is not writable.
    """
    rows = [["started", "seconds", "leg", "situation", "helped", "flags", "severity"]]
    for one in episodes:
        seconds = "" if one.seconds is None else f"{one.seconds:.0f}"
        row = [one.started.isoformat(timespec="seconds"), seconds, one.leg, one.situation]
        rows.append([*row, one.helped, one.flags, one.severity])
    _write(path, _table(rows, ","))


def write_sheet(episodes: list[Episode], words: DiaryTexts, path: Path) -> None:
    """Write the episodes as CSV that a spreadsheet set to Indonesian opens by a double click.

    Semicolons, a byte order mark, local time without offset, decimal commas, Indonesian words.
    Raises ``InputError`` if ``path`` is not writable.
    """
    rows = [list(_COLUMNS)]
    for one in episodes:
        cells = _cells(one, words)
        cells[1] = f"{one.started:%H:%M}"  # "02.30" would be read as a number
        rows.append(["" if cell == "–" else cell for cell in cells])
    _write(path, "\ufeff" + _table(rows, ";"))


def _table(rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: str) -> str:
    """The cell as text: an apostrophe in front keeps a spreadsheet from computing it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def write_report(episodes: list[Episode], words: DiaryTexts, folder: Path) -> Path:
    """Write ``kram.html``, with its picture inside, into ``folder``; returns its path.

    ``words`` holds the Indonesian names of measures, signs and severities. Raises ``InputError``
    if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            _("cannot write into {folder}: {reason}").format(folder=folder, reason=reason(error)),
            _("choose another"),
        ) from error
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in _COLUMNS) + "</tr>"
    rows = "\n".join([head, *(_row(episode, words) for episode in reversed(episodes))])
    picture = "data:image/png;base64," + base64.b64encode(_plot(episodes, words)).decode("ascii")
    page = _PAGE.format(summary=_summary(episodes, words), picture=picture, rows=rows)
    _write(folder / "kram.html", page)
    return folder / "kram.html"


def _summary(episodes: list[Episode], words: DiaryTexts) -> str:
    if not episodes:
        return html.escape(words.none)
    first, last = episodes[0].started, episodes[-1].started
    text = f"{len(episodes)} kali kram antara {first:%d-%m-%Y} dan {last:%d-%m-%Y}."
    text += _counted("Sakitnya", [e.severity for e in episodes], words.severity)
    helped = [name for e in episodes for name in e.helped.split(",")]
    text += _counted("Yang membantu", helped, words.helped)
    return html.escape(text)


def _counted(title: str, found: list[str], names: Mapping[str, str]) -> str:
    """`` Title: name (3 kali), other (1 kali).``; empty if none of them has a name."""
    counts = Counter(name for name in found if name in names).most_common()
    said = ", ".join(f"{names[name]} ({count} kali)" for name, count in counts)
    return f" {title}: {said}." if said else ""


def _row(episode: Episode, words: DiaryTexts) -> str:
    cells = zip(_COLUMNS, _cells(episode, words), strict=True)
    row = (f'<td data-name="{name}">{html.escape(cell)}</td>' for name, cell in cells)
    return f"<tr>{''.join(row)}</tr>"


def _cells(episode: Episode, words: DiaryTexts) -> list[str]:
    """The cells of one episode, in the order of ``_COLUMNS``."""
    minutes = "–" if episode.seconds is None else f"{episode.seconds / 60:.1f}".replace(".", ",")
    return [
        f"{episode.started:%d-%m-%Y}",
        f"{episode.started:%H.%M}",
        LEGS.get(episode.leg, episode.leg),
        words.severity.get(episode.severity, "–"),
        minutes,
        _named(episode.helped, words.helped) or "–",
        _named(episode.situation, words.situations) or "–",
        _named(episode.flags, words.flags) or "–",
    ]


def _named(names: str, known: Mapping[str, str]) -> str:
    """The display names of a comma- or space-separated list; unknown items are left out."""
    return ", ".join(known[name] for name in names.replace(",", " ").split() if name in known)


def _plot(episodes: list[Episode], words: DiaryTexts) -> bytes:
    """A PNG of severity and duration over the same dates."""
    # Imported here because it takes a second and only the report needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    FigureCanvasAgg(figure)
    bad, long = figure.subplots(2, sharex=True)
    _plot_severities(bad, episodes, [words.severity[name] for name in LEVELS])
    _plot_minutes(long, [episode for episode in episodes if episode.seconds is not None])
    _date_axis(long, episodes)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=120)
    return picture.getvalue()


def _plot_severities(axes: "Axes", episodes: list[Episode], names: list[str]) -> None:
    days, colours = _days(episodes), _colours(episodes)
    levels = [LEVELS.get(episode.severity, 0) for episode in episodes]
    faces = [colour if level else "white" for colour, level in zip(colours, levels, strict=True)]
    axes.vlines(days, 0, levels, colors=colours)
    axes.scatter(days, levels, color=faces, edgecolors=colours, s=36, zorder=3)
    axes.set_yticks(range(4), ["tidak disebut", *names])
    axes.set_ylim(-0.4, 3.4)
    axes.set_title("Berat sakitnya (merah: ada tanda bahaya)")


def _plot_minutes(axes: "Axes", episodes: list[Episode]) -> None:
    days, colours = _days(episodes), _colours(episodes)
    minutes = [(episode.seconds or 0.0) / 60 for episode in episodes]
    axes.vlines(days, 0, minutes, colors=colours)
    axes.scatter(days, minutes, color=colours, s=14)
    axes.set_ylim(0, max([1.0, *minutes]) * 1.1)
    axes.set_ylabel("menit")
    axes.set_title("Lamanya, kalau diketahui")


def _date_axis(axes: "Axes", episodes: list[Episode]) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    if days := _days(episodes):
        axes.set_xlim(min(days) - 1, max(days) + 1)
        axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=10))
        axes.xaxis.set_major_formatter(DateFormatter("%d-%m"))


def _days(episodes: list[Episode]) -> list[float]:
    """Start times in the user's local time, as matplotlib date numbers (days)."""
    from matplotlib.dates import date2num

    return [float(date2num(episode.started.replace(tzinfo=None))) for episode in episodes]


def _colours(episodes: list[Episode]) -> list[str]:
    return [_RED if episode.flags else _BLUE for episode in episodes]


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")  # CSV has its own line ends
    except OSError as error:
        raise InputError(
            _("cannot write {path}: {reason}").format(path=path, reason=reason(error)),
            _("choose another"),
        ) from error
