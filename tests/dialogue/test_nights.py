"""Forty-five nights that were written without a look at the guide, lived through as text."""

from pathlib import Path

import pytest

from tests.support import paths
from tests.support.night import live, load_night

NIGHTS = sorted(paths.NIGHTS.glob("*.yaml"))


def test_there_are_forty_six() -> None:
    assert len(NIGHTS) == 46


@pytest.mark.parametrize("path", NIGHTS, ids=lambda path: path.stem)
def test_night(path: Path) -> None:
    faults, lines = live(load_night(path))
    assert faults == [], "\n".join(lines)
