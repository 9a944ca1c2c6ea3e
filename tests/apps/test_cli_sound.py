"""The command line and sound that comes otherwise than from a file or a working sound card."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.audio.interfaces import SPEECH_RATE
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT

RATE = 16_000
KRAM = [sys.executable, str(ROOT / "run.py")]


@pytest.fixture(scope="module")
def cramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``kaki saya kram``, synthetic, in a file whose header announces its first 20 ms."""
    (clip,) = speak_fresh(("kaki saya kram",), "id+m3")
    speech = soxr.resample(clip.samples, SPEECH_RATE, RATE) // 2
    path = tmp_path_factory.mktemp("wav") / "cramp.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.pad(speech, (RATE // 2, RATE)).astype("<i2").tobytes())
    content = bytearray(path.read_bytes())
    content[40:44] = (640).to_bytes(4, "little")
    path.write_bytes(content)
    return path


@pytest.mark.decodes_sound
def test_a_killed_recorder_s_file_and_standard_input_are_recognised(cramp: Path) -> None:
    command = [*KRAM, "recognize", "--json", str(cramp), "-"]
    done = subprocess.run(command, input=cramp.read_bytes(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["file"], one["text"]) for one in records] == [
        (str(cramp), "kaki saya kram"),
        ("-", "kaki saya kram"),
    ]
    assert records[0]["audio_seconds"] == records[1]["audio_seconds"] > 2.0


@pytest.mark.decodes_sound
def test_listen_hears_a_pipe(cramp: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    command = [*KRAM, "listen", "--input", "-", "--events", str(events)]
    done = subprocess.run(command, input=cramp.read_bytes(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    heard = [one for one in map(json.loads, events.open()) if one["event"] == "heard"]
    assert [one["text"] for one in heard] == ["kaki saya kram"]


@pytest.mark.decodes_sound
def test_a_pipe_without_end_is_no_utterance(cramp: Path) -> None:
    minutes = cramp.read_bytes() + bytes(2 * RATE * 70)
    done = subprocess.run(
        [*KRAM, "recognize", "-"], input=minutes, capture_output=True, timeout=120
    )
    assert done.returncode == 2
    (line,) = [one for one in done.stderr.decode().splitlines() if "announces" not in one]
    assert "too long for one utterance" in line


BROKEN = "pcm.!default {\n  type plug\n"
"""A brace is missing, which is found at the end, line 3."""


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    """An environment with a mistake in the sound configuration."""
    file = tmp_path / "asoundrc"
    file.write_text(BROKEN)
    return {**os.environ, "ALSA_CONFIG_PATH": str(file)}


@pytest.mark.parametrize("words", [["listen"], ["phrases", "try", "--microphone"]])
def test_a_broken_sound_configuration_is_one_line(broken: dict[str, str], words: list[str]) -> None:
    done = subprocess.run([*KRAM, *words], env=broken, capture_output=True, timeout=120)
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 3, line
    assert line.startswith("kram: the sound configuration has a mistake: line 3 of ")
    assert broken["ALSA_CONFIG_PATH"] in line and "; correct" in line


def test_doctor_names_a_broken_sound_configuration(broken: dict[str, str]) -> None:
    done = subprocess.run([*KRAM, "doctor", "--json"], env=broken, capture_output=True, timeout=120)
    assert done.returncode == 3
    findings = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    for name in ("microphone", "loudspeaker"):
        assert not findings[name]["ok"]
        assert "line 3 of " + broken["ALSA_CONFIG_PATH"] in findings[name]["found"]
    assert findings["voice"]["ok"]
    assert b"Traceback" not in done.stderr


@pytest.mark.decodes_sound
def test_a_file_needs_no_sound_library(broken: dict[str, str], cramp: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.wav"
    command = [*KRAM, "listen", "--input", str(cramp), "--output", str(output)]
    done = subprocess.run(command, env=broken, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    with wave.open(str(output), "rb") as file:
        assert file.getnframes() > 2 * SPEECH_RATE


@pytest.mark.decodes_sound
@pytest.mark.parametrize("command", ["listen", "enroll"])
def test_events_to_stdout_are_nothing_but_events(command: str, cramp: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [*KRAM, command, "--input", str(cramp), "--events", "-"],
        capture_output=True, text=True, timeout=300, cwd=tmp_path,
        env=os.environ | {"XDG_DATA_HOME": str(tmp_path / "data")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    events = {json.loads(line)["event"] for line in done.stdout.splitlines()}
    assert events >= {"ready" if command == "listen" else "say_start"}
    assert not (tmp_path / "-").exists()
    if command == "enroll":
        assert "nothing is kept" in done.stderr
