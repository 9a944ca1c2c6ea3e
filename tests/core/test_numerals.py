"""Numbers as documented: plain digits, and nothing else that ``int`` and ``float`` accept."""

from pathlib import Path

import pytest

from assistant.apps.cli.main import parse
from assistant.apps.settings_questions import QUESTIONS, checked
from assistant.core.errors import InputError
from assistant.core.numerals import decimal, integer
from assistant.core.toml_schema import InvalidValue
from assistant.core.yaml_reader import read_yaml

EXOTIC = ["1_0", "nan", "inf", "-inf", "infinity", "٣", "１", "1e999", " 1", "1 ", "0x1", "", "+"]


@pytest.mark.parametrize("text", EXOTIC)
def test_what_python_accepts_besides_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        decimal(text)
    with pytest.raises(ValueError, match="not a"):
        integer(text)


def test_plain_numbers() -> None:
    assert [decimal(one) for one in ("1", "-1.5", ".5", "1e-3", "+2.")] == [1, -1.5, 0.5, 1e-3, 2]
    assert [integer(one) for one in ("0", "-3", "+12")] == [0, -3, 12]


@pytest.mark.parametrize("text", ["1_0", "٣", "nan", "1e999"])
def test_in_a_phrase_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"\n{text}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.yaml:2: a number is needed"):
        read_yaml(path).number(0, 100)
    with pytest.raises(InputError, match=r"x\.yaml:2: the number must be a whole number"):
        read_yaml(path).whole()


@pytest.mark.parametrize("text", ["0_1.0", "nan", "٠,٩"])
def test_in_an_answer_of_settings(text: str) -> None:
    rate = next(one for one in QUESTIONS if one.key == "rate")
    with pytest.raises(InvalidValue, match=r"must be a number, such as 0\.9"):
        checked(rate, text)
    assert checked(rate, "0,9") == 0.9


@pytest.mark.parametrize(
    "line",
    [["dashboard", "--port", "81_19"], ["dashboard", "--port", "٨١١٩"],
     ["phrases", "check", "--closest", "nan"], ["phrases", "check", "--closest", "1_0"]],
)  # fmt: skip
def test_in_an_option(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line)
    assert ended.value.code == 2
    assert line[-1] in capsys.readouterr().err
