"""A user's Piper voice; here a 650-byte one that hums (make_tiny_voice.py)."""

import logging
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog, Record
from assistant.runtime.composition import open_components, prerendering
from assistant.runtime.config import Config, SpeakingConfig, load_config
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.guide_voice import open_voice
from assistant.runtime.session_options import SessionOptions
from assistant.tts.clip_store import Prerenderer
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.piper_voice import CALM_LENGTH_SCALE, PiperVoice
from tests.support.paths import DATA

TINY = DATA / "tiny-voice.onnx"
TEXT = "Tarik jari kaki."


@pytest.fixture(scope="module")
def voice() -> PiperVoice:
    return PiperVoice(TINY)


def test_text_becomes_sound_at_our_rate(voice: PiperVoice) -> None:
    clip = voice.speak("satu")
    # the phonemes s ˈ a t u, blanks between them, and two marks: 1,024 samples at 16 kHz each
    phonemes = clip.seconds / (1024 * CALM_LENGTH_SCALE / 16_000)
    assert 10 < phonemes < 16
    assert clip.samples.dtype == np.int16 and np.abs(clip.samples.astype(int)).max() > 20_000
    assert voice.speak("").seconds == 0
    assert voice.speak("satu") is clip


def test_the_pace_is_obeyed(voice: PiperVoice) -> None:
    normal, slow = voice.speak(TEXT).seconds, voice.speak(TEXT, 0.5).seconds
    assert slow == pytest.approx(2 * normal, rel=0.02)


def test_espeak_speaks_beside_it(voice: PiperVoice) -> None:
    """Both carry an espeak-ng of their own, in one process."""
    espeak = EspeakVoice()
    before = espeak.speak("dua puluh").seconds
    voice.speak("dua puluh lima")
    assert espeak.speak("tiga puluh").seconds > 0.3
    assert EspeakVoice().speak("dua puluh").seconds == pytest.approx(before, rel=0.1)


def test_what_was_spoken_is_kept_for_the_next_start(tmp_path: Path) -> None:
    first = PiperVoice(TINY, tmp_path).speak(TEXT)
    (file,) = tmp_path.rglob("*.wav")
    assert np.array_equal(PiperVoice(TINY, tmp_path).speak(TEXT).samples, first.samples)
    with wave.open(str(file), "wb") as marked:
        marked.setparams((1, 2, SPEECH_RATE, 0, "NONE", ""))
        marked.writeframes(bytes(2 * 500))
    assert len(PiperVoice(TINY, tmp_path).speak(TEXT).samples) == 500
    file.write_bytes(b"RIFF damaged")
    assert np.array_equal(PiperVoice(TINY, tmp_path).speak(TEXT).samples, first.samples)
    assert len(PiperVoice(TINY, tmp_path).speak(TEXT, 0.9).samples) > len(first.samples)


def test_another_voice_takes_the_place_of_the_first(tmp_path: Path) -> None:
    PiperVoice(TINY, tmp_path / "store").speak(TEXT)
    other = tmp_path / "other.onnx"
    shutil.copyfile(TINY, other)
    description = TINY.with_name(TINY.name + ".json").read_text("utf-8")
    other.with_name("other.onnx.json").write_text(description.replace("0.667", "0.5"), "utf-8")
    PiperVoice(other, tmp_path / "store").speak(TEXT)
    assert len(list((tmp_path / "store").iterdir())) == 1


def test_everything_is_made_beforehand(tmp_path: Path) -> None:
    voice = PiperVoice(TINY, tmp_path)
    texts = ["satu", "dua", "tiga"]
    with Prerenderer(voice, texts) as work:
        work.wait()
    assert len(list(tmp_path.rglob("*.wav"))) == 3
    with Prerenderer(voice, [f"kalimat {number}" for number in range(5000)]):
        pass  # ends at once, not after five thousand sentences
    assert len(list(tmp_path.rglob("*.wav"))) < 100
    with prerendering(EspeakVoice()):
        pass  # the usual voice needs no time


BROKEN = {"none.onnx": None, "empty.onnx": b"", "noise.onnx": b"\x08\x07" * 900}


@pytest.mark.parametrize("name", BROKEN)
def test_without_a_usable_file_the_usual_voice_speaks(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, content = tmp_path / name, BROKEN[name]
    if content is not None:
        path.write_bytes(content)
        shutil.copyfile(TINY.with_name(TINY.name + ".json"), tmp_path / f"{name}.json")
    with pytest.raises(InputError, match=name):
        PiperVoice(path)
    with caplog.at_level(logging.WARNING):
        assert open_voice(path).speak("halo").seconds > 0.2
    assert "the usual voice speaks instead" in caplog.text


def test_a_description_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "voice.onnx"
    shutil.copyfile(TINY, path)
    with pytest.raises(InputError, match=r"voice.onnx.json, which is not there"):
        PiperVoice(path)
    for text in ("", "[]", "{}"):
        path.with_name("voice.onnx.json").write_text(text)
        with pytest.raises(InputError, match="is not a Piper voice"):
            PiperVoice(path)


def test_it_is_interrupted_like_every_voice(tmp_path: Path) -> None:
    events: list[Record] = []
    turns = (
        StoryLine("kaki saya kram", "cramp_now", "ready", 0.5),
        StoryLine("berhenti", "stop", "say_start:Saya di sini", 0.5),
    )
    microphone = StoryMicrophone(Story("x", turns, "kita berhenti"))
    heard = tmp_path / "heard.wav"
    player = WavPlayer(heard)
    with EventLog(None, (events.append, microphone.listen)) as log:
        settings = SessionOptions(
            Config(speaking=SpeakingConfig(TINY)), speech_cache=tmp_path / "store"
        )
        house = open_components(microphone, TextListener(microphone), player, log, settings)
        assert isinstance(house.voice, PiperVoice)
        ConversationLoop(house).run()
    player.close()
    said = [event for event in events if event["event"] == "say_end"]
    assert said[0]["interrupted"] is True and "berhenti" in str(said[-1]["text"])
    assert list((tmp_path / "store").rglob("*.wav"))
    with wave.open(str(heard), "rb") as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    assert np.abs(sound.astype(int)).max() > 3000


def test_it_is_one_line_of_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert load_config(path).speaking.voice is None
    path.write_text('[speaking]\nvoice = "~/id_ID-news_tts-medium.onnx"\n')
    assert load_config(path).speaking.voice == Path.home() / "id_ID-news_tts-medium.onnx"
    path.write_text('[speaking]\nvoice = "news.onnx"\n')
    with pytest.raises(InputError, match=r"line 2: 'voice' must be an absolute path"):
        load_config(path)
    path.write_text('[speaking]\nvoice = ""\n')
    assert load_config(path).speaking.voice is None
