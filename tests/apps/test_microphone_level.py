"""``doctor`` tells a microphone that is muted, too soft or clipping from one that works."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.doctor.loopback import measure
from assistant.apps.doctor.loopback_check import health_checks
from assistant.apps.doctor.microphone_level import level_problem
from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.audio.level_meter import SOFT
from assistant.audio.pcm import RATE
from assistant.audio.room_simulation import EchoPath
from tests.support.paths import ROOT


def noise(level: float, seconds: float = 1.0) -> np.ndarray:
    return np.random.default_rng(5).normal(0, level, int(seconds * RATE))


@pytest.mark.parametrize(
    ("sound", "problem"),
    [
        (np.zeros(RATE), "is muted or dead"),
        (np.full(RATE, -7.0), "is muted or dead"),
        (np.clip(noise(0.7), -2, 2), "is too soft"),
        (np.sin(np.arange(RATE) / 20) * 90_000, "is clipping"),
        (noise(12), ""),
        (noise(1500), ""),
    ],
    ids=["zeros", "constant", "soft", "clipping", "quiet room", "speech"],
)
def test_each_fault_has_its_name_and_its_advice(sound: np.ndarray, problem: str) -> None:
    told = level_problem(np.clip(np.rint(sound), -32768, 32767).astype(np.int16))
    assert (told is None) is (problem == "")
    if told is not None:
        assert told[0].startswith(problem) and told[1]


def test_a_sentence_that_hardly_reaches_the_microphone_is_too_soft() -> None:
    far = (noise(3000, 2.0) * (np.arange(2 * RATE) > RATE // 4)).astype(np.int16)
    for gain, soft in ((0.5, False), (0.004, True)):
        near = np.convolve(far, EchoPath(-8.0, 0.1).response())[: len(far)] * gain
        air = measure(noise(2).astype(np.int16), near.astype(np.int16), far, lambda sound: "")
        assert air.heard and (air.peak_db < SOFT) is soft
        found = {name: found for name, ok, found, _ in health_checks(air) if not ok}
        assert ("level" in found) is soft


@pytest.mark.alone
def test_a_muted_microphone_on_a_card(tmp_path: Path) -> None:
    """The virtual card delivers exact zeros as long as nothing is played into it."""
    homes = {name: str(tmp_path) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    command = [sys.executable, "-m", "assistant.apps.cli"]
    events = tmp_path / "events.jsonl"
    with VirtualSoundCard() as card:
        environment = {**card.environment, **homes}
        done = subprocess.run(
            [*command, "doctor", "--json"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        found = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
        assert done.returncode == 3
        assert "is muted or dead" in found["microphone"]["found"]
        process = subprocess.Popen(
            [*command, "listen", "--events", str(events)], cwd=ROOT, env=environment
        )
        try:
            deadline = time.monotonic() + 100
            while "say_start" not in (text := events.read_text() if events.exists() else ""):
                assert time.monotonic() < deadline and process.poll() is None, text
                time.sleep(0.2)
        finally:
            process.terminate()
            assert process.wait(10) == 0
    told = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    (error,) = [one for one in told if one["event"] == "error"]
    assert error["text"].startswith("the microphone is muted")
    said = [one["text"] for one in told if one["event"] == "say_start"]
    assert said[0] == "Maaf, saya tidak mendengar apa-apa dari mikrofon."
