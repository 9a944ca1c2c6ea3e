"""The plan of the house (docs/house.md) holds: who may import whom, and how long things are."""

import ast
from pathlib import Path

import pytest

# What a room may import besides itself and errors.py: a room, or a single module of it.
MAY_IMPORT = {
    "phrasebook": set(),
    "acoustics": {"phrasebook"},
    "hearing": {"phrasebook"},
    "understanding": {"phrasebook", "hearing.heard"},
    "guidance": {"understanding.intent"},
    "speaking": set(),
    "diary": {"guidance"},
    "telling": set(),
    "proofreading": {"phrasebook", "acoustics", "understanding", "guidance"},
}
# The ground that rooms share; knows no room itself.
EVERYWHERE = {"errors", "places", "portaudio", "keeper"}
LONGEST_FILE = 280
LONGEST_FUNCTION = 45

FILES = sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)
IN_ROOMS = [path for path in FILES if path.relative_to(ROOT).parts[0] in MAY_IMPORT]


def names(path: Path) -> set[str]:
    """The absolute module names that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import; write it out"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def forbidden(path: Path) -> list[str]:
    """The imports of a file in a room that the plan does not allow."""
    room = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[room] | EVERYWHERE | {room}
    wrong = []
    for name in names(path):
        if not name.startswith("assistant."):
            continue
        inner = name.removeprefix("assistant.")
        # "from assistant import x" and "from assistant.x import y" are both seen as longer names.
        if not any(inner == a or inner.startswith(a + ".") for a in allowed) and not any(
            a.startswith(inner + ".") for a in allowed
        ):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", IN_ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_along_the_corridor(path: Path) -> None:
    assert forbidden(path) == []


@pytest.mark.parametrize("module", sorted(EVERYWHERE))
def test_shared_ground_knows_no_room(module: str) -> None:
    inner = {name.removeprefix("assistant.").split(".")[0] for name in names(ROOT / f"{module}.py")}
    assert inner.isdisjoint(MAY_IMPORT)


def test_every_room_is_watched() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in IN_ROOMS} == set(MAY_IMPORT)


def test_a_wrong_import_is_seen() -> None:
    """The test itself can fail: the app's wiring would not be allowed in a room."""
    wiring = {name for path in FILES for name in names(path) if path.parent == ROOT}
    assert any(name.startswith("assistant.hearing") for name in wiring)
    assert any(name.startswith("assistant.guidance") for name in wiring)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_vosk_and_its_rivals_do_not_meet(path: Path) -> None:
    """vosk and pynini carry two OpenFst that deadlock or crash in one process."""
    room = path.relative_to(ROOT).parts[0]
    tops = {name.split(".")[0] for name in names(path)}
    if room == "acoustics":
        assert "vosk" not in tops
    else:
        assert tops.isdisjoint({"pynini", "pywrapfst", "kaldifst"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_too_long(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"
