"""End to end on a virtual sound card: from microphone input to loudspeaker output."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.audio.interfaces import SPEECH_RATE
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT, SUPPORT

pytestmark = pytest.mark.alone

GUARD = (sys.executable, str(SUPPORT / "no_network.py"))
"""A network socket would be the end of it."""


class Listening:
    """``kram listen`` as a process of its own on the card, and its events."""

    def __init__(self, card: VirtualSoundCard, folder: Path, kram: tuple[str, ...]) -> None:
        self.card = card
        self._events = folder / "events.jsonl"
        home = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
        self.process = subprocess.Popen(
            [*GUARD, sys.executable, *kram, "listen", "--events", str(self._events)],
            cwd=ROOT,
            env={**card.environment, **home},
            stderr=subprocess.PIPE,
        )

    def events(self) -> list[dict[str, object]]:
        if not self._events.exists():
            return []
        lines = self._events.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def wait_for(self, event: str, part: str = "", seconds: float = 30.0) -> None:
        """Wait until ``event``, with ``part`` in its text or name, is logged."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for record in self.events():
                if record["event"] == event and part in str(record.get("text", record.get("name"))):
                    return
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
            time.sleep(0.1)
        raise AssertionError(f"no {event} {part!r} in {self.events()}")

    def say(self, text: str) -> None:
        """Speak into the microphone, and wait until it is said."""
        (clip,) = speak_fresh((text,), "id", 175)
        silence = np.zeros(SPEECH_RATE // 5, dtype=np.int16)
        samples = np.concatenate([silence, clip.samples, silence])
        assert self.card.play_into_microphone(samples, SPEECH_RATE).wait(20) == 0

    def has(self, event: str, part: str) -> bool:
        """Whether ``event``, with ``part`` in its text or name, was logged."""
        return any(
            record["event"] == event and part in str(record.get("text", record.get("name")))
            for record in self.events()
        )

    def insist(self, text: str, event: str, part: str, times: int = 5) -> None:
        """Say ``text`` until ``event`` is logged, as people do with a guide that goes on talking.

        A machine that runs many tests at once loses blocks of sound, and what is left of a
        word is not always the word.
        """
        for _ in range(times):
            self.say(text)
            deadline = time.monotonic() + 8.0
            while time.monotonic() < deadline:
                if self.has(event, part):
                    return
                time.sleep(0.1)
        raise AssertionError(f"no {event} {part!r} after {times} times {text!r}: {self.events()}")

    def stop(self) -> int:
        """End it as a supervisor does; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(5)
        if self.process.stderr:
            self.process.stderr.close()
        return code


def at_night(folder: Path, *kram: str) -> Iterator[Listening]:
    with VirtualSoundCard() as card:
        listening = Listening(card, folder, kram)
        try:
            yield listening
        finally:
            listening.process.kill()
            listening.process.wait(5)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    yield from at_night(tmp_path, "-m", "assistant.apps.cli")


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[Listening]:
    """Where PortAudio gets stuck as soon as the server is gone."""
    yield from at_night(tmp_path, str(SUPPORT / "hung_portaudio.py"))


def test_what_portaudio_cannot_let_go_of_is_left_behind(stuck: Listening) -> None:
    """The program begins anew in its own place, and the guide goes on where it was."""
    stuck.wait_for("ready", "None")
    time.sleep(1.0)
    stuck.insist("kaki saya kram", "say_start", "Ujung kaki jangan")
    stuck.card.kill()
    stuck.wait_for("error", "the microphone is away")
    time.sleep(4.0)
    stuck.card.start()
    started = time.monotonic()
    while sum(record["event"] == "ready" for record in stuck.events()) < 2:
        assert time.monotonic() < started + 15, stuck.events()
        time.sleep(0.1)
    stuck.wait_for("say_start", "Sekarang saya mendengar lagi")
    stuck.wait_for("say_start", "Kita lanjutkan")
    stuck.insist("berhenti", "state", "idle")
    assert stuck.stop() == 0


def test_a_stuck_program_ends_at_once_when_it_is_told_to(stuck: Listening) -> None:
    stuck.wait_for("ready", "None")
    stuck.card.kill()
    stuck.wait_for("error", "the microphone is away")
    time.sleep(3.0)
    begun = time.monotonic()
    assert stuck.stop() == 0
    assert time.monotonic() - begun < 2.0


def test_a_cramp_at_night(listening: Listening, tmp_path: Path) -> None:
    listening.wait_for("ready", "None")
    time.sleep(1.0)
    recording = listening.card.record()
    listening.say("kaki saya kram")
    listening.wait_for("say_start", "Saya di sini")
    listening.wait_for("say_end", "Saya di sini")
    sound = recording.stop().astype(np.float64)
    assert np.sqrt(np.mean(sound**2)) > 100, "the guide cannot be heard"
    listening.insist("berhenti", "state", "idle")
    time.sleep(1.0)
    spoken = [record for record in listening.events() if record["event"] == "say_start"]
    assert "berhenti" in str(spoken[-1]["text"])
    begun = time.monotonic()
    assert listening.stop() == 0
    assert time.monotonic() - begun < 2.0
    assert (tmp_path / "data" / "kram" / "diary.sqlite").exists()


def test_phrases_try_does_not_wait_for_ever_for_a_muted_microphone(tmp_path: Path) -> None:
    """The card delivers exact zeros while nothing is played into its microphone."""
    own = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with VirtualSoundCard() as card:
        done = subprocess.run(
            [sys.executable, "-m", "assistant.apps.cli", "phrases", "try", "--microphone"],
            cwd=ROOT, env={**card.environment, **own}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 3 and done.stdout == ""
    assert "the microphone is muted or dead" in done.stderr and "Traceback" not in done.stderr
