"""A conversation survives the end of its process."""

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from assistant.apps.cli.commands import listen as listen_command
from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import MissingError
from assistant.core.event_log import EventLog, Record
from assistant.dialogue.state_json import to_json
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.conversation_snapshot import FRESH_SECONDS, ConversationSnapshot
from assistant.runtime.session_options import SessionOptions
from tests.support.dialogue_driver import Talk
from tests.support.paths import ROOT

_CRASH = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.runtime.test_conversation_snapshot import spend

def crash(record):
    if record["event"] == {event!r} and {part!r} in str(record.get("text", "")):
        os.kill(os.getpid(), signal.SIGKILL)

spend(Path({memory!r}), ["kaki kiri saya kram", "tunggu", "lanjut", "sudah reda", "ya"], crash)
"""

AFTERS = ["ready", "hold", "say_end:saya tunggu", "say_end:Sudah reda", "say_end:Mau bangun"]


def spend(memory: Path, lines: list[str], listener=lambda record: None) -> list[Record]:
    """An evening with these lines of the user; returns the events."""
    records: list[Record] = []
    turns = tuple(StoryLine(line, "any", after) for line, after in zip(lines, AFTERS, strict=False))
    silent = (StoryLine("bantuan", "any", "never"),)
    story = Story("evening", turns or silent, "Selamat tidur", limit=600)
    microphone = StoryMicrophone(story)
    player = WavPlayer(None)
    listeners = (records.append, microphone.listen, listener)
    with EventLog(None, listeners) as log:
        settings = SessionOptions(snapshot_file=memory)
        assistant = ConversationLoop(
            open_components(microphone, TextListener(microphone), player, log, settings)
        )
        assistant.run(until=lambda state: assistant.now > 5 and not state.tasks)
    return records


def said(records: list[Record]) -> list[str]:
    return [str(record["text"]) for record in records if record["event"] == "say_start"]


@pytest.mark.parametrize(
    ("event", "part", "first", "later"),
    [
        ("hold", "", "Kita lanjutkan dari peregangan.", "Sudah reda?"),
        ("say_start", "saya tunggu", "Saya masih di sini.", "Saya masih di sini"),
        ("say_end", "Sudah reda", "Kita lanjutkan dari peregangan.", "Sudah reda?"),
        ("say_start", "Duduk pelan-pelan", "Kita lanjutkan dari duduk.", "Selamat tidur"),
    ],
)
def test_killed_in_the_middle_it_goes_on(
    event: str, part: str, first: str, later: str, tmp_path: Path
) -> None:
    memory = tmp_path / "data" / "conversation.json"
    code = _CRASH.format(root=str(ROOT), memory=str(memory), event=event, part=part)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert json.loads(memory.read_text(encoding="utf-8"))["tasks"]

    texts = said(spend(memory, []))
    assert texts[0].startswith(first)
    assert any(later in text for text in texts[1:])
    assert not any("Saya di sini" in text for text in texts), "it does not begin anew"
    assert not memory.exists(), "an evening that came to its end is not taken up again"


def guided() -> Talk:
    talk = Talk()
    talk.hear("cramp_now", leg="left")
    talk.wait_for("Luruskan lutut")
    return talk


def test_what_is_kept_is_recalled_once(tmp_path: Path) -> None:
    memory = ConversationSnapshot(tmp_path / "a" / "b.json")
    state = guided().state
    memory.save(state)
    again = ConversationSnapshot(tmp_path / "a" / "b.json")
    assert again.load() == state
    assert again.load() is None


def test_old_idle_and_finished_conversations_are_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    talk = guided()
    ConversationSnapshot(path).save(talk.state)
    now = path.stat().st_mtime
    assert ConversationSnapshot(path, clock=lambda: now + FRESH_SECONDS + 1).load() is None

    memory = ConversationSnapshot(path)
    memory.save(talk.state)
    assert path.exists()
    talk.hear("stop")
    talk.to_end()
    memory.save(talk.state)
    assert not path.exists()

    answer = Talk()
    answer.hear("causes")
    ConversationSnapshot(path).save(answer.state)
    assert ConversationSnapshot(path).load() is None, "an answer is not worth a voice in the night"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"tasks": []}',
        '{"tasks": [1], "facts": [], "known": []}',
        "\0",
        '{"tasks": [], "facts": [], "known": [], "surprise": 1}',
    ],
)
def test_a_broken_file_is_no_obstacle(text: str, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    assert ConversationSnapshot(path).load() is None
    assert not path.exists()


def test_bytes_that_are_no_text_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(b"\xff\xfe\x00{")
    assert ConversationSnapshot(path).load() is None


def test_a_folder_that_cannot_be_written_never_stops_the_guide(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = ConversationSnapshot(tmp_path / "file" / "b.json")
    memory.save(guided().state)
    memory.save(Talk().state)
    assert memory.load() is None


def test_time_alone_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    memory = ConversationSnapshot(path)
    talk = guided()
    memory.save(talk.state)
    os.utime(path, (0, 0))
    talk.wait(0.2)
    memory.save(talk.state)
    assert path.stat().st_mtime == 0
    assert path.read_text(encoding="utf-8") == to_json(talk.state)


def test_a_recording_is_not_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To begin anew would empty the file; so the program ends, and says why."""
    monkeypatch.setattr("assistant.runtime.session.run_session", lambda options: True)
    options = SessionOptions(output=tmp_path / "out.wav")
    with pytest.raises(MissingError, match=r"out\.wav is complete"):
        listen_command._listen(Namespace(plain=False, events=None), options)


ANEW = """
import os, sys, threading
from pathlib import Path
from assistant.core import reexec
from assistant.core.event_log import EventLog
with EventLog(Path(sys.argv[1]), (), reexec.was_reexeced()) as log:
    log.write({"t": 0.0, "event": "ready", "process": os.getpid()})
threading.Thread(target=threading.Event().wait, daemon=True).start()
if not reexec.was_reexeced():
    reexec.reexec()
reexec.HUNG.append(threading.enumerate()[-1])
sys.stdout.write("the end")
reexec.exit_process(3)
sys.stdout.write("never")
"""


def test_a_program_begins_anew_with_its_events_and_leaves_what_hangs(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    script = tmp_path / "anew.py"
    script.write_text(ANEW, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(path)], capture_output=True, text=True, timeout=60,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "the end"), done.stderr
    ready = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(ready) == 2 and ready[0]["process"] == ready[1]["process"]
