"""What somebody at the terminal sees while Kram listens, and that scripts see what they did."""

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from assistant.apps.cli.commands import common
from assistant.apps.listening_view import listening_status, live_line
from assistant.apps.listening_view.listening_status import ListeningStatus, duration_text, outcome
from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.asr.rejection import REJECTION_TEXTS, RejectionReason
from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.level_meter import LevelMeter, LevelProblem
from assistant.audio.pcm import BLOCK, RATE, saturate
from assistant.core.event_records import HeardRecord
from assistant.core.listening_state import ListeningState
from assistant.core.translation import in_language, shown, use_language
from assistant.nlu.reason import REASON_TEXTS, InterpretationReason
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT


@pytest.fixture(autouse=True)
def indonesian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is not said otherwise is about a terminal in Indonesian, here and in child processes."""
    monkeypatch.setenv("KRAM_LANG", "id")
    use_language("id")
    yield
    use_language("en")


def heard(**changes: object) -> HeardRecord:
    record: HeardRecord = {
        "t": 2.0, "event": "heard", "text": "kaki saya kram", "intent": "cramp_now",
        "confidence": 0.9, "accepted": True, "doubtful": False, "speech_start": 0.5,
        "speech_end": 1.5, "best": "kaki saya kram", "threshold": 0.6, "runner_up": "",
        "reason": "exact", "state": ListeningState.IDLE, "ignored": "",
    }  # fmt: skip
    return {**record, **changes}  # type: ignore[typeddict-item]


def metered(peak: int, seconds: float = 2.0) -> LevelMeter:
    """A meter that has heard a tone of this peak."""
    meter = LevelMeter()
    tone = np.sin(2 * np.pi * 200 * np.arange(int(seconds * RATE)) / RATE) * peak
    for block in saturate(tone).reshape(-1, BLOCK):
        meter.feed(block)
    return meter


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "dipahami"),
        ({"accepted": False, "ignored": REJECTION_TEXTS[RejectionReason.SELF_ECHO]},
         "diabaikan: kata-kata Kram sendiri"),
        ({"accepted": False, "doubtful": True, "reason": REASON_TEXTS[InterpretationReason.NEAR]},
         "ditanyakan dulu: mirip"),
        ({"accepted": False, "confidence": 0.31}, "diabaikan: kurang yakin (31 %, perlu 60 %)"),
        ({"accepted": False, "reason": REASON_TEXTS[InterpretationReason.SINGLE_WORD]},
         "diabaikan: hanya satu kata"),
    ],
)  # fmt: skip
def test_why_an_utterance_was_or_was_not_obeyed(changes: dict[str, object], told: str) -> None:
    assert outcome(heard(**changes)).startswith(told)


def test_every_reason_of_the_event_log_is_told_in_indonesian() -> None:
    for text in REJECTION_TEXTS.values():
        assert text not in outcome(heard(accepted=False, ignored=text))
    for text in REASON_TEXTS.values():
        assert not outcome(heard(accepted=False, reason=text)).endswith(f": {text}")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("idle", "menunggu"),
        ("deaf", "tuli"),
        ("acute.stretch.hold", "memandu"),
        ("acute.eased.ask", "ditanya"),
        ("talk.ask", "ditanya"),
    ],
)
def test_the_four_states(name: str, shown: str) -> None:
    assert listening_status.state_text(name).startswith(shown)


def test_a_level_is_a_bar_with_a_word_only_where_it_is_wrong() -> None:
    soft, usual, loud = metered(60), metered(6000), metered(60_000)
    assert soft.level.fill < 0.3 < usual.level.fill < 1.0 <= loud.level.fill
    assert (usual.level.clipping, loud.level.clipping) == (False, True)
    assert usual.level.seconds == pytest.approx(2.0)
    problems = [one.speech_problem(0.5, 1.5) for one in (soft, usual, loud)]
    assert problems == [LevelProblem.TOO_SOFT, LevelProblem.NONE, LevelProblem.CLIPPING]
    assert usual.speech_problem(70, 71) is LevelProblem.NONE  # not heard yet: nothing is said


def test_the_level_of_an_utterance_is_found_after_more_than_a_minute() -> None:
    meter = metered(60, 70.0)
    for _ in range(50):
        meter.feed(np.full(BLOCK, 6000, dtype=np.int16))
    assert meter.speech_problem(70.0, 71.0) is LevelProblem.NONE
    assert meter.speech_problem(68.0, 69.9) is LevelProblem.TOO_SOFT


def test_the_line_in_english() -> None:
    with in_language("en"):
        status = ListeningStatus(metered(60))
        assert status.state == "getting ready"
        status.record({"t": 0.0, "event": "ready"})
        told = status.record(heard(accepted=False, confidence=0.31))
        sure = "“kaki saya kram” passed over: not certain enough (31%, needs 60%)"
        assert told == f"{sure} (too soft)"
        line = live_line.status_line(status).plain
        assert line.startswith("waiting · microphone █") and line.endswith(sure)
        lost = {"t": 1.0, "event": "error", "device": "loudspeaker"}
        away = {**lost, "text": "the loudspeaker is away"}
        assert status.record(away) == "loudspeaker unplugged"  # type: ignore[arg-type]
        names = ("idle", "deaf", "acute.stretch.hold", "talk.ask")
        states = [listening_status.state_text(name).split()[0] for name in names]
        assert states == ["waiting", "deaf", "guiding", "asking"]


def test_the_line_is_one_line_and_has_everything() -> None:
    status = ListeningStatus(metered(60))
    assert status.state == shown(listening_status.PREPARING)
    assert status.record({"t": 0.0, "event": "ready"}) == "menunggu"
    assert status.record({"t": 0.0, "event": "state", "name": "idle"}) == ""
    assert status.record(heard()).endswith("dipahami (terlalu pelan)")
    assert status.record(heard(text="", best="")) == ""
    wide, narrow = (Console(file=io.StringIO(), width=width) for width in (100, 30))
    (line,) = wide.render_lines(live_line.status_line(status))
    text = "".join(segment.text for segment in line)
    for part in ("menunggu", "mikrofon █", "░ terlalu pelan", "0:02", "“kaki saya kram” dipahami"):
        assert part in text
    assert len(narrow.render_lines(live_line.status_line(status))) == 1


def test_a_lost_device_takes_the_place_of_the_state() -> None:
    status = ListeningStatus(metered(6000))
    lost = {"t": 1.0, "event": "error", "device": "microphone"}
    assert status.record({**lost, "text": "the microphone is away"}) == "mikrofon terlepas"  # type: ignore[typeddict-item]
    assert "mikrofon terlepas" in live_line.status_line(status).plain
    status.record({**lost, "text": "the microphone is back"})  # type: ignore[typeddict-item]
    assert "terlepas" not in live_line.status_line(status).plain


def test_how_long() -> None:
    assert [duration_text(one) for one in (7.9, 725, 3725)] == ["0:07", "12:05", "1:02:05"]


@pytest.mark.parametrize("name", ["NOTIFY_SOCKET", "JOURNAL_STREAM"])
def test_under_systemd_there_is_no_line(name: str) -> None:
    assert live_line.is_supervised({name: "/run/x"}) and not live_line.is_supervised({})


def listen(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "listen", *words],
        capture_output=True, text=True, cwd=ROOT, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def cramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``kaki saya kram`` as a WAV file, synthetic."""
    from tests.apps.test_cli import write_wav

    (clip,) = speak_fresh(("kaki saya kram",), "id+m3")
    import soxr

    quiet = np.zeros(RATE, dtype=np.int16)
    path = tmp_path_factory.mktemp("wav") / "cramp.wav"
    speech = soxr.resample(clip.samples, SPEECH_RATE, RATE) // 2
    write_wav(path, np.concatenate([quiet, speech, quiet, quiet]))
    return path


def test_without_a_terminal_stdout_has_only_what_was_asked_for(cramp: Path, tmp_path: Path) -> None:
    silent = listen("--input", str(cramp), "--events", str(tmp_path / "e.jsonl"))
    assert (silent.returncode, silent.stdout) == (0, "")
    records = listen("--input", str(cramp), "--events", "-")
    assert records.returncode == 0
    written = (tmp_path / "e.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(one)["event"] for one in records.stdout.splitlines()] == [
        json.loads(one)["event"] for one in written
    ]
    plain = listen("--input", str(cramp), "--plain")
    assert plain.returncode == 0 and shown(common.FAREWELL) not in plain.stdout
    lines = plain.stdout.splitlines()
    assert lines[0] == "0:00 menunggu"
    assert re.fullmatch(r"0:0\d “kaki saya kram” dipahami", lines[1])
    assert "memandu" in lines[2]


class InTerminal:
    """``kram listen`` with a terminal of its own; not for the first time, which greets aloud."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._master, slave = pty.openpty()
        (folder / "data/kram").mkdir(parents=True, exist_ok=True)
        (folder / "data/kram/nights.jsonl").touch()
        home = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
        terminal = {"TERM": "xterm", "COLUMNS": "120"}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), "listen"],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
            env={**os.environ, **home, **terminal, **environment},
        )  # fmt: skip
        os.close(slave)
        self.shown = ""

    def read(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self._master], [], [], left)[0]:
                return
            try:
                self.shown += os.read(self._master, 65_536).decode("utf-8", "replace")
            except OSError:
                return  # Linux: the other side is closed

    def wait_for(self, part: str, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while part not in self.shown:
            assert time.monotonic() < deadline, self.shown[-2000:]
            self.read(0.2)

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 15
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.2)
        self.read(0.5)
        code = self.process.wait(1)
        os.close(self._master)
        return code


@pytest.mark.alone
def test_in_a_terminal_the_line_lives_and_ctrl_c_ends_with_one_word(tmp_path: Path) -> None:
    with VirtualSoundCard() as card:
        kram = InTerminal(tmp_path, **card.environment)
        kram.wait_for("menunggu")
        (clip,) = speak_fresh(("kaki saya kram",), "id", 175)
        samples = np.concatenate([clip.samples, np.zeros(SPEECH_RATE // 2, dtype=np.int16)])
        card.play_into_microphone(samples, SPEECH_RATE).wait(20)
        kram.wait_for("dipahami")
        kram.wait_for("memandu")
        assert kram.interrupt() == 0
    assert kram.shown.rstrip().endswith(shown(common.FAREWELL))
    assert kram.shown.count(shown(common.FAREWELL)) == 1 and "Traceback" not in kram.shown


@pytest.mark.alone
def test_ctrl_c_while_it_is_getting_ready(tmp_path: Path) -> None:
    with VirtualSoundCard() as card:
        kram = InTerminal(tmp_path, **card.environment)
        kram.wait_for("menyiapkan")
        assert kram.interrupt() == 0
    assert kram.shown.rstrip().endswith(shown(common.FAREWELL))
    assert "Traceback" not in kram.shown


@pytest.mark.alone
def test_the_journal_gets_no_line(tmp_path: Path) -> None:
    with VirtualSoundCard() as card:
        kram = InTerminal(tmp_path, **card.environment, JOURNAL_STREAM="8:1")
        kram.read(8.0)
        assert kram.process.poll() is None
        assert kram.interrupt() == 0
    assert "menunggu" not in kram.shown and "menyiapkan" not in kram.shown
