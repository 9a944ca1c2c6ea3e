"""An error has a problem and an advice, wherever it comes from."""

import ast
import json
import pickle
from pathlib import Path

import pytest

from assistant.asr.graph.command import main
from assistant.asr.model_store import ensure_model
from assistant.core.errors import InputError, KramError, MissingError
from assistant.core.paths import PACKAGE

ERRORS = ("KramError", "InputError", "MissingError", "InvalidValue")


@pytest.mark.parametrize(("kind", "code"), [(KramError, 1), (InputError, 2), (MissingError, 3)])
def test_both_fields_and_the_exit_code_survive_pickling(kind: type[KramError], code: int) -> None:
    error = pickle.loads(pickle.dumps(kind("no model", "run `build`")))
    assert type(error) is kind and (error.problem, error.advice) == ("no model", "run `build`")
    assert str(error) == "no model; run `build`" and error.exit_code == code
    assert str(kind("no model")) == "no model", "without advice there is no semicolon"


def test_no_message_joins_what_the_two_fields_hold() -> None:
    """A problem with "; " in it is an advice that the doctor would not show as one."""
    joined = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [one for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
            if name in ERRORS and any("; " in str(text.value) for text in texts):
                joined.append(f"{path.name}:{node.lineno}")
    assert joined == []


def test_the_compiler_reports_problem_and_advice_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "base"
    arguments = ["build", "--phrases", str(tmp_path), "--output", str(tmp_path / "model")]
    assert main([*arguments, "--base", str(base)]) == MissingError.exit_code
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["error"] == f"no base model in {base}" and record["advice"].startswith("run `")


def test_the_advice_of_the_compiler_comes_through(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases"
    phrases.mkdir()
    (phrases / "a.yaml").write_text(
        "language: id\nintents:\n  a:\n    data:\n      - sentences: ['<nowhere>']\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        ensure_model(phrases)
    assert "unknown rule <nowhere>" in caught.value.problem
    assert caught.value.advice == "define it under expansion_rules"
