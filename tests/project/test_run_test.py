"""`run.py test` runs two halves beside each other: a failure of either one is one of the whole."""

from pathlib import Path

import pytest

from assistant.apps.cli.commands.test import HEARING, two_halves

HALVES = ("test_hearing_a.py", "test_other.py")


@pytest.mark.parametrize("broken", [None, *HALVES])
def test_both_halves_count(
    broken: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in HALVES:
        (tmp_path / name).write_text(f"def test_it():\n    assert {name != broken}\n")
    assert two_halves(tmp_path) is (broken is None)
    told = capfd.readouterr().out
    assert told.count("1 passed") == (2 if broken is None else 1)
    assert told.count("1 failed") == (0 if broken is None else 1)


def test_every_name_of_the_hearing_half_is_a_file() -> None:
    files = [file.name for file in Path(__file__).parent.glob("test_*.py")]
    for name in HEARING:
        assert any(file.startswith(f"test_{name}") for file in files), name
