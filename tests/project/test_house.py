"""docs/house.md holds: who may import whom, one meaning for a name, how long things are."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from assistant.apps.cli.commands.test import CONTRACTS
from tests.support.paths import ROOT

PACKAGE = ROOT / "assistant"
LONGEST_FILE = 280
LONGEST_FUNCTION = 45
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

SMALL_HOUSE = """
[tool.importlinter]
root_package = "small"

[[tool.importlinter.contracts]]
name = "Layers"
type = "layers"
containers = ["small"]
layers = ["roof", "left | right", "ground"]
exhaustive = true

[[tool.importlinter.contracts]]
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["small", "small.**"]
"""


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", CONTRACTS]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def imported(tree: ast.Module) -> set[str]:
    """The top packages that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_imports_go_down_and_never_in_a_circle() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "2 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("roof/a.py", "from small.ground import a", []),
        ("ground/a.py", "def f():\n    import small.roof.a", ["Layers"]),
        ("left/a.py", "from small.right import a", ["Layers"]),
        ("left/a.py", "from small.left import b", ["No cycles"]),
        ("extension/__init__.py", "", ["Layers"]),
    ],
    ids=["allowed", "upwards, in a function", "sideways", "circle", "a room without a floor"],
)
def test_a_wrong_import_is_seen(room: str, line: str, broken: list[str], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(SMALL_HOUSE)
    for name in ("roof", "left", "right", "ground"):
        (tmp_path / "small" / name).mkdir(parents=True)
        (tmp_path / "small" / name / "__init__.py").touch()
        (tmp_path / "small" / name / "a.py").touch()
    (tmp_path / "small/__init__.py").touch()
    (tmp_path / "small/left/b.py").write_text("from small.left import a")
    (tmp_path / "small" / room).parent.mkdir(exist_ok=True)
    (tmp_path / "small" / room).write_text(line)
    done = lint(tmp_path)
    assert done.returncode == bool(broken), done.stdout
    assert [name for name in ("Layers", "No cycles") if f"{name} BROKEN" in done.stdout] == broken


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_import_is_relative(path: Path) -> None:
    for node in ast.walk(TREES[path]):
        assert not (isinstance(node, ast.ImportFrom) and node.level), "write it out"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_vosk_is_for_asr_and_there_is_one_openfst(path: Path) -> None:
    """vosk carries an OpenFst of its own; a second one in its process deadlocks or crashes."""
    tops = imported(TREES[path])
    assert tops.isdisjoint({"pynini", "pywrapfst", "kaldifst"})
    assert "vosk" not in tops or path.relative_to(PACKAGE).parts[0] == "asr"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_no_file_name_means_two_things() -> None:
    commands = PACKAGE / "apps/cli/commands"
    found: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        if not path.name.startswith("__") and path.parent != commands and path.name != "cli.py":
            found[path.name].append(str(path.relative_to(PACKAGE)))
    assert [paths for paths in found.values() if len(paths) > 1] == []


def test_no_class_name_means_two_things() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(str(path.relative_to(PACKAGE)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


@pytest.mark.parametrize(("folder", "other"), [("tests", "bench"), ("bench", "tests")])
def test_tests_and_measurements_do_not_import_each_other(folder: str, other: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        assert other not in imported(ast.parse(path.read_text(encoding="utf-8"))), path
