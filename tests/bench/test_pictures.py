"""The pictures of docs/plots show every package, every step, and what was measured."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core.paths import OWN_PHRASES, PACKAGE, version
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


@pytest.mark.parametrize("name", ["house", "conversation", "demo", "demo.id", "night"])
def test_the_drawn_pictures_ask_nobody_and_are_up_to_date(name: str) -> None:
    svg = (PLOTS / f"{name}.svg").read_text(encoding="utf-8")
    assert "url(http" not in svg and "@font-face" not in svg and "<script" not in svg
    words = {
        "house": [*(f">{room.upper()}<" for room in ROOMS), *MODULES],
        "conversation": [f">{guide.title}<" for guide in SCRIPT.guides.values()],
        "demo": ["kaki&#160;saya&#160;kram", f"kram&#160;{version()}"],
        "demo.id": ["kaki&#160;saya&#160;kram", "(suara&#160;buatan)", f"kram&#160;{version()}"],
        "night": [">kaki saya kram<", ">sudah reda<", ">peregangan<", ">30 detik<"],
    }
    missing = [word for word in words[name] if word not in svg]
    assert missing == [], "draw it again: python3 run.py bench pictures"


def drawn(name: str, report: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    """``bench pictures`` with this as the only report there is."""
    file = {"noise": "synthetic.json", "wakes": "wakes.json"}[name]
    if report is not None:
        (folder / file).write_text(json.dumps(report), encoding="utf-8")
    command = [sys.executable, str(ROOT / "run.py"), "bench", "pictures", name]
    command += ["--reports", str(folder), "--output", str(folder)]
    return subprocess.run(command, capture_output=True, text=True)


def clips(noise: int, right: int, wrong: int) -> list[dict[str, object]]:
    """Ten clips at a signal-to-noise ratio: right ones, wrong ones acted on, and refused ones."""
    kinds = [(True, True)] * right + [(False, True)] * wrong
    kinds += [(False, False)] * (10 - len(kinds))
    return [{"voice": "id", "sound": f"noise {noise} dB", "same_intent": same, "accepted": acted}
            for same, acted in kinds]  # fmt: skip


def test_the_curve_by_noise_is_drawn_from_the_report_in_both_languages(tmp_path: Path) -> None:
    rows = clips(20, 10, 0) + clips(10, 9, 1) + clips(0, 4, 3)
    done = drawn("noise", {"rows": rows}, tmp_path)
    assert done.returncode == 0, done.stderr
    english, indonesian = (
        (tmp_path / f"{name}.svg").read_text(encoding="utf-8") for name in ("noise", "noise.id")
    )
    for svg in (english, indonesian):
        assert all(f">{share}<" in svg for share in ("100", "90", "40", "30"))
    assert "30 clips" in english and "synthetic" in english
    assert "30 klip" in indonesian and "clips" not in indonesian


def test_a_curve_needs_three_levels_of_noise(tmp_path: Path) -> None:
    done = drawn("noise", {"rows": clips(20, 10, 0)}, tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--snr" in done.stderr


def test_false_wakes_are_drawn_by_kind(tmp_path: Path) -> None:
    quiet = {"hours": 0.5, "asked": [], "guides": [], "alarms": []}
    pieces = [
        {**quiet, "kind": "news", "asked": ["kram (0.8)"]},
        {**quiet, "kind": "digits"},
        {**quiet, "kind": "news", "guides": ["acute: kram (0.9)"]},
    ]
    done = drawn("wakes", {"pieces": pieces}, tmp_path)
    assert done.returncode == 0, done.stderr
    svg = (tmp_path / "wakes.svg").read_text(encoding="utf-8")
    for words in (">news<", ">1.0 h<", ">digits<", ">0.5 h<", ">guide begun<"):
        assert words in svg


def test_without_a_report_the_command_is_named(tmp_path: Path) -> None:
    done = drawn("wakes", None, tmp_path)
    assert done.returncode == 3
    assert "bench wakes" in done.stderr
