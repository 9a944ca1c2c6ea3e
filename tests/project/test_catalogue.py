"""The catalogue is complete: every message of the source has an Indonesian translation."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.support.message_catalogue import MO, catalogue, compiled, messages
from tests.support.paths import ROOT

PERCENT = re.compile(r"%(?:\(\w+\))?[a-z]")


def texts(message: Message) -> list[str]:
    """The English texts of a message."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translations(message: Message) -> list[str]:
    """The Indonesian texts of a message; Indonesian has one form."""
    found = [message.string] if isinstance(message.string, str) else list(message.string)
    assert len(found) == 1
    return found


def placeholders(text: str) -> set[str]:
    """The names in braces and the percent signs of a text; one without format() has none."""
    try:
        names = [name for _text, name, _spec, _conversion in string.Formatter().parse(text)]
    except ValueError:
        names = []
    return {name for name in names if name is not None} | set(PERCENT.findall(text))


def calls_of_underscore(tree: ast.AST) -> list[int]:
    """Lines that call ``_``."""
    return [
        one.lineno
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "_"
    ]


MESSAGES = [one for one in messages() if one.id]
TRANSLATED = {one.id: one for one in catalogue() if one.id}


def test_every_message_is_in_the_catalogue_and_no_other() -> None:
    assert len(MESSAGES) > 800
    assert {one.id for one in MESSAGES} == set(TRANSLATED)
    assert not catalogue().obsolete


@pytest.mark.parametrize("message", TRANSLATED.values(), ids=lambda one: texts(one)[0][:60])
def test_a_message_is_translated_and_says_the_same_things(message: Message) -> None:
    assert not message.fuzzy
    (translation,) = translations(message)
    assert translation.strip()
    for text in texts(message):
        assert placeholders(text) == placeholders(translation)
        assert text.startswith("\n") == translation.startswith("\n")
        assert text.endswith("\n") == translation.endswith("\n")


def test_babel_sees_every_message() -> None:
    """It does not look into f-strings."""
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "_":
                text = one.args[0]
                known = not isinstance(text, ast.Constant) or text.value in TRANSLATED
                assert known, f"{path}:{one.lineno}"


@pytest.mark.parametrize("path", sorted((ROOT / "assistant").rglob("*.py")), ids=str)
def test_underscore_is_the_translation_wherever_it_is_called(path: Path) -> None:
    """mypy and ruff take any ``_`` for a name that nobody reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    imported = any(name.name == "_" for one in imports for name in one.names)
    assert imported or not calls_of_underscore(tree)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and calls_of_underscore(function):
            loops = [one for one in ast.walk(function) if isinstance(one, ast.For | ast.Assign)]
            targets = [
                target
                for one in loops
                for target in ([one.target] if isinstance(one, ast.For) else one.targets)
            ]
            names = [name for target in targets for name in ast.walk(target)]
            assert not any(isinstance(one, ast.Name) and one.id == "_" for one in names)


def test_the_compiled_catalogue_is_what_the_text_says() -> None:
    assert MO.read_bytes() == compiled(catalogue())


def test_differing_placeholders_are_seen() -> None:
    assert placeholders("{path} is {clock} long") != placeholders("panjang {path}")
    assert placeholders("{path!r} of %s") == {"path", "%s"}
