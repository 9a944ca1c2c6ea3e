"""A page for the doctor: which nights, how long, what helped. In Indonesian."""

import csv
import html
import io
from collections import Counter
from pathlib import Path

from assistant.diary.book import Episode
from assistant.errors import InputError

LEGS = {"left": "kiri", "right": "kanan", "both": "keduanya", "": "–"}

_PAGE = """<!doctype html>
<html lang="id"><meta charset="utf-8"><title>Catatan kram betis</title>
<style>body{{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}}
table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #ccc;padding:.3em;
text-align:left}}img{{max-width:100%}}</style>
<h1>Catatan kram betis</h1>
<p>{summary}</p>
<p><img src="{picture}" alt="Lama kram tiap malam"></p>
<table><tr><th>Tanggal</th><th>Jam</th><th>Kaki</th><th>Menit</th><th>Yang membantu</th>
<th>Tanda bahaya</th></tr>
{rows}
</table>
<p>Dicatat oleh Kram di komputer pengguna. Ini bukan diagnosis dan belum diperiksa tenaga medis.</p>
</html>
"""


def write_csv(episodes: list[Episode], path: Path) -> None:
    """Write every episode as a row of comma-separated values."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["started", "seconds", "leg", "situation", "helped", "flags"])
    for episode in episodes:
        seconds = "" if episode.seconds is None else f"{episode.seconds:.0f}"
        row = [episode.started.isoformat(timespec="seconds"), seconds]
        writer.writerow([*row, episode.leg, episode.situation, episode.helped, episode.flags])
    _write(path, text.getvalue())


def write_report(episodes: list[Episode], helped: dict[str, str], folder: Path) -> Path:
    """Write ``kram.html`` and ``kram.png`` into ``folder``; returns the page's path.

    ``helped`` gives the Indonesian name of what helped. Raises ``InputError`` when the folder
    cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _plot(episodes, folder / "kram.png")
    except OSError as error:
        raise InputError(f"cannot write into {folder}: {error.strerror}; choose another") from error
    rows = "\n".join(_row(episode, helped) for episode in reversed(episodes))
    page = _PAGE.format(summary=_summary(episodes, helped), picture="kram.png", rows=rows)
    _write(folder / "kram.html", page)
    return folder / "kram.html"


def _summary(episodes: list[Episode], helped: dict[str, str]) -> str:
    if not episodes:
        return "Belum ada kram yang tercatat."
    first, last = episodes[0].started, episodes[-1].started
    text = f"{len(episodes)} kali kram antara {first:%d-%m-%Y} dan {last:%d-%m-%Y}."
    names = Counter(name for e in episodes for name in e.helped.split(",") if name in helped)
    if names:
        best = ", ".join(f"{helped[name]} ({count} kali)" for name, count in names.most_common())
        text += f" Yang membantu: {best}."
    return html.escape(text)


def _row(episode: Episode, helped: dict[str, str]) -> str:
    minutes = "–" if episode.seconds is None else f"{episode.seconds / 60:.1f}"
    names = ", ".join(helped.get(name, name) for name in episode.helped.split(",") if name)
    cells = [
        f"{episode.started:%d-%m-%Y}",
        f"{episode.started:%H:%M}",
        LEGS.get(episode.leg, episode.leg),
        minutes,
        names or "–",
        episode.flags or "–",
    ]
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"


def _plot(episodes: list[Episode], path: Path) -> None:
    # Loaded here because it takes a second, and only the report needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import date2num
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    days = [float(date2num(episode.started.replace(tzinfo=None))) for episode in episodes]
    minutes = [(episode.seconds or 0.0) / 60 for episode in episodes]
    colours = ["#b23b3b" if episode.flags else "#2f6f8f" for episode in episodes]
    if days:
        axes.bar(days, minutes, width=0.4, color=colours)
        axes.scatter(days, minutes, color=colours, s=14)
        axes.xaxis_date()
        figure.autofmt_xdate()
    axes.set_ylabel("menit")
    axes.set_title("Lama kram (merah: ada tanda bahaya)")
    figure.savefig(path, dpi=120)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}; choose another") from error
