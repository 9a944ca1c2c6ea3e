"""`run.py test` runs three processes beside each other and fails if any test fails."""

from pathlib import Path

import pytest

from assistant.apps.cli.commands.test import TESTS, beside_each_other

FILES = {"one/test_decoding.py": "import pytest\npytestmark = pytest.mark.decodes_sound\n",
         "one/test_playing.py": "import pytest\npytestmark = pytest.mark.alone\n",
         "one/test_other.py": "", "two/test_more.py": ""}  # fmt: skip


@pytest.mark.parametrize("broken", [None, *FILES])
def test_every_run_counts(
    broken: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = decodes_sound\n    alone\n")
    for name, start in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{start}def test_it():\n    assert {name != broken}\n")
    assert beside_each_other(tmp_path) is (broken is None)
    told = capfd.readouterr().out
    assert told.count("1 passed") == len(FILES) - (broken is not None)
    assert told.count("1 failed") == (broken is not None)


def test_the_slow_half_is_marked() -> None:
    """Without a mark one process would end long before, which only a look at the times shows."""
    marked = [
        file for file in TESTS.glob("*/test_*.py") if "mark.decodes_sound" in file.read_text()
    ]
    assert len(marked) > 10
