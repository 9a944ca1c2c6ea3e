"""The architecture as a Graphviz graph: layers from the contract, arrows from the code.

The layers are those of ``[tool.importlinter]`` in ``pyproject.toml``; an arrow is drawn where a
module of one package imports a module of another, so a wrong import shows as an upward arrow.
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

INK, PALE, PAPER = "#1f2937", "#9ca3af", "#ffffff"
FLOOR_COLOURS = ("#f3f4f6", "#fef3c7", "#dbeafe", "#dcfce7", "#ffffff")

_STYLE = f"""
  bgcolor="{PAPER}"; rankdir=TB; ranksep=0.55; nodesep=0.5; pad=0.25;
  node [shape=box, style="rounded,filled", color="{INK}", fontcolor="{INK}", fontname="Helvetica",
        fontsize=11, margin="0.2,0.1"];
  edge [color="{INK}", arrowsize=0.7];
"""

_WIDTH = 40
"""Characters per line of a package's label."""


def floors(pyproject: Path) -> list[list[str]]:
    """The packages of each layer, top layer first, from the layers contract."""
    contracts = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in layers]


def room_imports(package: Path) -> Counter[tuple[str, str]]:
    """Number of modules of one package that import another: (importer, imported) → count."""
    arrows: Counter[tuple[str, str]] = Counter()
    for path in sorted(package.glob("*/**/*.py")):
        room = path.relative_to(package).parts[0]
        imported = {name.split(".")[1] for name in _imports(path) if name.count(".")}
        arrows.update((room, other) for other in imported - {room} if (package / other).is_dir())
    return arrows


def house(package: Path, pyproject: Path) -> str:
    """The DOT source: packages by layer, their modules, and the imports between them."""
    order = floors(pyproject)
    level = {room: at for at, rooms in enumerate(order) for room in rooms}
    lines = ["digraph house {", _STYLE]
    for at, rooms in enumerate(order):
        boxes = [_room(package / room, FLOOR_COLOURS[at % len(FLOOR_COLOURS)]) for room in rooms]
        lines += ["  { rank=same;", *boxes, "  }"]
    for (one, two), count in sorted(room_imports(package).items()):
        # imports between neighbouring layers are emphasised; longer ones are pale
        near = level[two] - level[one] == 1
        look = "" if near else f', color="{PALE}", style=dashed'
        lines.append(f'  "{one}" -> "{two}" [tooltip="{count} modules"{look}];')
    return "\n".join([*lines, "}"])


def _room(folder: Path, colour: str) -> str:
    modules = sorted(
        path.stem + ("/" if path.is_dir() else "")
        for path in folder.iterdir()
        if (path / "__init__.py").is_file() or (path.suffix == ".py" and path.stem[0] != "_")
    )
    rows, row = [], ""
    for name in modules:
        if row and len(row) + len(name) > _WIDTH:
            rows.append(row)
            row = ""
        row = f"{row}  {name}".strip()
    label = "\\n".join([folder.name.upper(), *rows, row])
    return f'    "{folder.name}" [label="{label}", fillcolor="{colour}"];'


def _imports(path: Path) -> Iterator[str]:
    """Dotted names below ``assistant`` that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.startswith("assistant."))
