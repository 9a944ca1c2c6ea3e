"""A louder voice amid talk without a pause, with the real recogniser: synthetic speech."""

import numpy as np
import pytest
import soxr

from assistant.asr.listener import SpeechListener
from assistant.asr.listener_events import ListenerEvent, SpeechStarted, Utterance
from assistant.asr.model_store import ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import BLOCK, RATE, FloatSamples, amplitude, rms
from tests.support.fresh_process import speak_fresh
from tests.support.paths import SMALL_PHRASES

pytestmark = pytest.mark.decodes_sound

TALK = (
    "pemerintah daerah menambah jumlah kereta menuju ibu kota",
    "harga beras di pasar naik sejak awal bulan",
    "hujan lebat turun di sebagian besar wilayah",
    "menteri berbicara di hadapan para wartawan",
)


def spoken(text: str, voice: str, level: float, words_per_minute: int = 140) -> FloatSamples:
    """``text`` at 16 kHz, cut to where it is audible, its RMS at ``level`` dBFS."""
    (clip,) = speak_fresh((text,), voice, words_per_minute)
    sound = soxr.resample(clip.samples.astype(np.float32) / 32768, SPEECH_RATE, RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    sound = sound[loud[0] : loud[-1]]
    scaled: FloatSamples = sound * np.float32(amplitude(level) / rms(sound))
    return scaled


def television(level: float) -> FloatSamples:
    """Talk without a pause, some 20 s."""
    parts = [spoken(text, "id+m7", level, 160) for text in TALK]
    return np.concatenate([*parts, *parts])


def hear(recognizer: VoskRecognizer, sound: FloatSamples) -> list[ListenerEvent]:
    """What a listener makes of ``sound``, which ends in silence."""
    ear = SpeechListener(recognizer)
    noisy = sound + np.random.default_rng(3).normal(0, 0.0006, len(sound))
    samples = np.clip(np.rint(noisy * 32768), -32768, 32767).astype(np.int16)
    events = [event for block in samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
              for event in ear.feed(block)]  # fmt: skip
    return [event for event in events + ear.flush() if isinstance(event, SpeechStarted | Utterance)]


def accepted(events: list[ListenerEvent]) -> list[str]:
    return [one.words for one in events if isinstance(one, Utterance) and one.accepted]


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    return VoskRecognizer(ensure_model(SMALL_PHRASES))


def test_a_call_over_a_television_ten_decibels_below_is_heard(recognizer: VoskRecognizer) -> None:
    sound, call = television(-38), spoken("kaki saya kram", "id+f3", -28)
    start = 8 * RATE
    sound[start : start + len(call)] += call
    events = hear(recognizer, sound)
    [words] = accepted(events)
    assert words.endswith("kaki saya kram")  # with a courtesy, perhaps: these phrases are a home's
    [heard] = [one for one in events if isinstance(one, Utterance) and one.accepted]
    assert heard.start == pytest.approx(8.0, abs=0.15)
    assert heard.end - heard.start < len(call) / RATE + 0.6
    assert [type(one) for one in events] == [SpeechStarted, Utterance] * (len(events) // 2)


def test_whoever_raises_their_voice_loses_no_words(recognizer: VoskRecognizer) -> None:
    long = "tolong ambilkan air putih hangat dari dapur belakang"
    first = spoken(long, "id+f3", -36, 120)
    then = spoken("kaki saya kram", "id+f3", -24)
    pause = np.zeros(RATE // 2, dtype=np.float32)
    events = hear(recognizer, np.concatenate([pause, first, pause[:1600], then, pause, pause]))
    assert len(first) > 3.1 * RATE
    assert accepted(events) == [long, "kaki saya kram"]
