"""The night log: what happened, without a word of what was heard, and gone with the diary."""

import fcntl
import json
import stat
import threading
import wave
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import KramError
from assistant.core.event_log import EventLog
from assistant.core.event_records import Record
from assistant.core.line_log import LineLog, read_lines
from assistant.core.single_instance import is_held, single_instance
from assistant.dialogue.notes import DiaryDelete, EpisodeStarted
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.diary.store import open_diary
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.night_log import NightKind, NightLog, read_night_log
from assistant.runtime.session import run_session
from assistant.runtime.session_options import SessionOptions
from tests.support.paths import PHRASES

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=timezone(timedelta(hours=7)))
WORDS = load_diary_texts(PHRASES)


def evening(path: Path, *turns: StoryLine, ends: str) -> list[tuple[str, bool]]:
    """Kind and ``ok`` of everything that a conversation leaves in the log at ``path``."""
    nights = NightLog(path)
    microphone = StoryMicrophone(Story("", turns, ends=ends, limit=900.0))
    with EventLog(None, (microphone.listen, nights.record)) as log:
        parts = open_components(
            microphone, TextListener(microphone), WavPlayer(None), log, SessionOptions()
        )
        ConversationLoop(parts).run()
    nights.ended()
    return [(one.kind.value, one.ok) for one in read_night_log(path)]


def test_an_emergency_that_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "nights.jsonl"
    found = evening(
        path,
        StoryLine("saya tidak bisa bernapas", "emergency"),
        StoryLine("tidak apa apa", "false_alarm", "say_end:Kalau saya salah dengar", 1.0),
        ends="Syukurlah",
    )
    assert found == [
        ("listening", True), ("emergency", True), ("emergency_over", True), ("ended", True),
    ]  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text(encoding="utf-8")
    assert "napas" not in text and "apa" not in text, "no words are stored"


def test_an_alarm_that_nobody_ends_is_no_false_one(tmp_path: Path) -> None:
    path = tmp_path / "nights.jsonl"
    found = evening(path, StoryLine("saya tidak bisa bernapas", "emergency"), ends="Alarmnya saya")
    assert found[:2] == [("listening", True), ("emergency", True)]
    assert ("emergency_over", True) not in found


def test_devices_messages_and_the_ear(tmp_path: Path) -> None:
    path = tmp_path / "nights.jsonl"
    log = NightLog(path, lambda: NOW)
    records: list[Record] = [
        {"t": 0, "event": "ready"},
        {"t": 1, "event": "error", "device": "microphone", "text": "the microphone is away"},
        {"t": 2, "event": "error", "device": "microphone", "text": "the microphone is back"},
        {"t": 3, "event": "error", "device": "microphone", "text": "the microphone is muted or …"},
        {"t": 4, "event": "state", "name": "deaf"},
        {"t": 5, "event": "state", "name": "idle"},
        {"t": 6, "event": "tell", "about": "emergency", "text": "keadaan darurat"},
        {"t": 7, "event": "told", "about": "emergency", "ok": False, "why": "answered 404"},
    ]
    for record in records:
        log.record(record)
    found = read_night_log(path)
    assert [(one.kind.value, one.about, one.detail, one.ok) for one in found] == [
        ("listening", "", "", True),
        ("device", "microphone", "away", True),
        ("device", "microphone", "back", True),
        ("device", "microphone", "muted", True),
        ("deaf", "", "", True),
        ("hears_again", "", "", True),
        ("message", "emergency", "answered 404", False),
    ]
    assert {one.at for one in found} == {NOW}


@pytest.mark.decodes_sound
@pytest.mark.parametrize("wanted", [True, False])
def test_a_session_writes_when_it_listened(wanted: bool, tmp_path: Path) -> None:
    sound, path = tmp_path / "silence.wav", tmp_path / "nights.jsonl"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    options = SessionOptions(input=sound, night_log_file=path if wanted else None)
    assert run_session(options) is False
    kinds = [NightKind.LISTENING, NightKind.ENDED] if wanted else []
    assert [one.kind for one in read_night_log(path)] == kinds


def test_who_never_listened_does_not_end(tmp_path: Path) -> None:
    path = tmp_path / "nights.jsonl"
    NightLog(path).ended()
    assert not path.exists()


def test_it_is_deleted_with_the_diary_but_for_what_is_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "nights.jsonl"
    nights = NightLog(path, lambda: NOW)
    nights.record({"t": 0.0, "event": "ready"})
    nights.record({"t": 1.0, "event": "state", "name": "emergency.words.say"})
    nights.record({"t": 2.0, "event": "told", "about": "emergency", "ok": True, "why": ""})
    diary = open_diary(tmp_path / "diary.sqlite", WORDS, nights.forget)
    diary.take(EpisodeStarted("left"))
    with path.open("rb") as before:
        assert diary.take(DiaryDelete()) == WORDS.deleted
        assert b"emergency" not in before.read(), "what was there is overwritten"
    assert [one.kind for one in read_night_log(path)] == [NightKind.LISTENING]
    nights.record({"t": 3.0, "event": "told", "about": "test", "ok": True, "why": ""})
    assert len(read_night_log(path)) == 2


def test_what_cannot_be_deleted_is_told_and_the_diary_stays(tmp_path: Path) -> None:
    (tmp_path / "nights.jsonl").mkdir()
    nights = NightLog(tmp_path / "nights.jsonl")
    diary = open_diary(None, WORDS, nights.forget)
    diary.take(EpisodeStarted("left"))
    assert diary.take(DiaryDelete()) == WORDS.failed
    nights.record({"t": 0.0, "event": "ready"})  # reported once, and never in the way
    nights.ended()


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "3", '{"at": 3}', '{"at": "2026-11-23T02:00:00+07:00", "kind": "party"}',
     '{"at": "2026-11-23T02:00:00+07:00", "kind": "ended", "ok": 3}'],
)  # fmt: skip
def test_a_damaged_line_is_passed_over(line: str, tmp_path: Path) -> None:
    path = tmp_path / "nights.jsonl"
    good = json.dumps({"at": NOW.isoformat(), "kind": "ended"})
    path.write_text(f"{line}\n{good}\n{line}")
    assert [one.kind for one in read_night_log(path)] == [NightKind.ENDED]


def test_only_so_many_lines_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    log = LineLog(path, 10)
    for number in range(100):
        log.append(str(number))
        assert len(read_lines(path)) <= 11
    assert read_lines(path)[-1] == "99"
    assert read_lines(tmp_path / "none") == []


def test_who_asks_whether_the_lock_is_held_leaves_nothing_behind(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "listening.lock"
    assert is_held(lock) is False and not lock.parent.exists()
    with single_instance(lock):
        assert is_held(lock) is True
        with pytest.raises(KramError, match="listening already"), single_instance(lock):
            pass
    assert is_held(lock) is False


def test_who_asks_does_not_keep_a_kram_from_starting(tmp_path: Path) -> None:
    lock = tmp_path / "listening.lock"
    lock.touch()
    with lock.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        threading.Timer(0.03, fcntl.flock, (asking, fcntl.LOCK_UN)).start()
        with single_instance(lock):
            assert is_held(lock) is True
