"""The event log's contract: one JSON object per line, its keys in a fixed order, ``t`` first."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

from assistant.core.event_log import EventLog
from assistant.core.event_records import HeardRecord, Record
from assistant.core.listening_state import ListeningState

ROOT = Path(__file__).parents[2]

HEARD: HeardRecord = {
    "t": 1.23456, "event": "heard", "text": "kaki saya kram", "intent": "cramp_now",
    "confidence": 0.9, "accepted": True, "doubtful": False, "speech_start": 0.5,
    "speech_end": 1.1, "best": "kaki saya kram", "threshold": 0.5, "runner_up": "",
    "reason": "exact", "state": ListeningState.IDLE, "ignored": "",
}  # fmt: skip

WRONG = """
from assistant.core.event_log import EventLog
log = EventLog()
log.write({"t": 0.0, "event": "ready"})
log.write({"t": 0.0, "event": "say_end", "text": ""})
log.write({"t": 0.0, "event": "cue", "name": 1})
log.write({"t": 0.0, "event": "sneeze"})
"""


def test_every_record_starts_with_time_and_event() -> None:
    for record in get_args(Record):
        assert list(record.__annotations__)[:2] == ["t", "event"]


def test_a_line_has_the_keys_in_order_and_plain_values(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    passed: list[Record] = []
    with EventLog(path, (passed.append,)) as log:
        log.write(HEARD)
    assert path.read_text(encoding="utf-8") == (
        '{"t": 1.235, "event": "heard", "text": "kaki saya kram", "intent": "cramp_now", '
        '"confidence": 0.9, "accepted": true, "doubtful": false, "speech_start": 0.5, '
        '"speech_end": 1.1, "best": "kaki saya kram", "threshold": 0.5, "runner_up": "", '
        '"reason": "exact", "state": "idle", "ignored": ""}\n'
    )
    assert passed == [json.loads(path.read_text(encoding="utf-8"))]
    assert list(passed[0]) == list(HeardRecord.__annotations__)
    assert HEARD["t"] == 1.23456  # the caller's record is not changed


def test_mypy_checks_what_is_written(tmp_path: Path) -> None:
    script = tmp_path / "wrong.py"
    script.write_text(WRONG, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(script)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = {line.split(":")[1] for line in done.stdout.splitlines() if ": error:" in line}
    assert wrong == {"5", "6", "7"}, done.stdout
