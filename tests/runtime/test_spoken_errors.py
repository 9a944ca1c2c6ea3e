"""Errors are spoken too, on a card that has a loudspeaker and no microphone."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.core.errors import InputError, KramError, MissingError
from assistant.runtime.spoken_errors import TEXTS
from tests.support.paths import ROOT


def test_every_kind_of_error_has_words() -> None:
    texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    codes = {kind.exit_code for kind in (KramError, InputError, MissingError)}
    assert set(texts) == codes
    assert all(text.strip() for text in texts.values())


@pytest.mark.alone
def test_an_unusable_events_file_is_spoken_of(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    with VirtualSoundCard() as card:
        recording = card.record()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "assistant.apps.cli",
                "listen",
                "--events",
                str(tmp_path / "events"),
            ],
            cwd=ROOT,
            env={**card.environment, "XDG_DATA_HOME": str(tmp_path)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        sound = recording.stop().astype(np.float64)
    assert done.returncode == InputError.exit_code, done.stderr
    assert done.stderr.decode().count("\n") == 1, done.stderr
    assert np.sqrt(np.mean(sound**2)) > 100, "nothing was spoken"


def test_without_any_sound_card_the_line_is_all(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "listen"],
        cwd=ROOT,
        env={
            **os.environ,
            "PULSE_SERVER": f"unix:{tmp_path}/none",
            "XDG_DATA_HOME": str(tmp_path),
        },
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == MissingError.exit_code, done.stderr
    assert done.stderr.decode().startswith("kram: ")
    assert done.stderr.decode().count("\n") == 1, done.stderr
