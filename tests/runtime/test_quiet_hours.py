"""The section [sound] of config.toml and its effects: devices, endpointing, quiet hours."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.demo.story import Story, StoryMicrophone, TextListener
from assistant.asr.endpointing import EndpointingConfig
from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.mixer import LONG_CUE, Mixer
from assistant.audio.pcm import BLOCK, RATE, amplitude, truncate_to_int16
from assistant.audio.room_noise import SILENCE, RoomNoise
from assistant.audio.room_simulation import pink_noise
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog, Record
from assistant.dialogue.acts import Say
from assistant.runtime.act_player import ActPlayer
from assistant.runtime.composition import open_components
from assistant.runtime.config import AudioConfig, load_config
from assistant.runtime.quiet_hours import QuietHours, acknowledgements
from assistant.runtime.session_options import SessionOptions
from assistant.tts.espeak_voice import EspeakVoice

NOBODY = StoryMicrophone(Story("nobody speaks", (), "", limit=1))

NIGHT = """
[sound]
microphone = "USB"
barge_in = "any"
duplex = "half"
patience = "slow"
night_from = "22:30"
night_to = "06:00"
night_volume = 0.4
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    sound = load_config(written(tmp_path, NIGHT)).sound
    assert sound == AudioConfig(
        "USB", None, "any", "half", 1.7, time(22, 30), time(6), night_volume=0.4
    )
    assert sound.endpointing().after_partial == pytest.approx(
        1.7 * EndpointingConfig().after_partial
    )
    assert sound.endpointing().onset == EndpointingConfig().onset
    assert load_config(written(tmp_path, "")).sound == AudioConfig()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('barge_in = "always"', '"commands", "any", "off"'),
        ('duplex = "full"', '"auto", "half"'),
        ('night_from = "25:00"', '"22:00"'),
        ('night_from = "22:00+07:00"', '"22:00" or "22.00"'),
        ('night_from = "22:00Z"', '"22:00" or "22.00"'),
        ('night_from = "2200"', '"22:00" or "22.00"'),
        ('night_from = "22"', '"22:00" or "22.00"'),
        ('night_to = "21.45.00"', '"22:00" or "22.00"'),
        ('night_to = "05:30:00.5"', '"22:00" or "22.00"'),
        ('night_to = "٠٥:٣٠"', '"22:00" or "22.00"'),
        ("night_to = 05:30:00", '"22:00" or "22.00"'),
        ("night_volume = 2.0", "from 0.1 to 1.0"),
        ("patience = 2", '"quick", "normal", "slow"'),
    ],
)
def test_a_wrong_value_is_pointed_at(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(InputError, match=f"line 2.*{told}"):
        load_config(written(tmp_path, f"[sound]\n{line}\n"))


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [("21.45", time(21, 45)), ("05.30", time(5, 30)), ("21:45", time(21, 45)), ("00:00", time())],
)
def test_both_spellings_of_a_time(tmp_path: Path, written_as: str, meant: time) -> None:
    config = load_config(written(tmp_path, f'[sound]\nnight_to = "{written_as}"\n'))
    assert config.sound.night_to == meant


@pytest.mark.parametrize(
    ("now", "begin", "end", "part"),
    [
        (time(23), time(22), time(6), 0.5),
        (time(3), time(22), time(6), 0.5),
        (time(6), time(22), time(6), 1.0),
        (time(21, 59), time(22), time(6), 1.0),
        (time(14), time(13), time(15), 0.5),
        (time(15), time(13), time(15), 1.0),
        (time(3), None, time(6), 1.0),
    ],
)
def test_the_night_goes_by_the_clock(now: time, begin: time | None, end: time, part: float) -> None:
    audio = AudioConfig(night_from=begin, night_to=end)
    assert QuietHours(audio, clock=lambda: now).volume() == part


@pytest.mark.parametrize(
    ("noise_db", "part"), [(-100, 0.25), (-64, 0.25), (-52, 0.25), (-46, 0.5), (-30, 1.0)]
)
def test_at_night_the_voice_is_raised_over_a_fan(noise_db: float, part: float) -> None:
    audio = AudioConfig(night_from=time(22), night_volume=0.25)
    at_night = QuietHours(audio, clock=lambda: time(23))
    assert at_night.volume(noise_db) == pytest.approx(part, abs=0.01)
    assert QuietHours(audio, clock=lambda: time(12)).volume(noise_db) == 1.0


def test_the_noise_of_a_room_is_what_does_not_pause() -> None:
    fan = pink_noise(30 * RATE, np.random.default_rng(1)) * amplitude(-45.0)
    speech = EspeakVoice("id+m3").speak("kaki saya kram, tolong, kaki kanan saya kram sekali")
    said = np.zeros(len(fan))
    for begin in range(0, len(fan) - len(speech.samples), 6 * RATE):
        said[begin : begin + len(speech.samples)] += 0.3 * speech.samples / 32768
    alone = _noise_in(fan)
    assert alone == pytest.approx(-48.0, abs=3.0)  # the softer of its blocks
    assert _noise_in(fan + said) == pytest.approx(alone, abs=2.0)
    assert _noise_in(fan / 10) == pytest.approx(alone - 20, abs=1.0)
    assert _noise_in(0 * fan) == _noise_in(fan[:RATE]) == SILENCE


def _noise_in(sound: np.ndarray) -> float:
    room = RoomNoise()
    for block in truncate_to_int16(sound)[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK):
        room.feed(block)
    return room.level


def test_at_night_a_tone_says_yes_and_everything_else_is_spoken() -> None:
    records: list[Record] = []
    night = AudioConfig(night_from=time(22))
    with EventLog(None, (records.append,)) as log:
        there = open_components(
            NOBODY, TextListener(NOBODY), WavPlayer(None), log, SessionOptions()
        )
        replaceable = acknowledgements(there.script)
        for now, answers in ((time(23), "cue"), (time(12), "cue"), (time(23), "words")):
            audio = replace(night, night_answers=answers)
            quiet = QuietHours(audio, replaceable, lambda now=now: now)
            performer = ActPlayer(there.voice, there.player, log, quiet.earcon_is_enough)
            for text in ("Baik, saya tunggu.", "Baik, kaki kiri."):
                performer.perform((Say(text),), 0.0)
            assert not performer.finished(0.1)
    told = [record.get("text", record.get("name")) for record in records
            if record["event"] in ("say_start", "cue")]  # fmt: skip
    both = ["Baik, saya tunggu.", "Baik, kaki kiri."]
    assert told == ["heard", "Baik, kaki kiri.", *both, *both]


def test_the_night_of_the_configuration_is_in_the_loop_but_not_over_a_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, '[sound]\nnight_from = "12:00"\n'))
    all_day = replace(config.sound, night_to=time(11, 59, 59, 999_999))
    config = replace(config, sound=all_day)
    yes = "Baik, saya tunggu."
    for recording, part in ((None, 0.5), (tmp_path / "in.wav", 1.0)):
        options = SessionOptions(config, input=recording)
        with EventLog(None) as log:
            there = open_components(NOBODY, TextListener(NOBODY), WavPlayer(None), log, options)
        assert there.quiet_hours.volume() == part
        assert there.quiet_hours.earcon_is_enough(yes) == (part < 1)


def test_a_tone_takes_its_time_like_the_words_it_stands_for() -> None:
    with EventLog(None) as log:
        performer = ActPlayer(EspeakVoice(), WavPlayer(None), log, lambda text: True)
        performer.perform((Say("Baik.", pause=0.5),), 1.0)
        assert not performer.finished(1.3)
        assert performer.finished(1.8)


def loud(seconds: float) -> Clip:
    wave = 8000 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * SPEECH_RATE)) / SPEECH_RATE)
    return Clip(wave.astype(np.int16))


def peak(samples: np.ndarray) -> int:
    return int(np.abs(samples.astype(int)).max())


def test_at_night_a_sentence_is_softer_and_begins_gently() -> None:
    mixer = Mixer()
    mixer.dim(0.5)
    mixer.play(loud(2.0))
    first, _, later = (
        mixer.render(n) for n in (SPEECH_RATE // 50, SPEECH_RATE // 2, SPEECH_RATE // 2)
    )
    assert peak(first) < 0.4 * peak(later)
    assert peak(later) == pytest.approx(4000, rel=0.02)


def test_the_alarm_is_as_loud_at_night() -> None:
    mixer = Mixer()
    mixer.dim(0.5)
    mixer.cue(loud(0.2))
    assert peak(mixer.render(SPEECH_RATE // 10)) == pytest.approx(4000, rel=0.02)
    mixer.render(SPEECH_RATE)
    mixer.cue(loud((LONG_CUE + 10) / SPEECH_RATE))
    assert peak(mixer.render(SPEECH_RATE // 10)) == pytest.approx(8000, rel=0.02)
