"""The loop reports a lost microphone to the guide, and the guide informs the user."""

import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog, Record
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.sd_notify import SystemdNotifier
from assistant.runtime.session_options import SessionOptions


class LooseMicrophone(StoryMicrophone):
    """A microphone whose plug is out from second 30 to second 60."""

    @property
    def lost(self) -> bool:
        return 30.0 <= self._time < 60.0


def test_a_microphone_that_comes_back_is_spoken_of() -> None:
    turns = (
        StoryLine("kaki saya kram", "cramp_now"),
        StoryLine("sudah reda", "better", "say_end:mendengar lagi", 8.0),
    )
    story = Story("a loose plug", turns, "Selamat tidur", limit=400)
    records: list[Record] = []
    microphone = LooseMicrophone(story)
    with EventLog(None, (records.append, microphone.listen)) as log:
        ear, player = TextListener(microphone), WavPlayer(None)
        ConversationLoop(open_components(microphone, ear, player, log, SessionOptions())).run()
    said = [(float(str(r["t"])), str(r["text"])) for r in records if r["event"] == "say_start"]
    [away] = [at for at, text in said if "Mikrofonnya terputus" in text]
    [back] = [at for at, text in said if "Sekarang saya mendengar lagi" in text]
    assert 30.0 <= away < 31.0 and 60.0 <= back < 61.0
    assert "Selamat tidur" in said[-1][1]
    told = [r["text"] for r in records if r["event"] == "error"]
    assert told == ["the microphone is away", "the microphone is back"]


class MutedMicrophone(StoryMicrophone):
    """A microphone that delivers nothing from second 10 to second 40, as its detector says."""

    @property
    def muted(self) -> bool:
        return 10.0 <= self._time < 40.0


def test_a_muted_microphone_is_logged_spoken_and_told_to_systemd(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    story = Story("muted", (StoryLine("", "", "never"),), "never", limit=60)
    records: list[Record] = []
    microphone = MutedMicrophone(story)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told,
        EventLog(None, (records.append, microphone.listen)) as log,
    ):
        told.bind(str(tmp_path / "notify"))
        ear, player = TextListener(microphone), WavPlayer(None)
        there = open_components(microphone, ear, player, log, SessionOptions())
        systemd = SystemdNotifier(str(tmp_path / "notify"), 30.0, lambda: microphone._time)
        ConversationLoop(replace(there, systemd=systemd)).run()
        told.setblocking(False)
        messages = []
        with suppress(BlockingIOError):
            while True:
                messages.append(told.recv(200).decode("ascii"))
    errors = [(float(str(r["t"])), r["text"]) for r in records if r["event"] == "error"]
    muted = "the microphone is muted or dead: it delivers no sound at all"
    assert [text for _, text in errors] == [muted, "the microphone is back"]
    assert [one.getMessage() for one in caplog.records] == [text for _, text in errors]
    assert [at for at, _ in errors] == [pytest.approx(10, abs=0.1), pytest.approx(40, abs=0.1)]
    said = [str(r["text"]) for r in records if r["event"] == "say_start"]
    assert said == [
        "Maaf, saya tidak mendengar apa-apa dari mikrofon.",
        "Mungkin mikrofonnya mati atau dibisukan.",
        "Tolong nyalakan mikrofonnya.",
    ]
    # the watchdog would restart it in vain, so the heartbeat goes on
    status = [f"STATUS={muted}", "STATUS=listening"]
    assert [one for one in messages if one.startswith("STATUS")] == status
    assert messages.count("WATCHDOG=1") == 5
