"""``config.toml`` with every key, changed at a few places: it loads, or one line says why not."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.apps import settings_questions
from assistant.core.errors import InputError
from assistant.runtime.config import Config, load_config
from tests.support.paths import ROOT

EXAMPLE = (ROOT / "docs" / "config.example.toml").read_text(encoding="utf-8")
WHOLE = re.sub(r"^#((?!webhook|ca_file)\w+ = )", r"\1", EXAMPLE, flags=re.MULTILINE)
"""Every key that may be set at once."""

PIECES = ["", "0", "-1", "1e999", "nan", "inf", "true", "[]", "{}", "[[1]]", "{a = {b = 1}}", '""',
          '"x"', "'''", '"\\ud800"', '"\\u202e"', "1979-05-27", "21:45", '"21.45"', '"22:00Z"', "=",
          "9" * 400, '"' + "x" * 3000 + '"', "0x10", "\t", "\0", "#", "a.b", "[tell]",
          "\ufeff"]  # fmt: skip


@st.composite
def changed_configs(draw: st.DrawFn) -> bytes:
    lines = WHOLE.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        piece = draw(st.sampled_from(PIECES))
        match draw(st.sampled_from(["value", "value", "key", "drop", "double", "swap", "put"])):
            case "value":
                lines[at] = re.sub(r"(?<= = ).*", lambda _, new=piece: new, lines[at])
            case "key":
                lines[at] = re.sub(r"^\w+", lambda _, new=piece: new, lines[at])
            case "drop":
                lines[at] = ""
            case "double":
                lines[at] *= 2
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                spot = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:spot] + piece + lines[at][spot:]
    data = bytearray("".join(lines).encode())
    if draw(st.integers(0, 9)) == 0:
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@settings(max_examples=400, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(content=changed_configs(), number=st.integers(0, len(settings_questions.QUESTIONS) - 1),
       answer=st.sampled_from([None, "x", True, 0.9]))  # fmt: skip
def test_a_changed_configuration_loads_or_is_refused_in_one_line(
    tmp_path: Path, content: bytes, number: int, answer: object
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    try:
        config = load_config(path)
    except InputError as error:
        assert "config.toml" in str(error) and "\n" not in str(error)
        return
    assert isinstance(config, Config)
    # what the program reads, ``settings`` reads and edits too
    text = path.read_text(encoding="utf-8-sig")
    question = settings_questions.QUESTIONS[number]
    settings_questions.current(text)
    settings_questions.edited(text, {(question.section, question.key): answer})


def test_the_unchanged_one_loads(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WHOLE, encoding="utf-8")
    assert load_config(path).profile.name == "Sri"


@pytest.mark.parametrize(
    "text", ["[profile]\nname.first = 1\n", "profile = 1\n", "a = " + "[" * 9999]
)
def test_what_has_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"config\.toml"):
        load_config(path)
