"""pyttsx3's public API on our own driver and player, in audio time."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyttsx3

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.wav_player import WavPlayer
from assistant.tts.espeak_voice import GUIDE
from assistant.tts.pyttsx3_driver import NAME, register

TOPICS = ("started-utterance", "started-word", "finished-utterance", "error")


@pytest.fixture
def log() -> list[tuple[str, dict[str, Any]]]:
    return []


@pytest.fixture
def engine(tmp_path: Path, log: list[tuple[str, dict[str, Any]]]) -> Any:
    player = WavPlayer(tmp_path / "spoken.wav")
    register(player, wait=lambda seconds: None)
    engine = pyttsx3.Engine(NAME)
    for topic in TOPICS:
        engine.connect(topic, lambda topic=topic, **details: log.append((topic, details)))
    yield engine
    player.close()


def names(log: list[tuple[str, dict[str, Any]]], topic: str) -> list[Any]:
    return [details for kind, details in log if kind == topic]


def test_every_saying_is_spoken_to_its_end_in_order(
    engine: Any, log: list[tuple[str, dict[str, Any]]], tmp_path: Path
) -> None:
    engine.say("satu dua tiga", "first")
    engine.say("empat lima", "second")
    engine.runAndWait()
    assert [end["name"] for end in names(log, "finished-utterance")] == ["first", "second"]
    assert all(end["completed"] for end in names(log, "finished-utterance"))
    assert [word["location"] for word in names(log, "started-word")] == [0, 5, 9, 0, 6]
    assert (tmp_path / "spoken.wav").stat().st_size > 2 * 2 * SPEECH_RATE


def test_stop_interrupts_and_the_next_saying_is_heard(
    engine: Any, log: list[tuple[str, dict[str, Any]]]
) -> None:
    token = engine.connect(
        "started-word", lambda **word: engine.stop() if word["location"] == 5 else None
    )
    engine.say("enam tujuh delapan sembilan")
    engine.runAndWait()
    assert [end["completed"] for end in names(log, "finished-utterance")] == [False]
    assert [word["location"] for word in names(log, "started-word")] == [0, 5]
    engine.disconnect(token)
    engine.say("sepuluh")
    engine.runAndWait()
    assert [end["completed"] for end in names(log, "finished-utterance")] == [False, True]


def test_properties_set_right_before_a_saying_count(engine: Any, tmp_path: Path) -> None:
    seconds = []
    for rate in (100, 200):
        path = tmp_path / f"{rate}.wav"
        engine.setProperty("rate", rate)
        engine.save_to_file("lutut lurus dan tarik jari kaki", str(path))
        engine.runAndWait()
        with wave.open(str(path), "rb") as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            seconds.append(len(sound) / SPEECH_RATE)
        assert np.abs(sound.astype(int)).max() > 5000
    assert engine.getProperty("rate") == 200
    assert seconds[0] > 1.6 * seconds[1]


def test_an_unknown_voice_is_an_error_and_the_old_one_stays(
    engine: Any, log: list[tuple[str, dict[str, Any]]]
) -> None:
    engine.setProperty("voice", "xyzzy")
    engine.say("halo")
    engine.runAndWait()
    assert "xyzzy" in str(names(log, "error")[0]["exception"])
    assert engine.getProperty("voice") == GUIDE
    assert names(log, "finished-utterance")[0]["completed"]
    assert "id+m3" in [voice.id for voice in engine.getProperty("voices")]
