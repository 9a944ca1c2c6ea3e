"""The app carries out what the dialogue decides: silence for the listener, and a sign of it."""

import os
import signal
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.dashboard.page import PageData, make_page
from assistant.apps.dashboard.timeline import Records
from assistant.apps.demo.story import StoryMicrophone, TextListener, load_story
from assistant.asr.listener_events import ListenerEvent
from assistant.audio.pcm import Samples
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog, Record
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue import policy
from assistant.dialogue.state import State
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.deaf_notice import DeafNotice, deaf_until
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.ear_switch import EarSwitch
from assistant.runtime.sd_notify import SystemdNotifier
from assistant.runtime.session import stopped_by_signals
from assistant.runtime.session_options import SessionOptions

NIGHT = """
title: "tidak mau didengar"
turns:
  - {user: "matikan mikrofon setengah jam", expect: deafen}
  - {user: "ya", expect: "yes", after: "say_end:Saya berhenti mendengarkan", wait: 1}
  - {user: "kaki saya kram", expect: cramp_now, after: "state:deaf", wait: 2}
ends: "Saya mendengar lagi"
limit: 120
"""


class RecordingEar(TextListener):
    """Knows of each block whether there was any sound in it."""

    def __init__(self, microphone: StoryMicrophone) -> None:
        super().__init__(microphone)
        self.sound: list[bool] = []

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """See ``Listener``."""
        self.sound.append(bool(block.any()))
        return super().feed(block)


def test_nothing_reaches_the_listener_until_the_key(tmp_path: Path) -> None:
    story, notice = tmp_path / "story.yaml", tmp_path / "deaf.json"
    story.write_text(NIGHT, encoding="utf-8")
    states: list[str] = []
    said: list[str] = []
    seen: list[bool] = []
    microphone = StoryMicrophone(load_story(story))
    ear = RecordingEar(microphone)
    loops: list[ConversationLoop] = []

    def listen(record: Record) -> None:
        if record["event"] == "state":
            states.append(record["name"])
        elif record["event"] == "say_start":
            said.append(record["text"])
        elif record["event"] == "heard" and record["text"] == "kaki saya kram":
            seen.append(notice.exists())
            ear.sound.clear()
            loops[0].ear.press_key()

    deaf_blocks: list[bool] = []

    def watch(state: State) -> bool:
        if state.name == "deaf":
            deaf_blocks.extend(ear.sound[-1:])
        return False

    with EventLog(None, (microphone.listen, listen)) as log:
        options = SessionOptions(deaf_file=notice)
        loop = ConversationLoop(open_components(microphone, ear, WavPlayer(None), log, options))
        loops.append(loop)
        loop.run(until=watch)
    assert "deaf" in states
    assert deaf_blocks and not any(deaf_blocks[1:])
    assert seen == [True] and not notice.exists()
    assert said[-1] == "Saya mendengar lagi." and not any("Kita redakan" in one for one in said)
    assert ear.sound[-1]


def test_a_restart_takes_the_sign_away(tmp_path: Path) -> None:
    path = tmp_path / "deaf.json"
    DeafNotice(path).show(600)
    assert path.exists()
    DeafNotice(path)
    assert not path.exists()
    DeafNotice(None).show(600)


def test_the_time_in_the_file(tmp_path: Path) -> None:
    path, now = tmp_path / "deaf.json", datetime.now().astimezone()
    assert deaf_until(path, now) is None
    DeafNotice(path, clock=now.timestamp).show(1800)
    until = deaf_until(path, now)
    assert until is not None and abs(until - now - timedelta(minutes=30)) < timedelta(seconds=1)
    assert deaf_until(path, now + timedelta(hours=1)) is None
    for broken in ("", "[]", '{"until": "soon"}', '{"until": 1e300}', "{"):
        path.write_text(broken)
        assert deaf_until(path, now) is None, broken


def test_the_dashboard_tells_of_it() -> None:
    now = datetime.now().astimezone()
    words = load_diary_texts(OWN_PHRASES)
    facts = PageData(Records(), words, False, (), None, "", now + timedelta(hours=1), True)
    assert "The microphone is off until" in make_page(facts, now).status.detail
    facts = PageData(Records(), words, False, (), None, "", None, True)
    assert "off until" not in make_page(facts, now).status.detail


def test_a_folder_that_cannot_be_written_does_not_stop_the_guide(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("no folder")
    notice = DeafNotice(place / "deaf.json")
    ear = EarSwitch(notice, SystemdNotifier(None))
    state = policy.initial()
    ear.follow(state, 0.0)
    block = np.ones(320, dtype=np.int16)
    assert ear.through(block).all()
    ear.follow(replace(state, deaf_until=60.0), 0.0)
    assert not ear.through(block).any() and len(ear.through(block)) == len(block)
    ear.follow(state, 61.0)
    assert ear.through(block).all()


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="there is no such signal here")
def test_the_signal_is_a_key(tmp_path: Path) -> None:
    story = tmp_path / "story.yaml"
    story.write_text(NIGHT, encoding="utf-8")
    microphone = StoryMicrophone(load_story(story))
    with EventLog(None, ()) as log:
        options = SessionOptions()
        parts = open_components(microphone, RecordingEar(microphone), WavPlayer(None), log, options)
        loop = ConversationLoop(parts)
        before = signal.getsignal(signal.SIGUSR1)
        with stopped_by_signals(loop, microphone):
            os.kill(os.getpid(), signal.SIGUSR1)
            assert loop.ear.take_key() and not loop.ear.take_key()
        assert signal.getsignal(signal.SIGUSR1) == before
