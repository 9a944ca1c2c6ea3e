"""Measurements on files that are not there, or are something else: one line, no traceback."""

import sys
from pathlib import Path

import pytest

from assistant.apps.cli import main


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["calibrate", "--rows", "/nonexistent.json"], "cannot read /nonexistent.json"),
        (["calibrate", "--rows", "{file}"], "holds no rows"),
        (["recognition", "--corpus", "/nonexistent"], "/nonexistent holds no NAME.wav"),
        (["stories", "/nonexistent.yaml"], "/nonexistent.yaml"),
    ],
)
def test_one_line(
    line: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rows.json").write_text('[{"said": 1}]', encoding="utf-8")
    words = [word.replace("{file}", str(tmp_path / "rows.json")) for word in line]
    assert main.main(["bench", *words]) == 2
    said = capsys.readouterr().err
    assert told in said and said.count("\n") == 1


def test_a_length_of_nothing_is_bad_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["bench", "budget", "--seconds", "0"])
    assert ended.value.code == 2


def test_a_measurement_tells_its_options_whatever_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``bench sbom`` needs a package that nothing else needs, but not in order to be explained."""
    monkeypatch.setitem(sys.modules, "cyclonedx", None)
    with pytest.raises(SystemExit) as ended:
        main.main(["bench", "sbom", "--help"])
    assert ended.value.code == 0 and "--licences" in capsys.readouterr().out
