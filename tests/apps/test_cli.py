"""The commands are a contract: options, JSON keys, exit codes, one line for each error."""

import argparse
import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.apps.cli import main
from assistant.apps.cli.commands import COMMANDS, recognize
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT

RATE = 16_000


def run(*words: str, before: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
    """Run ``run.py`` as a user does, from another folder; ``before`` is put before it."""
    return subprocess.run(
        [*before, sys.executable, str(ROOT / "run.py"), *words],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
    )


def only_line(text: str) -> str:
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


@pytest.fixture(scope="module")
def cramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``kaki saya kram``, synthetic, with half a second of quiet around it."""
    (clip,) = speak_fresh(("kaki saya kram",), "id+m3")
    speech = soxr.resample(clip.samples, SPOKEN_RATE, RATE) // 2
    quiet = np.zeros(RATE // 2, dtype=np.int16)
    path = tmp_path_factory.mktemp("wav") / "cramp.wav"
    write_wav(path, np.concatenate([quiet, speech, quiet]))
    return path


def write_wav(path: Path, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype(np.int16).tobytes())


def test_every_command_of_the_contract_is_there() -> None:
    told = run("--help")
    assert told.returncode == 0
    contract = {"listen", "demo", "recognize", "understand", "build", "doctor", "test", "bench"}
    assert contract <= set(COMMANDS)
    assert re.findall(r"^    (\w[\w-]*)", told.stdout, re.MULTILINE) == list(COMMANDS)


def test_without_a_command_it_listens() -> None:
    assert main.parse([]).command == "listen"
    arguments = main.parse(["--input", "a.wav", "--events", "e.jsonl"])
    assert (arguments.command, arguments.input) == ("listen", Path("a.wav"))


def test_what_is_set_up_depends_on_the_command() -> None:
    def needs(*words: str) -> object:
        arguments = main.parse(words)
        return arguments.needs(arguments)

    assert needs().microphone and needs().model
    assert not needs("listen", "--input", "a.wav").microphone
    assert not needs("understand", "aduh").model
    assert not needs("doctor").model
    assert needs("build").base and not needs("build", "--base", "x").base
    assert needs("test").tests


def test_words_for_pytest_go_through() -> None:
    assert main.parse(["test", "-k", "demo", "-x"]).pytest == ["-k", "demo", "-x"]
    assert main.parse(["test", "--", "tests/apps/test_cli.py"]).pytest == ["tests/apps/test_cli.py"]


@pytest.mark.parametrize(
    "words",
    [
        ["no-such"],
        ["understand"],
        ["recognize"],
        ["recognize", "--state", "asleep", "a.wav"],
        ["listen", "extra"],
        ["bench"],
    ],
)
def test_bad_usage_is_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(words)
    assert caught.value.code == 2


def test_an_error_of_the_system_that_no_command_expects_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stat_nothing(arguments: argparse.Namespace) -> int:
        return Path("/nowhere/at all").stat().st_size

    arguments = argparse.Namespace(command="understand", verbose=False, run=stat_nothing)
    assert main.perform(arguments) == 1
    told = only_line(capsys.readouterr().err)
    assert told.startswith("kram: /nowhere/at all: No such file or directory; ")


def test_understand_tells_a_line_for_each_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["understand", "--json", "kaki saya kram", "qwxz"]) == 0
    cramp, nonsense = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(cramp) == {"text", "intent", "slots", "confidence", "accepted"}
    assert (cramp["intent"], cramp["accepted"]) == ("cramp_now", True)
    assert (nonsense["intent"], nonsense["accepted"]) == (None, False)
    assert main.main(["understand", "kaki saya kram"]) == 0
    assert only_line(capsys.readouterr().out).startswith("kaki saya kram  → cramp_now")


def test_what_may_be_said_depends_on_the_state(capsys: pytest.CaptureFixture[str]) -> None:
    for state, accepted in (("idle", False), ("conversation", True)):
        main.main(["understand", "--json", "--state", state, "ulangi"])
        assert json.loads(capsys.readouterr().out)["accepted"] is accepted


def test_understand_loads_neither_recogniser_nor_sound() -> None:
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from assistant.apps.cli import main
assert main.main(["understand", "kaki saya kram"]) == 0
assert not {"vosk", "sounddevice", "pynini"} & set(sys.modules)
"""
    command = [sys.executable, "-c", program, str(ROOT)]
    assert subprocess.run(command, capture_output=True).returncode == 0


def test_recognize_tells_a_line_for_each_file(
    cramp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["recognize", "--json", str(cramp), str(cramp)]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    keys = {
        "file",
        "text",
        "intent",
        "slots",
        "confidence",
        "accepted",
        "doubtful",
        "seconds",
        "audio_seconds",
        "best",
        "score",
        "threshold",
        "runner_up",
    }
    assert [set(record) for record in records] == [keys, keys]
    with wave.open(str(cramp)) as file:
        length = file.getnframes() / RATE
    assert records[0]["file"] == str(cramp)
    assert records[0]["audio_seconds"] == pytest.approx(length, abs=0.021)
    assert 0 < records[0]["seconds"] < 20
    assert records[0]["audio_seconds"] == records[1]["audio_seconds"]


def test_bad_files_are_told_and_the_others_done(cramp: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound at all\n")
    empty = tmp_path / "empty.wav"
    empty.touch()
    no_frames = tmp_path / "no_frames.wav"
    write_wav(no_frames, np.zeros(0, dtype=np.int16))
    bad = [text, empty, no_frames, tmp_path / "missing.wav"]
    done = run("recognize", *(str(path) for path in bad), str(cramp))
    assert done.returncode == 2
    complaints = done.stderr.splitlines()
    assert [str(path) in line for path, line in zip(bad, complaints, strict=True)] == [True] * 4
    assert all(line.startswith("kram: ") for line in complaints)
    assert only_line(done.stdout).startswith(str(cramp))


def test_three_hours_are_no_utterance(tmp_path: Path) -> None:
    path = tmp_path / "night.wav"
    write_wav(path, np.zeros(0, dtype=np.int16))
    size = 3 * 3600 * RATE * 2
    with path.open("r+b") as file:  # a hole in the file: no disk is used
        file.seek(4)
        file.write((size + 36).to_bytes(4, "little"))
        file.seek(40)
        file.write(size.to_bytes(4, "little"))
        file.truncate(size + 44)
    done = run("recognize", str(path))
    assert done.returncode == 2
    assert "180 minutes" in only_line(done.stderr)
    assert "listen --input" in done.stderr
    assert recognize.LONGEST_SECONDS < 3 * 3600


@pytest.mark.parametrize("command", ["understand", "recognize", "build", "listen"])
def test_a_folder_without_yaml_is_bad_input(command: str, cramp: Path, tmp_path: Path) -> None:
    words = {
        "understand": ["aduh"],
        "recognize": [str(cramp)],
        "build": [],
        "listen": ["--input", str(cramp)],
    }
    done = run(command, "--phrases", str(tmp_path), *words[command])
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("kram: ") and str(tmp_path) in last
    assert "Traceback" not in done.stderr


def test_build_tells_where_the_model_is(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases"
    phrases.mkdir()
    (phrases / "lamp.yaml").write_text(
        "language: id\nintents:\n  LampOn:\n    data:\n      - sentences:\n"
        "          - (nyalakan|hidupkan) lampu [kamar]\n"
    )
    model = tmp_path / "model"
    done = run("build", "--phrases", str(phrases), "--output", str(model))
    assert done.returncode == 0, done.stderr
    assert only_line(done.stdout).startswith(f"{model} is ready")
    done = run("build", "--json", "--phrases", str(phrases), "--output", str(model))
    assert json.loads(done.stdout.splitlines()[-1])["model"] == str(model)


NO_SOUND = (
    *("unshare", "--mount"),
    *(() if os.geteuid() == 0 else ("--map-root-user",)),
    *("env", "PULSE_SERVER=unix:/nowhere", "XDG_RUNTIME_DIR=/nowhere", "sh", "-c"),
    '[ ! -d /dev/snd ] || mount -t tmpfs tmpfs /dev/snd; exec "$@"',
    "sh",
)
"""A machine without sound card and sound server, whatever this one has."""


def test_without_a_microphone_it_says_so_and_what_to_do() -> None:
    done = run(before=NO_SOUND)
    assert done.returncode == 3, done.stderr
    line = only_line(done.stderr)
    assert "no microphone" in line and "demo" in line and "doctor" in line
    examined = run("doctor", "--json", before=NO_SOUND)
    assert examined.returncode == 3
    findings = {record["name"]: record for record in map(json.loads, examined.stdout.splitlines())}
    assert list(findings) == ["microphone", "loudspeaker", "voice", "model", "disk", "files"]
    assert not findings["microphone"]["ok"] and findings["microphone"]["fix"]
    assert findings["microphone"]["mend"] == findings["microphone"]["fix"]
    assert findings["voice"]["ok"] and findings["model"]["ok"] and findings["disk"]["ok"]


def test_a_reader_that_has_gone_is_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "understand", "kaki saya kram"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_bench_runs_what_is_there_and_names_it_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.main(["bench", "no-such-thing"]) == 2
    assert "no measurement 'no-such-thing'" in only_line(capsys.readouterr().err)


@pytest.mark.parametrize("name", ["README.md", "README.id.md"])
def test_what_the_readme_says_one_can_say_is_understood(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    table = [line.split("|")[2] for line in text.splitlines() if re.match(r"\|.*\| \*", line)]
    sentences = [said for cell in table for said in re.findall(r"\*([^*]+)\*", cell)]
    sentences += re.findall(r'\*\*"([^"]+)"\*\*', text)
    assert len(sentences) > 20
    assert main.main(["understand", "--json", "--state", "conversation", *sentences]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["text"] for record in records if not record["accepted"]] == []
