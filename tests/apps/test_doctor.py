"""What ``doctor`` tells besides sound and model: where files lie, who can be reached."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.apps.dashboard.page_texts import CHECKS
from assistant.apps.doctor.stored_files import places, recipient_problem
from assistant.core import paths
from assistant.runtime.notify.messages import Recipient
from tests.support.paths import ROOT


def doctor(folder: Path, config: str) -> list[dict[str, object]]:
    """The results of ``doctor`` without a sound card."""
    (folder / "config/kram").mkdir(parents=True)
    (folder / "config/kram/config.toml").write_text(config, encoding="utf-8")
    own = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"),
           "PULSE_SERVER": f"unix:{folder}/none"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "doctor", "--json"],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, **own}, timeout=120,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_says_where_everything_lies_and_who_cannot_be_reached(tmp_path: Path) -> None:
    found = {str(one["name"]): one for one in doctor(tmp_path, '[tell]\nwho = "Budi"\n')}
    for place in (tmp_path / "config/kram/config.toml", tmp_path / "data/kram", paths.MODELS):
        assert str(place) in str(found["files"]["found"])
    assert found["tell"]["ok"] is False and "Budi" in str(found["tell"]["found"])
    stored = (tmp_path / "data/kram/doctor.json").read_text(encoding="utf-8")
    assert '"tell"' in stored and '"files"' not in stored


def test_nobody_is_named_and_nothing_is_said(tmp_path: Path) -> None:
    names = [one["name"] for one in doctor(tmp_path, "")]
    assert "tell" not in names and names[-1] == "files"


@pytest.mark.parametrize(
    ("tell", "wrong"),
    [
        (Recipient(), False),
        (Recipient("Budi"), True),
        (Recipient("Budi", webhook="https://x.id/a"), False),
        (Recipient("Budi", mqtt="mqtt://h/t"), False),
    ],
)
def test_who_has_no_way_to_be_reached(tell: Recipient, wrong: bool) -> None:
    assert bool(recipient_problem(tell)) is wrong


def test_the_line_of_places_is_one_line_and_the_page_knows_the_check() -> None:
    assert "\n" not in places() and "tell" in CHECKS
