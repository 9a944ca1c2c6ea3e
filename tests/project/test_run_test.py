"""`run.py test` runs two halves in parallel and fails if either one fails."""

from pathlib import Path

import pytest

from assistant.apps.cli.commands.test import TESTS, two_halves

HALVES = {"test_decoding.py": "import pytest\npytestmark = pytest.mark.decodes_sound\n",
          "test_other.py": ""}  # fmt: skip


@pytest.mark.parametrize("broken", [None, *HALVES])
def test_both_halves_count(
    broken: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = decodes_sound\n    alone\n")
    for name, start in HALVES.items():
        (tmp_path / name).write_text(f"{start}def test_it():\n    assert {name != broken}\n")
    assert two_halves(tmp_path) is (broken is None)
    told = capfd.readouterr().out
    assert told.count("1 passed") == (2 if broken is None else 1)
    assert told.count("1 failed") == (0 if broken is None else 1)


def test_the_slow_half_is_marked() -> None:
    """Without a mark one half would be empty, which only a look at the times would show."""
    marked = [
        file for file in TESTS.glob("*/test_*.py") if "mark.decodes_sound" in file.read_text()
    ]
    assert len(marked) > 10
