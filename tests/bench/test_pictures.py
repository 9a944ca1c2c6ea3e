"""The pictures of docs/plots show every package and every step."""

import subprocess
import sys

import pytest

from assistant.core.paths import OWN_PHRASES, PACKAGE
from assistant.dialogue.script.loader import load_script
from tests.support.paths import ROOT

PLOTS = ROOT / "docs" / "plots"
SCRIPT = load_script(OWN_PHRASES)
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
MODULES = sorted(
    path.parent.name if path.name == "__init__.py" else path.stem
    for room in ROOMS
    for path in [*PACKAGE.glob(f"{room}/*/__init__.py"), *PACKAGE.glob(f"{room}/[!_]*.py")]
)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Graphviz' language, by name of the picture."""
    folder = tmp_path_factory.mktemp("graphs")
    command = [sys.executable, str(ROOT / "run.py"), "bench", "pictures", "--dot"]
    subprocess.run([*command, "--output", str(folder)], check=True, capture_output=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.dot")}


def test_the_plan_is_made_from_the_imports(graphs: dict[str, str]) -> None:
    graph = graphs["house"]
    assert len(ROOMS) == 8
    assert all(f'"{room}" [label="{room.upper()}' in graph for room in ROOMS)
    assert '"dialogue" -> "nlu"' in graph
    assert '"nlu" -> "dialogue"' not in graph


def test_the_conversation_has_every_step_and_every_sign(graphs: dict[str, str]) -> None:
    graph = graphs["conversation"]
    for guide in SCRIPT.guides.values():
        for step in guide.steps:
            assert f'"{guide.name}.{step.id}" [label="{step.id.upper()}' in graph
    assert all(f'"flag.{flag.name}" [' in graph for flag in SCRIPT.flags)
    assert '"acute.stretch" -> "acute.rest" [label=" better"' in graph
    assert "warning sign (clot)" in graph


@pytest.mark.parametrize("name", ["house", "conversation", "demo"])
def test_the_drawn_pictures_ask_nobody_and_are_up_to_date(name: str) -> None:
    svg = (PLOTS / f"{name}.svg").read_text(encoding="utf-8")
    assert "url(http" not in svg and "@font-face" not in svg and "<script" not in svg
    words = {
        "house": [*(f">{room.upper()}<" for room in ROOMS), *MODULES],
        "conversation": [f">{guide.title}<" for guide in SCRIPT.guides.values()],
        "demo": ["kaki&#160;saya&#160;kram"],
    }
    missing = [word for word in words[name] if word not in svg]
    assert missing == [], "draw it again: python3 run.py bench pictures"
