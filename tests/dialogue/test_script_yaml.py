"""Invalid phrase files raise ``InputError`` with file and line, and nothing else."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.core.errors import InputError
from assistant.dialogue import policy
from assistant.dialogue.events import Doubtful, Event, Finished, NotUnderstood, Understood
from assistant.dialogue.script import required
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.dialogue.state_json import from_json, to_json
from assistant.nlu.intent import Intent
from tests.support.dialogue_driver import PHRASES

GUIDE = """\
guide: acute
title: panduan
episode: yes
starts:
  cramp_now: {}
  sports: {situation: sport}
eased: rest
limit: {seconds: 60, go: rest, unless: {eased: "yes"}}
steps:
  - id: stretch
    kind: stretch
    blocks: 2
    spent: rest
    parts:
      - {say: "Luruskan {leg}.", source: [A2], unless: {block: later}}
      - {hold: 12, label: again, resume: "Tahan lagi."}
      - ask: "Sudah reda?"
        short: "Sudah?"
        answers:
          yes better: {set: {eased: "yes"}, go: rest}
          no silence: {go: again}
  - id: rest
    parts:
      - say:
          - {text: "Bagus.", when: {eased: "yes"}}
          - "Istirahat, {name}."
        source: [talk]
      - {listen: 3}
      - {cue: diary}
"""
FLAGS = """\
sign_of: {emergency: call, swollen: swollen}
flags:
  emergency:
    signs: [call, chest]
    guide: emergency
  clot:
    signs: [swollen]
    forbids: [massage]
    say: "Jangan dipijat."
"""
EMERGENCY = """\
guide: emergency
title: darurat
steps:
  - id: words
    kind: emergency
    parts:
      - {cue: alarm, label: again}
      - {volume: 1.5}
      - {say: "Telepon bantuan.", source: [B14]}
      - {go: again}
"""
ANSWERS = """\
topics:
  what: {pieces: ["Kram.", "Sakit."], intents: [causes], seed: [S1]}
  all: {topics: [what]}
"""


def replies() -> str:
    """The smallest ``replies.yaml`` that has everything."""
    lines = ["replies:", *(f"  {name}: Baik." for name in required.REPLIES.split())]
    lines.append("questions:")
    for name in required.QUESTIONS.split():
        lines.append(f"  {name}: {{ask: 'Ya?', short: 'Ya?', answers: {{yes: {{do: cramp_now}}}}}}")
    lines += ["messages:", *(f"  {name}: Tolong." for name in required.MESSAGES.split())]
    lines += ["words:", *(f"  {name}: kaki" for name in required.WORDS.split())]
    lines.append(f"numbers: [{', '.join(['lima'] * 61)}]")
    lines += ["settings:", *(f"  {name}: 1" for name in required.SETTINGS.split())]
    lines += ["reminders: [60, 120]", "exclusive:", "  - [bed, sitting]"]
    return "\n".join(lines) + "\n"


FILES = {
    "guides/acute.yaml": GUIDE,
    "guides/emergency.yaml": EMERGENCY,
    "guides/red_flags.yaml": FLAGS,
    "answers/all.yaml": ANSWERS,
    "replies.yaml": replies(),
}


def folder(base: Path, **changed: str) -> Path:
    """A small folder of phrases in which some files are changed (``guides__acute`` …)."""
    for name, text in FILES.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(name, text), encoding="utf-8")
    return base


def converse(script: Script) -> State:
    """A short conversation: whatever loads can be talked with."""
    state = policy.initial()
    events: list[Event] = [
        Understood(0.0, Intent("cramp_now")), *(Finished(i * 5.0) for i in range(1, 12)),
        Doubtful(60.0, Intent("swollen", {"sign": "swollen"})), NotUnderstood(61.0),
        Understood(62.0, Intent("no")), Understood(63.0, Intent("swollen", {"sign": "swollen"})),
        Understood(64.0, Intent("ask", {"topic": "all"})),
        *(Finished(i * 9.0) for i in range(8, 20)),
        Understood(300.0, Intent("stop")), Understood(301.0, Intent("emergency")),
        *(Finished(310.0 + i) for i in range(8)), Understood(330.0, Intent("stop")),
        Understood(331.0, Intent("stop")),
    ]  # fmt: skip
    for event in events:
        state, _ = policy.step(state, event, script)
        assert from_json(to_json(state)) == state
    return state


def test_the_small_folder_is_good(tmp_path: Path) -> None:
    converse(load_script(folder(tmp_path)))


WRONG = [
    ("guides/acute.yaml", "title: panduan", "titel: panduan", "acute.yaml:2: unknown key 'titel'"),
    (
        "guides/acute.yaml",
        "blocks: 2",
        "blocks: viele",
        "acute.yaml:12: blocks must be a whole number",
    ),
    ("guides/acute.yaml", "hold: 12", "hold: -3", "acute.yaml:16: -3 is out of bounds"),
    ("guides/acute.yaml", "eased: rest", "eased: nowhere", "no step 'nowhere'"),
    ("guides/acute.yaml", "go: rest}\n          no", "go: moon}\n          no", "no step 'moon'"),
    ("guides/acute.yaml", "{block: later}", "{blok: later}", ":15: unknown fact 'blok'; write"),
    ("guides/acute.yaml", 'set: {eased: "yes"}', 'set: {easd: "yes"}', ":20: unknown fact"),
    ("guides/acute.yaml", "{situation: sport}", "{sport: 1}", ":6: unknown fact 'sport'"),
    ("guides/acute.yaml", "{leg}", "{arm}", "acute.yaml:15: unknown {arm}"),
    ("guides/acute.yaml", "{leg}", "{leg", "acute.yaml:15: stray brace"),
    ("guides/acute.yaml", "Luruskan {leg}.", "", "acute.yaml:15: the text is empty"),
    ("guides/acute.yaml", "Luruskan {leg}.", "123", "cannot be spoken"),
    ("guides/acute.yaml", "  - id: rest", "  - id: stretch", "two have the same id"),
    ("guides/acute.yaml", "spent: rest", "spent: again", "'spent' cannot be 'again'"),
    ("guides/acute.yaml", ", label: again", "", "needs a part with 'label: again'"),
    ("guides/acute.yaml", '        short: "Sudah?"\n', "", "the key 'short' is missing"),
    ("guides/acute.yaml", 'say: "Luruskan', 'sya: "Luruskan', "a part needs exactly one kind"),
    ("guides/acute.yaml", "{listen: 3}", "{listen: 3, hold: 3}", "a part needs exactly one kind"),
    ("guides/acute.yaml", "steps:\n", "steps: 5\nstops:\n", "unknown key 'stops'"),
    ("guides/acute.yaml", "title: panduan", "title: [a", "not valid YAML"),
    ("guides/acute.yaml", "title: panduan", "title: a\ntitle: b", "is there twice"),
    ("guides/acute.yaml", GUIDE, "", "the file is empty"),
    ("guides/acute.yaml", GUIDE, "- a\n- b\n", "must be a mapping"),
    ("guides/red_flags.yaml", "guide: emergency", "guide: moon", "which is not there"),
    ("guides/red_flags.yaml", "    guide: emergency\n", "", "no flag leads to a guide"),
    ("guides/red_flags.yaml", "signs: [swollen]", "signs: {a: b}", "must be a list"),
    ("answers/all.yaml", "[what]", "[moon]", "names 'moon'"),
    ("answers/all.yaml", "{topics: [what]}", "{seed: [S1]}", "says nothing"),
    ("guides/acute.yaml", GUIDE.splitlines()[-1], "      - {tell: moon}", "no message 'moon'"),
    ("replies.yaml", "  stopped: Baik.\n", "", "'stopped' is missing"),
    ("replies.yaml", "  keep_signs: 1\n", "", "'keep_signs' is missing"),
    ("replies.yaml", "numbers: [lima, ", "numbers: [", "numbers 0 to 60"),
    ("replies.yaml", "reminders: [60, 120]", "reminders: []", "at least one number"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), WRONG)
def test_mistakes_are_named(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    assert old in FILES[file]
    folder(tmp_path, **{file: FILES[file].replace(old, new, 1)})
    with pytest.raises(InputError) as caught:
        load_script(tmp_path)
    said = str(caught.value)
    assert message in said and file.split("/")[0] in said and "\n" not in said


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        load_script(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no .yaml files"):
        load_script(tmp_path)
    folder(tmp_path)
    (tmp_path / "replies.yaml").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        load_script(tmp_path)
    (tmp_path / "replies.yaml").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(InputError, match="replies.yaml"):
        load_script(tmp_path)


def test_a_script_that_goes_round_without_a_sound_ends(tmp_path: Path) -> None:
    text = re.sub(r"  - id: rest\n    parts:\n.*", "", GUIDE, flags=re.DOTALL)
    text += "  - id: rest\n    parts:\n      - {go: rest}\n"
    folder(tmp_path, **{"guides/acute.yaml": text})
    converse(load_script(tmp_path))


@st.composite
def damage(draw: st.DrawFn) -> tuple[str, str]:
    """A file and its text after a few edits."""
    file = draw(st.sampled_from(sorted(FILES)))
    text = FILES[file]
    words = sorted(set(re.findall(r"\w+", "".join(FILES.values()))))
    for _ in range(draw(st.integers(1, 3))):
        lines = text.splitlines(keepends=True) or [""]
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["cut", "drop", "double", "swap", "put", "word", "indent"]))
        spot = draw(st.integers(0, max(0, len(lines[at]) - 1)))
        if kind == "cut":
            text = text[: draw(st.integers(0, len(text)))]
            continue
        if kind == "drop":
            lines[at] = ""
        elif kind == "double":
            lines[at] *= 2
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "put":
            signs = [*"{}[]:-,&*!|>'\"%@#?\t\0", "\n", "{leg", "- ", "&a ", "*a"]
            what = draw(st.sampled_from(signs))
            lines[at] = lines[at][:spot] + what + lines[at][spot:]
        elif kind == "word":
            new = draw(st.sampled_from(words))
            lines[at] = re.sub(r"\w+", new, lines[at], count=1)
        else:
            lines[at] = " " * draw(st.integers(0, 8)) + lines[at].lstrip(" ")
        text = "".join(lines)
    return file, text


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage())
def test_damaged_yaml_is_refused_or_can_be_talked_with(
    tmp_path: Path, damaged: tuple[str, str]
) -> None:
    file, text = damaged
    folder(tmp_path, **{file: text})
    try:
        script = load_script(tmp_path)
    except InputError as error:
        assert "\n" not in str(error)
        return
    converse(script)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused_or_load(tmp_path: Path, content: bytes) -> None:
    folder(tmp_path)
    (tmp_path / "answers" / "all.yaml").write_bytes(content)
    with pytest.raises(InputError):
        load_script(tmp_path)


def test_deep_nesting_and_aliases_are_refused(tmp_path: Path) -> None:
    laughs = "a: &a [x]\n" + "".join(f"k{i}: &k{i} [*{'a' if not i else f'k{i - 1}'}]\n"
                                     for i in range(50))  # fmt: skip
    for text in ("[" * 20_000, "{a: " * 3000, laughs, "topics: &t {what: *t}"):
        folder(tmp_path, **{"answers/all.yaml": text})
        with pytest.raises(InputError):
            load_script(tmp_path)


@pytest.mark.parametrize("line", range(3, 40, 4))
def test_a_missing_line_in_the_real_phrases_is_refused_or_can_be_talked_with(
    tmp_path: Path, line: int
) -> None:
    for name in ("guides", "answers"):
        shutil.copytree(PHRASES / name, tmp_path / name)
    shutil.copy(PHRASES / "replies.yaml", tmp_path)
    path = tmp_path / "guides" / "acute.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: line * 4] + lines[line * 4 + 1 :]), encoding="utf-8")
    try:
        script = load_script(tmp_path)
    except InputError as error:
        assert "acute.yaml" in str(error)
        return
    converse(script)
