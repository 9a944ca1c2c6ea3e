"""``demo --play`` on a virtual sound card: what is in the file is heard."""

import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from tests.support.paths import ROOT

pytestmark = [pytest.mark.alone, pytest.mark.decodes_sound]

STORY = """\
title: Hanya menyapa
turns:
  - {user: kaki saya kram, expect: cramp_now}
ends: Kita redakan kramnya bersama.
"""


@pytest.fixture(scope="module")
def card() -> Iterator[VirtualSoundCard]:
    with VirtualSoundCard() as card:
        yield card


def play(folder: Path, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    (folder / "story.yaml").write_text(STORY, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "demo", "--play", "--story",
         str(folder / "story.yaml"), "--output", str(folder / "demo.wav")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment, "KRAM_LANG": "id", "XDG_CONFIG_HOME": str(folder / "config")},
    )  # fmt: skip


def test_the_file_is_heard_on_the_loudspeaker(card: VirtualSoundCard, tmp_path: Path) -> None:
    recording = card.record()
    done = play(tmp_path, card.environment)
    sound = recording.stop()
    assert done.returncode == 0, done.stderr
    assert "Sekarang terdengar di pengeras suara (0:" in done.stdout.splitlines()[-1]
    with wave.open(str(tmp_path / "demo.wav")) as file:
        written = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
        rate = file.getframerate()
    assert loud(sound, 48_000) == pytest.approx(loud(written, rate), abs=0.3)


def loud(sound: "np.ndarray[tuple[int], np.dtype[np.int16]]", rate: int) -> float:
    """Seconds from the first loud sample to the last."""
    places = np.flatnonzero(np.abs(sound.astype(int)) > 1500)
    return float(places[-1] - places[0]) / rate


def test_without_a_loudspeaker_it_is_told_before_the_work(
    card: VirtualSoundCard, tmp_path: Path
) -> None:
    done = play(tmp_path, {**card.environment, "PULSE_SERVER": f"unix:{tmp_path}/nowhere"})
    assert done.returncode == 3
    assert "pengeras suara" in done.stderr
    assert not (tmp_path / "demo.wav").exists()
