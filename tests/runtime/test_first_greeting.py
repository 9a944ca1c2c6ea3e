"""The first run ends with a word aloud, and Kram does not take it for the user's."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.bootstrap import steps
from assistant.apps.bootstrap.plan import Needs, project_plan
from assistant.apps.cli import main
from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.core.just_set_up import leave_set_up, take_set_up
from assistant.core.yaml_reader import read_yaml
from assistant.runtime.first_greeting import TEXTS
from tests.support.paths import ROOT


def test_a_set_up_is_told_once() -> None:
    environment = {"HOME": "/home/sri"}
    leave_set_up(environment)
    assert take_set_up(environment) and not take_set_up(environment)
    assert environment == {"HOME": "/home/sri"}


def test_only_a_set_up_that_did_something_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    step = steps.SetupStep("one", lambda: bool(done), lambda lock, bar: done.append("x"), 0)
    monkeypatch.setattr(steps, "steps", lambda plan, needs: [step])
    assert steps.ensure(project_plan(), Needs()) is True
    assert steps.ensure(project_plan(), Needs()) is False and done == ["x"]


@pytest.mark.parametrize(("command", "greets"), [("listen", True), ("test", False)])
def test_only_who_listens_is_told(
    command: str, greets: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what a command starts, a test for one, would inherit it and speak."""
    told: list[bool] = []
    monkeypatch.setattr(main, "leave_set_up", lambda: told.append(True))
    monkeypatch.setattr(main, "hold_interrupts", lambda: None)
    monkeypatch.setattr(os, "execv", lambda python, arguments: None)
    monkeypatch.setattr(main, "perform", lambda arguments: 0)
    monkeypatch.setattr(steps, "ensure", lambda project, needs: True)
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    main.enter([command])
    assert bool(told) == greets


def test_it_says_what_to_say() -> None:
    text = read_yaml(TEXTS).fields("", "ready")["ready"].text()
    assert "mendengarkan" in text and "kaki saya kram" in text and "berhenti" in text


def spoken_seconds(
    card: VirtualSoundCard, folder: Path, stdout: int | None = None, **environment: str
) -> float:
    """Seconds of sound until Kram is ready and a little longer; ends it."""
    folder.mkdir(exist_ok=True)
    events = folder / "events.jsonl"
    events.unlink(missing_ok=True)
    home = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    recording = card.record()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.apps.cli", "listen", "--events", str(events)],
        cwd=ROOT, env={**card.environment, **home, **environment}, stderr=subprocess.PIPE,
        stdout=stdout,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (events.exists() and events.stat().st_size):
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.1)
    time.sleep(3.0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    sound = recording.stop().astype(np.float64)
    names = [json.loads(line)["event"] for line in events.read_text(encoding="utf-8").splitlines()]
    assert names == ["ready"]  # nothing was heard of its own words
    blocks = sound[: len(sound) // 480 * 480].reshape(-1, 480)
    return float(np.sum(np.sqrt(np.mean(blocks**2, axis=1)) > 100) * 0.01)


@pytest.mark.alone
def test_after_a_set_up_it_is_spoken_and_else_not(tmp_path: Path) -> None:
    with VirtualSoundCard() as card:
        told: dict[str, str] = {}
        leave_set_up(told)
        assert spoken_seconds(card, tmp_path / "first", **told) > 4.0
        assert spoken_seconds(card, tmp_path / "second") < 0.5


@pytest.mark.alone
def test_in_a_terminal_it_is_spoken_the_first_time_also_if_the_demo_has_set_up(
    tmp_path: Path,
) -> None:
    terminal, theirs = pty.openpty()
    with VirtualSoundCard() as card:
        assert spoken_seconds(card, tmp_path / "home", theirs) > 4.0
        assert spoken_seconds(card, tmp_path / "home", theirs) < 0.5
    os.close(theirs)
    os.close(terminal)
