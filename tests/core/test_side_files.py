"""Any change of a file that Kram reads is refused with file and line, or it loads."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.apps.authoring.allowlist import read_allowances
from assistant.apps.authoring.examples import read_examples
from assistant.apps.demo.story import load_story
from assistant.apps.enrolment.prompts import load_enrolment_texts
from assistant.apps.wyoming.text_script import load_text_replies
from assistant.asr.graph.lexicon import load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.core.errors import InputError
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES
from assistant.core.yaml_reader import parse_yaml, read_yaml
from assistant.nlu.vocabulary import load_vocabulary
from assistant.runtime.diary.texts import load_diary_texts

Loader = Callable[[Path], object]

SIDE_FILES: dict[str, tuple[Path, Loader]] = {
    "diary.yaml": (OWN_PHRASES / "diary.yaml", lambda path: load_diary_texts(path.parent)),
    "enrol.yaml": (OWN_PHRASES / "enrol.yaml", load_enrolment_texts),
    "by_text.yaml": (OWN_PHRASES / "by_text.yaml", lambda path: load_text_replies(path.parent)),
    "demo.yaml": (OWN_PHRASES / "demo.yaml", load_story),
    "pronunciations.yaml": (OWN_PHRASES / "pronunciations.yaml", load_exceptions),
    "words.yaml": (OWN_PHRASES / "words.yaml", load_vocabulary),
    "ko.yaml": (OWN_PHONE_MAP, load_phone_map),
    "_alike.yaml": (OWN_PHRASES / "intents/_alike.yaml", lambda path: read_allowances(path.parent)),
    "templates.yaml": (
        Path(__file__).parents[1] / "sentences" / "templates.yaml",
        lambda path: read_examples(path.parent),
    ),
}

PIECES = ("", "~", "null", "x", "-1", "1e999", ".nan", "[]", "{}", "[[a]]", "{a: {b: c}}", "{x}",
          "'{'", "*a", "&a b", "!!int x", "'", "\t", "\0", "- ", ": ", "1_0", "yes")  # fmt: skip


def short(text: str, most: int = 6000) -> str:
    """The beginning of a long file, up to the end of a line; loading stays quick."""
    return text if len(text) <= most else text[: text.rindex("\n", 0, most) + 1]


def replaced(pattern: str, piece: str, line: str) -> str:
    """``line`` with ``piece`` in the place of the first match."""
    return re.sub(pattern, lambda found: piece, line, count=1)


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """``text`` with a few values, keys, lines or characters changed."""
    for _ in range(draw(st.integers(1, 2))):
        lines = text.splitlines(keepends=True) or ["\n"]
        at = draw(st.integers(0, len(lines) - 1))
        piece = draw(st.sampled_from(PIECES))
        match draw(st.sampled_from(["value", "word", "drop", "double", "indent", "cut", "put"])):
            case "value":
                lines[at] = replaced(r"(?<=[:-] )\S.*", piece, lines[at])
            case "word":
                lines[at] = replaced(r"\w+", piece, lines[at])
            case "drop":
                lines[at] = ""
            case "double":
                lines[at] *= 2
            case "indent":
                lines[at] = " " * draw(st.integers(0, 6)) + lines[at].lstrip(" ")
            case "cut":
                del lines[at:]
            case _:
                spot = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:spot] + piece + lines[at][spot:]
        text = "".join(lines)
    return text


@pytest.mark.parametrize("name", SIDE_FILES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_changed_side_file_loads_or_is_refused_with_its_line(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    source, load = SIDE_FILES[name]
    text = source.read_text(encoding="utf-8")
    path = tmp_path / name
    changed = data.draw(edits(text if name == "ko.yaml" else short(text)))
    path.write_text(changed, encoding="utf-8")
    try:
        load(path)
    except InputError as error:
        assert re.search(rf"{re.escape(name)}:\d+: ", str(error)), str(error)
        assert "; " in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(("source", "load"), SIDE_FILES.values(), ids=SIDE_FILES)
def test_no_value_of_a_side_file_crashes_its_loader(
    tmp_path: Path, source: Path, load: Loader
) -> None:
    """Each of the first lines with each wrong kind of value."""
    text = short(source.read_text(encoding="utf-8"), 2500)
    lines = text.splitlines(keepends=True)
    path = tmp_path / source.name
    for at, line in enumerate(lines):
        for piece in ("[]", "{}", "~", "'{x'", "-7"):
            new = replaced(r"(?<=[:-] )\S.*", piece, line)
            if new != line:
                path.write_text("".join([*lines[:at], new, *lines[at + 1 :]]), encoding="utf-8")
                try:
                    load(path)
                except InputError as error:
                    assert source.name in str(error)


@settings(max_examples=200)
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_yaml_or_refused(content: bytes) -> None:
    try:
        parse_yaml(content, Path("x.yaml"))
    except InputError as error:
        assert str(error).startswith("x.yaml:") and "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &a [1]\nb: *a\n", "x.yaml:2: YAML aliases"),
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3: the key 'a' is there twice"),
        ("[" * 20_000, "x.yaml:1: nested too deeply"),
        ("a: 1\n---\nb: 2\n", "x.yaml:3: a second document"),
        ("a: 1\nb: \0\n", "x.yaml:2: not valid YAML"),
        ("a:\n\tb: 1\n", "x.yaml:2: not valid YAML"),
        ("? [a]\n: b\n", "x.yaml:1: a key must be text"),
        ("a: '" + "x" * 5_000_000 + "'", "larger than 5 MB"),
        ("", "x.yaml:1: the file is empty"),
    ],
)
def test_what_no_file_of_ours_needs_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(problem)):
        read_yaml(path)


def test_scalars_stay_as_they_are_written() -> None:
    node = parse_yaml(b"a: yes\nb: 0x1F\nc: ~\nd: '~'\ne:\n- |\n  x\n  y\n", Path("x.yaml"))
    assert node is not None
    values = {key: one.value for key, one in node.mapping().items()}
    assert [values[key] for key in "abcd"] == ["yes", "0x1F", None, "~"]
    assert node.mapping()["e"].items()[0].text() == "x y"
    assert node.mapping()["e"].items()[0].place == "x.yaml:6"
