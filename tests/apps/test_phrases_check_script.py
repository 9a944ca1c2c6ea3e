"""`phrases check` proofreads what a physiotherapist adds to a guide: sources, answers, targets."""

import shutil
from pathlib import Path

import pytest

from assistant.apps.authoring.finding import LintFinding
from assistant.apps.authoring.script_findings import script_findings, source_tags
from assistant.core.errors import InputError
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.nlu.templates import load_phrases
from tests.support.paths import ROOT

TAGS = source_tags(ROOT / "docs" / "content.md")

STEPS = """\
  - id: ankles
    name: memutar pergelangan kaki
    parts:
      - {say: "Putar pergelangan kaki pelan-pelan.", source: [J]}
      - {hold: 20, resume: "Putar lagi pelan-pelan.", source: [J]}

  - id: more
    name: tambahan
    parts:
      - ask: "Mau satu kali lagi?"
        source: [talk]
        short: "Satu kali lagi?"
        wait: 5
        offer: "Bilang: ya, atau tidak."
        answers:
          yes: {go: ankles}
          no silence: {say: "Baik, cukup.", source: [talk]}

"""
"""The example of docs/mengubah-kalimat.md."""


def findings(folder: Path, steps: str) -> list[LintFinding]:
    """What is found in our own phrases with these steps before the last one of bedtime.yaml."""
    phrases = folder / "phrases"
    shutil.copytree(OWN_PHRASES, phrases)
    guide = phrases / "guides" / "bedtime.yaml"
    text = guide.read_text(encoding="utf-8")
    guide.write_text(text.replace("  - id: close\n", f"{steps}  - id: close\n"), encoding="utf-8")
    return list(script_findings(load_phrases(phrases), load_script(phrases), TAGS))


def test_the_example_of_the_manual_is_clean(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "mengubah-kalimat.md").read_text(encoding="utf-8")
    assert STEPS.split("\n\n")[0] in manual and STEPS.split("\n\n")[1] in manual
    assert findings(tmp_path, STEPS) == []


def test_a_text_without_a_source_is_found(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, STEPS.replace('pelan-pelan.", source: [J]}', 'pelan-pelan."}', 1))
    assert (found.kind, found.text) == ("sourceless", "Putar pergelangan kaki pelan-pelan.")
    assert found.source.startswith("guides/bedtime.yaml:")
    assert "[talk]" in found.advice


def test_a_source_that_nobody_knows_is_found(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, STEPS.replace("[J]", "[Z9]", 1))
    assert found.kind == "sourceless"
    assert "Z9" in found.problem


@pytest.mark.parametrize(("wrong", "near"), [("yess", "yes"), ("iya", "yes"), ("setop", "stop")])
def test_an_answer_that_no_sentence_means_is_found(wrong: str, near: str, tmp_path: Path) -> None:
    (found,) = findings(tmp_path, STEPS.replace("yes: {go", f"{wrong}: {{go"))
    assert (found.kind, found.text) == ("unanswerable", "Mau satu kali lagi?")
    assert wrong in found.problem and found.advice.endswith(f" {near}")


def test_a_step_that_is_not_there_is_told_where_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        findings(tmp_path, STEPS.replace("go: ankles", "go: angkles"))
    guide = (tmp_path / "phrases/guides/bedtime.yaml").read_text(encoding="utf-8").splitlines()
    line = int(str(error.value).split(".yaml:")[1].split(":")[0])
    assert guide[line - 1] == "  - id: more"
    assert "again, ankles, calf" in str(error.value)


def test_without_the_page_every_source_is_accepted(tmp_path: Path) -> None:
    assert source_tags(tmp_path / "content.md") is None
    assert TAGS is not None and {"A2", "J", "talk"} <= TAGS
