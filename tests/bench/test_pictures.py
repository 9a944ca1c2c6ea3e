"""The pictures of docs/plots tell of every room and every step that there is."""

from pathlib import Path

import pytest

from assistant.core.paths import OWN_PHRASES, PACKAGE
from assistant.dialogue.script.loader import load_script

ROOT = Path(__file__).parents[2]
PLOTS = ROOT / "docs" / "plots"
SCRIPT = load_script(OWN_PHRASES)

import _drawings  # noqa: E402


def test_the_plan_is_made_from_the_imports() -> None:
    graph = _drawings.house(PACKAGE)
    rooms = [path.parent.name for path in PACKAGE.glob("*/__init__.py")]
    assert all(f'"{room}" [label="{room.upper()}' in graph for room in rooms if room != "commands")
    assert '"understanding" -> "phrasebook" [style=dashed' in graph
    assert '"speaking" -> "guidance"' not in graph


def test_the_conversation_has_every_step_and_every_sign() -> None:
    graph = _drawings.conversation(SCRIPT)
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
        "house": [f">{room.upper()}<" for room in _drawings.CORRIDOR],
        "conversation": [f">{guide.title}<" for guide in SCRIPT.guides.values()],
        "demo": ["kaki&#160;saya&#160;kram"],
    }
    missing = [word for word in words[name] if word not in svg]
    assert missing == [], "draw it anew: python3 run.py bench pictures"
