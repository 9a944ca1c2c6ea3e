"""The listener with the real recogniser: synthetic speech in a quiet room, in audio time."""

import numpy as np
import pytest
import soxr

from assistant.asr.endpointing import EndpointingConfig
from assistant.asr.listener import SpeechListener
from assistant.asr.listener_events import ListenerEvent, SpeechStarted, Utterance
from assistant.asr.model_store import ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import BLOCK, RATE
from tests.support.fresh_process import speak_fresh
from tests.support.paths import SMALL_PHRASES

pytestmark = pytest.mark.decodes_sound


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    return VoskRecognizer(ensure_model(SMALL_PHRASES))


def spoken(text: str) -> np.ndarray:
    """``text`` at 16 kHz, float, cut to where it is audible."""
    (clip,) = speak_fresh((text,), "id", 140)
    sound = soxr.resample(clip.samples.astype(np.float64), SPOKEN_RATE, RATE) * 0.4
    loud = np.flatnonzero(np.abs(sound) > 250)
    return sound[loud[0] : loud[-1]]


def room(*parts: "np.ndarray | float", noise: float = 20.0) -> np.ndarray:
    """Sounds and pauses (seconds) one after another, with noise over it all."""
    sound = np.concatenate([np.zeros(int(p * RATE)) if np.isscalar(p) else p for p in parts])
    sound += np.random.default_rng(3).normal(0, noise, len(sound))
    return np.clip(sound, -32768, 32767).astype(np.int16)


def hear(ear: SpeechListener, sound: np.ndarray) -> list[tuple[float, ListenerEvent]]:
    """Feed all of ``sound``; returns (second at which it became known, event)."""
    events: list[tuple[float, ListenerEvent]] = []
    for index in range(len(sound) // BLOCK):
        block = sound[index * BLOCK : (index + 1) * BLOCK]
        events += [((index + 1) * BLOCK / RATE, event) for event in ear.feed(block)]
    return events + [(len(sound) / RATE, event) for event in ear.flush()]


def kinds(
    events: list[tuple[float, ListenerEvent]], kind: type
) -> list[tuple[float, ListenerEvent]]:
    return [(at, event) for at, event in events if isinstance(event, kind)]


def phrases(events: list[tuple[float, ListenerEvent]]) -> list[str]:
    return [event.words for _, event in kinds(events, Utterance)]  # type: ignore[attr-defined]


def test_a_phrase_is_heard_with_its_times(recognizer: VoskRecognizer) -> None:
    voice = spoken("kaki saya kram")
    events = hear(SpeechListener(recognizer), room(2.0, voice, 2.0))
    [(noticed, started)] = kinds(events, SpeechStarted)
    [(known, heard)] = kinds(events, Utterance)
    end = 2.0 + len(voice) / RATE
    assert heard.words == "kaki saya kram"
    assert heard.accepted
    assert started.at == heard.start == pytest.approx(2.0, abs=0.15)
    assert noticed - 2.0 < 0.25
    assert heard.end == pytest.approx(end, abs=0.12)
    assert known - end < 0.3


@pytest.mark.parametrize("peak", [-12, -42])
def test_a_soft_microphone_hears_as_well(recognizer: VoskRecognizer, peak: int) -> None:
    voice = spoken("kaki saya kram")
    voice *= 32768 * 10 ** (peak / 20) / np.abs(voice).max()
    events = hear(SpeechListener(recognizer), room(2.0, voice, 2.0, noise=1.0))
    [(noticed, _)] = kinds(events, SpeechStarted)
    [(_, heard)] = kinds(events, Utterance)
    assert heard.words == "kaki saya kram" and heard.accepted
    assert noticed - 2.0 < 0.25


def test_each_of_several_phrases_is_heard_once(recognizer: VoskRecognizer) -> None:
    texts = ["kaki saya kram", "tunggu sebentar", "sudah reda", "kaki saya kram"]
    parts = [part for text in texts for part in (1.5, spoken(text))]
    events = hear(SpeechListener(recognizer), room(*parts, 1.0))
    assert phrases(events) == texts
    order = [type(event) for _, event in events if isinstance(event, SpeechStarted | Utterance)]
    assert order == [SpeechStarted, Utterance] * len(texts)


def test_a_breath_in_the_middle_does_not_cut_the_phrase(recognizer: VoskRecognizer) -> None:
    sound = room(1.5, spoken("kaki saya"), 0.8, spoken("kram"), 2.0)
    assert phrases(hear(SpeechListener(recognizer), sound)) == ["kaki saya kram"]


def test_patience_can_be_chosen(recognizer: VoskRecognizer) -> None:
    sound = room(1.5, spoken("kaki saya"), 0.8, spoken("kram"), 2.0)
    hasty = EndpointingConfig(after_partial=0.4, after_whole=0.4)
    assert len(phrases(hear(SpeechListener(recognizer, hasty), sound))) == 2


def test_a_phrase_that_may_go_on_is_waited_for(recognizer: VoskRecognizer) -> None:
    longer = room(1.5, spoken("saya mau minum"), 0.35, spoken("air putih"), 2.0)
    assert phrases(hear(SpeechListener(recognizer), longer)) == ["saya mau minum air putih"]


def test_the_state_counts_from_the_next_phrase_on(recognizer: VoskRecognizer) -> None:
    ear = SpeechListener(recognizer, state="conversation")
    wait = room(1.0, spoken("tunggu sebentar"), 1.2)
    assert phrases(hear(ear, wait)) == ["tunggu sebentar"]
    ear.set_grammar("idle")
    [(_, refused)] = kinds(hear(ear, wait), Utterance)
    assert refused.words != "tunggu sebentar"
    assert phrases(hear(ear, room(1.0, spoken("kaki saya kram"), 1.2))) == ["kaki saya kram"]


def test_a_file_that_ends_in_mid_phrase_is_decoded(recognizer: VoskRecognizer) -> None:
    events = hear(SpeechListener(recognizer), room(1.0, spoken("sudah reda")))
    assert phrases(events) == ["sudah reda"]


def test_endless_speech_is_ended_after_a_while(recognizer: VoskRecognizer) -> None:
    parts = [part for _ in range(12) for part in (spoken("saya mau minum air putih"), 0.1)]
    ear = SpeechListener(recognizer, EndpointingConfig(longest=5.0))
    events = hear(ear, room(1.0, *parts, 1.5))
    times = [heard.end - heard.start for _, heard in kinds(events, Utterance)]
    assert max(times) < 5.2
    assert len(times) >= 3


HUM = 3000 * np.sin(2 * np.pi * 50 * np.arange(20 * RATE) / RATE)
CLIPPED = np.sign(np.sin(2 * np.pi * 97 * np.arange(20 * RATE) / RATE)) * 32767


@pytest.mark.parametrize(
    ("sound", "noise"),
    [
        (np.zeros(20 * RATE), 0.0),
        (np.zeros(20 * RATE), 30.0),
        (np.zeros(20 * RATE), 3000.0),
        (np.full(20 * RATE, 9000.0), 30.0),
        (HUM, 30.0),
        (CLIPPED, 30.0),
    ],
    ids=["nothing", "quiet room", "loud hiss", "offset", "hum", "clipped tone"],
)
def test_noise_is_not_speech(recognizer: VoskRecognizer, sound: np.ndarray, noise: float) -> None:
    assert hear(SpeechListener(recognizer), room(sound.copy(), noise=noise)) == []


@pytest.mark.parametrize("disturbance", ["offset", "hum", "hiss", "clipping"])
def test_speech_is_heard_through_disturbances(recognizer: VoskRecognizer, disturbance: str) -> None:
    sound = room(2.5, spoken("kaki saya kram"), 1.5).astype(float)
    time = np.arange(len(sound)) / RATE
    disturbed = {
        "offset": sound + 6000,
        "hum": sound + 400 * np.sin(2 * np.pi * 50 * time),
        "hiss": sound + np.random.default_rng(4).normal(0, 150, len(sound)),
        "clipping": sound * 6,
    }[disturbance]
    clipped = np.clip(disturbed, -32768, 32767).astype(np.int16)
    assert phrases(hear(SpeechListener(recognizer), clipped)) == ["kaki saya kram"]
