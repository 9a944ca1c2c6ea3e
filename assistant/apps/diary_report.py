"""The report for a doctor: dates, severity, duration, what helped."""

import base64
import csv
import html
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.apps.dashboard.page_dates import clock
from assistant.apps.diary_names import DiaryNames, diary_names
from assistant.core.errors import InputError
from assistant.core.translation import ENGLISH, Translatable, _, joined, language, reason, shown
from assistant.runtime.diary.store import Episode
from assistant.runtime.diary.texts import DiaryTexts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEGS = {"left": _("left"), "right": _("right"), "both": _("both"), "": "–"}
LEVELS = {"mild": 1, "moderate": 2, "severe": 3}
"""Severity → height in the plot."""

_RED, _BLUE = "#b23b3b", "#2f6f8f"

_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:18px/1.5 sans-serif;max-width:46em;margin:1em auto;padding:0 1em;color:#111;
background:#fff;overflow-wrap:anywhere}}table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #ccc;padding:.3em;text-align:left;vertical-align:top}}
img{{max-width:100%}}
@media screen and (max-width:48em){{table,tbody,tr,td{{display:block}}tr:first-child{{display:none}}
tr{{border-bottom:2px solid #767676;padding:.5em 0}}td{{border:0;padding:.1em 0}}
td::before{{content:attr(data-name) ": ";font-weight:600}}}}</style>
<h1>{title}</h1>
<p>{summary}</p>
<p><img src="{picture}" alt="{alt}"></p>
<table>{rows}
</table>
<p>{how}</p>
<p>{limits}</p>
</html>
"""


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is computed by a spreadsheet, and may start programs."""

_COLUMNS = (_("Date"), _("Time"), _("Leg"), _("How bad"), _("Minutes"), _("What helped"),
            _("Situation"), _("Warning signs"))  # fmt: skip

_LABELS = {
    "title": _("Record of calf cramps"),
    "alt": _("Severity and duration of the cramps of each night"),
    "how": _(
        "Minutes: from the complaint until it was better, or until the guide ended. "
        "How bad it was is what the user said."
    ),
    "limits": _(
        "Recorded by Kram on the user's computer. This is not a diagnosis, and no medical "
        "professional has checked it."
    ),
}
"""What stands on every report; the names are those in the page."""


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
    """Write the episodes as CSV that a spreadsheet set to the language opens by a double click.

    A byte order mark, local time without offset, words; in Indonesian semicolons and decimal
    commas. Raises ``InputError`` if ``path`` is not writable.
    """
    rows = [[shown(name) for name in _COLUMNS]]
    for one in episodes:
        cells = _cells(one, diary_names(words))
        cells[1] = f"{one.started:%H:%M}"  # "02.30" would be read as a number
        rows.append(["" if cell == "–" else cell for cell in cells])
    _write(path, "\ufeff" + _table(rows, "," if language() == ENGLISH else ";"))


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
    names = diary_names(words)
    head = "<tr>" + "".join(f"<th>{shown(name)}</th>" for name in _COLUMNS) + "</tr>"
    rows = "\n".join([head, *(_row(episode, names) for episode in reversed(episodes))])
    picture = "data:image/png;base64," + base64.b64encode(_plot(episodes, names)).decode("ascii")
    labels = {name: html.escape(shown(text), quote=True) for name, text in _LABELS.items()}
    summary = html.escape(shown(_summary(episodes, names)))
    page = _PAGE.format(language=language(), summary=summary, picture=picture, rows=rows, **labels)
    _write(folder / "kram.html", page)
    return folder / "kram.html"


def _summary(episodes: list[Episode], names: DiaryNames) -> Translatable:
    if not episodes:
        return _("No cramp is recorded yet.")
    count = len(episodes)
    told = _("{count} cramp on {first}.") if count == 1 else _("{count} cramps, {first} to {last}.")
    texts = [told.format(count=count, first=_date(episodes[0]), last=_date(episodes[-1]))]
    if found := _counted([e.severity for e in episodes], names.severity):
        texts.append(_("How bad: {counts}.").format(counts=found))
    helped = [name for e in episodes for name in e.helped.split(",")]
    if found := _counted(helped, names.helped):
        texts.append(_("What helped: {helped}.").format(helped=found))
    return joined(" ", texts)


def _counted(found: list[str], names: Mapping[str, str]) -> str:
    """``name (3×), other (1×)``; empty if none of them has a name."""
    counts = Counter(name for name in found if name in names).most_common()
    told = _("{name} ({count}×)")
    return ", ".join(shown(told.format(name=names[name], count=count)) for name, count in counts)


def _date(episode: Episode) -> str:
    return shown(
        _("{year:04}-{month:02}-{day:02}").format(
            year=episode.started.year, month=episode.started.month, day=episode.started.day
        )
    )


def _row(episode: Episode, names: DiaryNames) -> str:
    cells = zip(_COLUMNS, _cells(episode, names), strict=True)
    row = (f'<td data-name="{shown(name)}">{html.escape(cell)}</td>' for name, cell in cells)
    return f"<tr>{''.join(row)}</tr>"


def _cells(episode: Episode, names: DiaryNames) -> list[str]:
    """The cells of one episode, in the order of ``_COLUMNS``."""
    return [
        _date(episode),
        clock(episode.started),
        shown(LEGS.get(episode.leg, episode.leg)),
        names.severity.get(episode.severity, "–"),
        "–" if episode.seconds is None else _decimal(episode.seconds / 60),
        _named(episode.helped, names.helped) or "–",
        _named(episode.situation, names.situations) or "–",
        _named(episode.flags, names.flags) or "–",
    ]


def _decimal(number: float) -> str:
    text = f"{number:.1f}"
    return text if language() == ENGLISH else text.replace(".", ",")


def _named(names: str, known: Mapping[str, str]) -> str:
    """The display names of a comma- or space-separated list; unknown items are left out."""
    return ", ".join(known[name] for name in names.replace(",", " ").split() if name in known)


def _plot(episodes: list[Episode], names: DiaryNames) -> bytes:
    """A PNG of severity and duration over the same dates."""
    # Imported here because it takes a second and only the report needs it.
    with _without_traces():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    FigureCanvasAgg(figure)
    bad, long = figure.subplots(2, sharex=True)
    _plot_severities(bad, episodes, [names.severity[name] for name in LEVELS])
    _plot_minutes(long, [episode for episode in episodes if episode.seconds is not None])
    _date_axis(long, episodes)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=120)
    return picture.getvalue()


@contextmanager
def _without_traces() -> Iterator[None]:
    """Let matplotlib keep its list of fonts elsewhere than at home: nobody would delete it."""
    before = os.environ.get("MPLCONFIGDIR")
    with TemporaryDirectory(prefix="kram-fonts-") as folder:
        os.environ["MPLCONFIGDIR"] = before or folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["MPLCONFIGDIR"]


def _plot_severities(axes: "Axes", episodes: list[Episode], names: list[str]) -> None:
    days, colours = _days(episodes), _colours(episodes)
    levels = [LEVELS.get(episode.severity, 0) for episode in episodes]
    faces = [colour if level else "white" for colour, level in zip(colours, levels, strict=True)]
    axes.vlines(days, 0, levels, colors=colours)
    axes.scatter(days, levels, color=faces, edgecolors=colours, s=36, zorder=3)
    axes.set_yticks(range(4), [shown(_("not known")), *names])
    axes.set_ylim(-0.4, 3.4)
    axes.set_title(shown(_("How bad (red: with a warning sign)")))


def _plot_minutes(axes: "Axes", episodes: list[Episode]) -> None:
    days, colours = _days(episodes), _colours(episodes)
    minutes = [(episode.seconds or 0.0) / 60 for episode in episodes]
    axes.vlines(days, 0, minutes, colors=colours)
    axes.scatter(days, minutes, color=colours, s=14)
    axes.set_ylim(0, max([1.0, *minutes]) * 1.1)
    axes.set_ylabel(shown(_("minutes")))
    axes.set_title(shown(_("How long, if known")))


def _date_axis(axes: "Axes", episodes: list[Episode]) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    if days := _days(episodes):
        axes.set_xlim(min(days) - 1, max(days) + 1)
        axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=10))
        axes.xaxis.set_major_formatter(DateFormatter("%m-%d" if language() == ENGLISH else "%d-%m"))


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
