"""Fault injection: each fault leads to one clear message, or has no effect.

More of them: test_portaudio, test_loop_devices (devices), test_conversation_snapshot (kill -9,
read-only home), test_wav_source (broken sound), test_espeak_voice (a full disk).
"""

import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.apps.doctor.checks import check_writable
from assistant.apps.doctor.loopback import RecordedReference
from assistant.asr.listener import SpeechListener
from assistant.asr.model_format import read_manifest, write_manifest
from assistant.asr.model_store import ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.microphone import DroppedBlocks
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.wav_player import WavPlayer
from assistant.audio.wav_source import WavSource
from assistant.core.errors import InputError, KramError, MissingError
from assistant.core.event_log import EventLog, Record
from assistant.core.single_instance import single_instance
from assistant.core.yaml_reader import read_yaml
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.session_options import SessionOptions
from tests.support.paths import ROOT, SMALL_PHRASES

pytestmark = pytest.mark.decodes_sound


def test_the_second_one_is_told_that_somebody_listens_already(tmp_path: Path) -> None:
    lock = tmp_path / "data" / "listening.lock"
    told = "listening already.*end that one"
    with single_instance(lock), pytest.raises(KramError, match=told), single_instance(lock):
        pass
    with single_instance(lock):
        pass


def test_where_nothing_can_be_locked_nobody_is_kept_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with single_instance(tmp_path / "file" / "lock"), single_instance(tmp_path / "file" / "lock"):
        pass


def test_stopped_in_mid_sentence_nothing_is_finished_or_lost(tmp_path: Path) -> None:
    story = Story(
        "a cramp", (StoryLine("kaki saya kram", "cramp_now"),), "Selamat tidur", limit=3600
    )
    records: list[Record] = []
    microphone = StoryMicrophone(story)

    def listen(record: Record) -> None:
        records.append(record)
        if record["event"] == "say_start":
            house.stop()

    settings = SessionOptions(diary_file=tmp_path / "d.sqlite", snapshot_file=tmp_path / "m.json")
    with EventLog(None, (microphone.listen, listen)) as log:
        parts = microphone, TextListener(microphone), WavPlayer(None), log, settings
        house = ConversationLoop(open_components(*parts))
        thread = threading.Thread(target=house.run)
        thread.start()
        thread.join(60)
        assert not thread.is_alive()
    said = [record for record in records if record["event"] in ("say_start", "say_end")]
    assert [record["event"] for record in said].count("say_start") * 2 == len(said)
    assert said[-1]["event"] == "say_end" and said[-1]["interrupted"]
    assert float(str(said[-1]["t"])) - float(str(said[0]["t"])) <= 1.0
    assert (tmp_path / "d.sqlite").exists()
    assert ConversationSnapshot(tmp_path / "m.json").load() is None, "it was ended on purpose"


@pytest.mark.parametrize("name", ["kram.json", "grammar.npz", "graph/HCLG.fst", "am/final.mdl"])
def test_a_damaged_model_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    whole = ensure_model(SMALL_PHRASES)
    model = tmp_path / "model"
    for file in whole.rglob("*"):
        if file.is_file() and file.relative_to(whole).as_posix() != name:
            copy = model / file.relative_to(whole)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(file)
    with pytest.raises(MissingError, match="build") as told:
        VoskRecognizer(model, ("conversation",))
    assert "\n" not in str(told.value)


def test_a_file_of_the_right_length_and_the_wrong_content_makes_no_model(tmp_path: Path) -> None:
    """A power cut leaves zeros; Vosk would crash on them, so the model is built anew."""
    (tmp_path / "HCLG.fst").write_bytes(b"graph" * 100)
    write_manifest(tmp_path, "key", "sources", {})
    record = read_manifest(tmp_path)
    assert record is not None and record["sources"] == "sources"
    (tmp_path / "HCLG.fst").write_bytes(bytes(500))
    assert read_manifest(tmp_path) is None


def test_a_busy_machine_is_told_of_once_a_minute() -> None:
    dropped = DroppedBlocks()
    told = [dropped.count(second) for second in (0.0, 0.02, 30.0, 61.0, 61.02)]
    assert [round(one, 2) if one else one for one in told] == [0.02, None, None, 0.08, None]


def test_doctor_tells_where_nothing_can_be_kept(tmp_path: Path) -> None:
    assert check_writable(tmp_path / "data" / "kram", "20 GB free").ok
    assert list(tmp_path.iterdir()) == []
    wrong = check_writable(Path("/proc/kram"), "20 GB free")
    assert not wrong.ok and "/proc cannot be written" in wrong.found and "diary" in wrong.fix


def test_a_clock_that_jumps_does_not_wake_an_old_conversation(tmp_path: Path) -> None:
    """An hour forth (summer time) makes a fresh conversation old, an hour back one of tomorrow."""
    from assistant.dialogue.state import State, Task

    state = State(tasks=(Task("guide", "acute", started=0.0),))
    for jump, kept in ((0.0, True), (3600.0, False), (-3600.0, False)):
        ConversationSnapshot(tmp_path / "m.json").save(state)
        recalled = ConversationSnapshot(
            tmp_path / "m.json", lambda jump=jump: time.time() + jump
        ).load()
        assert (recalled is not None) is kept, jump


WEIRD = {
    "clipped": np.sign(np.sin(np.arange(4 * RATE) / 30)) * 32767,
    "offset": np.full(4 * RATE, 20000.0),
    "8 bits": np.round(np.random.default_rng(1).normal(0, 400, 4 * RATE) / 256) * 256,
    "square gaps": np.tile(np.repeat([0.0, 30000.0], RATE // 8), 16),
}


@pytest.mark.parametrize("name", sorted(WEIRD))
def test_weird_sound_is_no_command(name: str) -> None:
    ear = SpeechListener(VoskRecognizer(ensure_model(SMALL_PHRASES)))
    sound = WEIRD[name].astype(np.int16)
    ear.set_echo_reference(RecordedReference(np.zeros_like(sound)))
    events = []
    for at in range(0, len(sound) - BLOCK + 1, BLOCK):
        events += ear.feed(sound[at : at + BLOCK])
    heard = [event for event in events + ear.flush() if getattr(event, "accepted", False)]
    assert heard == []


def byte_strings(count: int) -> list[bytes]:
    """Half pure chance, half a beginning that looks right."""
    chance = random.Random(11)
    begins = (b"", b"", b"RIFF\x24\x08\0\0WAVEfmt ", b"language: id\nintents:\n  a: ", b"- [", b"{")
    return [
        begins[number % len(begins)] + chance.randbytes(chance.randint(0, 120))
        for number in range(count)
    ]


def test_random_bytes_are_refused_as_sound_or_heard(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    refused = 0
    for content in byte_strings(10_000):
        path.write_bytes(content)
        try:
            source = WavSource(path)
        except InputError:
            refused += 1
            continue
        assert all(len(block) == BLOCK for block in source.blocks())
        source.close()
    assert refused > 9_000
    assert list(tmp_path.iterdir()) == [path]


def test_random_bytes_are_refused_as_yaml_or_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    refused = 0
    for content in byte_strings(10_000):
        path.write_bytes(content)
        try:
            read_yaml(path)
        except InputError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 5_000


def test_a_short_night_leaves_the_memory_alone(tmp_path: Path) -> None:
    report = tmp_path / "soak.json"
    words = ["--hours", str(120 / 3600), "--warm", "70", "--most", "15", "--output", str(report)]
    command = [sys.executable, str(ROOT / "run.py"), "bench", "soak", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["heard"] > 2
    assert found["moved"] < 15.0
