"""An output never replaces a file or folder that Kram has not made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.apps.cli import main
from assistant.asr.graph.output_folder import foreign_file
from assistant.asr.model_format import read_manifest, set_sources, write_manifest
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog
from assistant.core.output_files import check_outputs
from tests.support.paths import PHRASES, ROOT

NOTES = b"notes of ten years"


@pytest.mark.parametrize(
    "words",
    [
        "listen --input IN --output IN",
        "listen --input IN --events IN",
        "listen --input IN --output LINK",
        "listen --input IN --output HARD",
        "listen --input IN --output NEW --events NEW",
        "enroll --input IN --output IN",
        "listen --input IN --output NOTES",
        "listen --input IN --events NOTES",
        "demo --output NOTES",
        "demo --story STORY --output STORY",
        "phrases say FILE --output NOTES",
        "build --phrases PHRASES --output FOLDER",
        "build --phrases PHRASES --output PHRASES",
        "build --phrases PHRASES --output NOTES",
        "report --csv DIARY",
    ],
)
def test_nothing_is_lost(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    places = {name: tmp_path / name.lower() for name in ("IN", "LINK", "HARD", "NEW", "NOTES")}
    places |= {name: tmp_path / name.lower() for name in ("PHRASES", "FOLDER", "STORY")}
    places |= {"DIARY": tmp_path / "home" / "kram" / "diary.sqlite"}
    with_silence = WavPlayer(places["IN"])
    with_silence.advance(1.0)
    with_silence.close()
    places["LINK"].symlink_to(places["IN"])
    os.link(places["IN"], places["HARD"])
    places["NOTES"].write_bytes(NOTES)
    places["STORY"].write_bytes((PHRASES / "demo.yaml").read_bytes())
    for folder in ("PHRASES", "FOLDER"):
        places[folder].mkdir()
        (places[folder] / "test.yaml").write_bytes(b"language: id\nintents: {}\n")
    places["DIARY"].parent.mkdir(parents=True)
    places["DIARY"].write_bytes(b"")
    places["FILE"] = PHRASES / "guides" / "acute.yaml"
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    assert main.main([str(places.get(word, word)) for word in words.split()]) == 2
    told = capsys.readouterr().err.strip()
    assert told.startswith("kram: ") and "\n" not in told
    assert {one: one.read_bytes() for one in before} == before


def test_what_may_be_written(tmp_path: Path) -> None:
    output = tmp_path / "out.wav"
    for _ in range(2):  # the second one replaces our own file
        player = WavPlayer(output)
        player.advance(0.1)
        player.close()
    for _ in range(2):
        with EventLog(tmp_path / "e.jsonl") as log:
            log.write({"t": 0.0, "event": "ready"})
    check_outputs((output, None), (tmp_path / "other.wav", None))
    check_outputs((Path(os.devnull), Path(os.devnull)), (Path(os.devnull), Path("-")))
    WavPlayer(Path(os.devnull)).close()


def test_standard_input_is_an_input(tmp_path: Path) -> None:
    sound = tmp_path / "in.wav"
    sound.write_bytes(b"RIFF....")
    code = (
        "import sys; from pathlib import Path; from assistant.core import output_files;"
        "output_files.check_outputs((Path(sys.argv[1]),), (Path('-'),))"
    )
    with sound.open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-c", code, str(sound)],
            cwd=ROOT, stdin=stdin, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert "InputError" in done.stderr


def test_what_is_a_model(tmp_path: Path) -> None:
    model = tmp_path / "model"
    assert foreign_file(model) is None
    (model / "graph").mkdir(parents=True)
    assert foreign_file(model) is None, "empty"
    (model / "graph" / "HCLG.fst").write_bytes(b"graph")
    assert foreign_file(model) == model / "graph" / "HCLG.fst", "no manifest"
    write_manifest(model, "key", "sources", {})
    (model / "kram.json.new").write_bytes(b"left by a killed run")
    assert foreign_file(model) is None
    (model / "my notes").write_bytes(NOTES)
    assert foreign_file(model) == model / "my notes"


def test_a_leftover_is_no_part_of_the_model(tmp_path: Path) -> None:
    (tmp_path / "HCLG.fst").write_bytes(b"graph")
    write_manifest(tmp_path, "key", "old", {})
    record = read_manifest(tmp_path)
    assert record is not None
    (tmp_path / "kram.json.new").write_bytes(b"left")
    set_sources(tmp_path, record, "new")
    assert json.loads((tmp_path / "kram.json").read_text())["sources"] == "new"
    (tmp_path / "kram.json.new").unlink()
    again = read_manifest(tmp_path)
    assert again is not None and again["files"] == record["files"]


def test_an_unwritable_event_log_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write the events file"):
        EventLog(tmp_path / "missing" / "e.jsonl")
