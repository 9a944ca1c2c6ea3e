"""The transcript log: text only, limited in size, and only if enabled."""

import json
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.asr.rejection import RejectionReason
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.composition import open_components, open_session
from assistant.runtime.config import load_config
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions
from assistant.runtime.transcript_log import MOST, TranscriptLog, read_transcript

FILES_OF_0_1_0 = Path(__file__).parents[1] / "data" / "files_of_0.1.0"

TEXTS_OF_0_1_0 = {
    "exact": InterpretationReason.EXACT,
    "near": InterpretationReason.NEAR,
    "danger": InterpretationReason.DANGER,
    "several remarks": InterpretationReason.SEVERAL_REMARKS,
    "nothing said": InterpretationReason.NOTHING_SAID,
    "a single word, and nobody has asked": InterpretationReason.SINGLE_WORD,
    "no allowed phrase shares a word": InterpretationReason.NO_SHARED_WORD,
    "too far": InterpretationReason.TOO_FAR,
    "danger, but the negation is unsure": InterpretationReason.UNSURE_NEGATION,
    "may mean something else": InterpretationReason.AMBIGUOUS,
}

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=timezone(timedelta(hours=7)))


def heard(number: int, **more: object) -> dict[str, object]:
    return {"t": 1.0, "event": "heard", "text": f"kalimat {number}", "intent": "yes",
            "confidence": 0.9, "accepted": True, "threshold": 0.5, "reason": "exact",
            "state": "idle", "speech_start": 1.0, "ignored": ""} | more  # fmt: skip


def test_only_so_much_is_kept_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "heard.jsonl"
    first = TranscriptLog(path, 20, lambda: BEGIN)
    for number in range(50):
        first.record(heard(number))
        assert len(path.read_text().splitlines()) <= 22
    again = TranscriptLog(path, 20, lambda: BEGIN)
    again.record(heard(99))
    entries = read_transcript(path, 20)
    assert [entry.text for entry in entries[:3]] == ["kalimat 99", "kalimat 49", "kalimat 48"]
    assert 18 <= len(entries) <= 20 and entries[0].at == BEGIN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_speech_is_kept_and_only_as_text(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    journal = TranscriptLog(path)
    journal.record({"t": 1.0, "event": "say_start", "text": "Saya di sini."})
    journal.record(heard(1, text="", best=""))  # a cough
    assert not path.exists()
    journal.record(heard(2, text="", best="kaki kiri", accepted=False, reason=None))
    journal.record(heard(3, text="x" * 1000))
    (long, refused) = read_transcript(path)
    assert (refused.text, refused.accepted, refused.reason) == ("kaki kiri", False, None)
    assert len(long.text) == 200
    kept = json.loads(path.read_text().splitlines()[0])
    assert set(kept) == {"at", "text", "intent", "accepted", "reason", "state", "confidence",
                         "threshold"}  # fmt: skip


def test_what_was_asked_about_first_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    journal = TranscriptLog(path)
    journal.record(heard(1, accepted=False, doubtful=True))
    journal.record(heard(2, accepted=False, doubtful=False))
    assert [entry.doubtful for entry in read_transcript(path)] == [False, True]


def test_a_file_of_0_1_0_is_read() -> None:
    entries = read_transcript(FILES_OF_0_1_0 / "heard.jsonl")
    assert len(entries) == 6
    assert [entry.reason for entry in entries].count(InterpretationReason.EXACT) == 5
    assert entries[-1].reason is InterpretationReason.NO_SHARED_WORD


@pytest.mark.parametrize(("text", "reason"), TEXTS_OF_0_1_0.items())
def test_every_reason_of_0_1_0_is_known(
    text: str, reason: InterpretationReason, tmp_path: Path
) -> None:
    path = tmp_path / "heard.jsonl"
    TranscriptLog(path).record(heard(1, accepted=False, reason=text))
    (entry,) = read_transcript(path)
    assert entry.reason is reason and entry.rejection is None


@pytest.mark.parametrize("rejection", RejectionReason)
def test_why_the_listener_ignored_it_is_stored(rejection: RejectionReason, tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    TranscriptLog(path).record(heard(1, accepted=False, ignored=rejection.text))
    (entry,) = read_transcript(path)
    assert entry.rejection is rejection


def test_half_a_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    TranscriptLog(path).record(heard(1))
    with path.open("a") as file:
        file.write('{"at": "2026\n[]\n\n{"at": "never"}\n')
    assert [entry.text for entry in read_transcript(path)] == ["kalimat 1"]
    assert read_transcript(tmp_path / "none") == []


def test_a_file_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    journal = TranscriptLog(tmp_path / "file" / "heard.jsonl")
    for number in range(3):
        journal.record(heard(number))
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_conversation_is_kept_with_its_reasons(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    turns = tuple(
        StoryLine(user=text, expect=intent, after=after, wait=0.5)
        for text, intent, after in (
            ("cuaca bagus sekali", "", "ready"),
            ("kaki saya kram", "cramp_now", "heard"),
        )
    )
    microphone = StoryMicrophone(Story("x", turns, "Tahan"))
    with EventLog(None, (TranscriptLog(path).record, microphone.listen)) as log:
        player = WavPlayer(None)
        house = open_components(microphone, TextListener(microphone), player, log, SessionOptions())
        assistant = ConversationLoop(house)
        assistant.run(until=lambda state: bool(state.tasks))
    understood, refused = read_transcript(path)
    assert (understood.text, understood.intent, understood.accepted) == (
        "kaki saya kram", "cramp_now", True,
    )  # fmt: skip
    assert understood.state == "idle" and understood.reason is InterpretationReason.EXACT
    assert (refused.text, refused.accepted) == ("cuaca bagus sekali", False) and refused.reason


def test_it_is_off_unless_the_configuration_says_so(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert load_config(path).journal.heard is False
    path.write_text("[journal]\nheard = true\nentries = 20\n")
    kept = load_config(path).journal
    assert (kept.heard, kept.entries) == (True, 20) and MOST == 500
    path.write_text("[journal]\nheard = 1\n")
    with pytest.raises(InputError, match=r"line 2: 'heard' must be true or false"):
        load_config(path)


def test_what_cannot_be_deleted_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "heard.jsonl"
    path.mkdir()  # no unlink, not even for root
    options = SessionOptions(input=tmp_path / "none.wav", transcript_file=path)
    with pytest.raises(InputError, match=r"none\.wav"), open_session(options):
        pass
    assert "is still stored" in caplog.text and str(path) in caplog.text
