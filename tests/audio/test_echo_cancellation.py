"""The guide's echo is not recognised as user speech, and the user is still recognised.

A simulated room with a delay of 100 ms and reflections. Synthetic speech, so the figures are
indicative only.
"""

import sys
from collections.abc import Callable

import numpy as np
import pytest
import soxr

from assistant.asr.listener import SpeechListener
from assistant.asr.listener_events import SpeechStarted, Utterance
from assistant.asr.model_store import ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.aec.canceller import DualCanceller, HalfDuplexGate, select_canceller
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.interfaces import Clip
from assistant.audio.mixer import Mixer
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.room_simulation import decaying_noise, with_direct_sound
from tests.support.fresh_process import speak_fresh
from tests.support.paths import SMALL_PHRASES

pytestmark = pytest.mark.decodes_sound

SENTENCES = (
    "Lutut lurus, tarik jari kaki ke arah tulang kering.",
    "Tahan, jangan dihentak, bernapaslah seperti biasa.",
    "Pijat betis dengan lembut dari bawah ke atas.",
    "Minum beberapa teguk air kalau haus.",
)
WISHES = ("kaki saya kram", "tunggu sebentar", "sudah reda", "saya mau minum")
DELAY = 0.1


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    return VoskRecognizer(ensure_model(SMALL_PHRASES))


@pytest.fixture(scope="module")
def guide() -> Clip:
    """Half a minute of the guide's voice, almost without a pause."""
    gap = np.zeros(SPOKEN_RATE // 4, dtype=np.int16)
    parts = [part for clip in speak_fresh(SENTENCES) * 2 for part in (clip.samples, gap)]
    return Clip(np.concatenate(parts))


def to_16k(samples: np.ndarray) -> np.ndarray:
    return soxr.resample(samples.astype(np.float64), SPOKEN_RATE, RATE)


def echo_of(guide: Clip, gain: float) -> np.ndarray:
    """What the microphone gets of the guide."""
    room = with_direct_sound(decaying_noise(np.random.default_rng(5), RATE // 4, gap=0.0), 0.5)
    wet = np.convolve(to_16k(guide.samples), room)
    return np.concatenate([np.zeros(int(DELAY * RATE)), wet]) * gain


def user(length: int) -> tuple[np.ndarray, list[tuple[float, str]]]:
    """The user's wishes, one every 5 s, and when."""
    clips = speak_fresh(WISHES, "id", 140)
    sound = np.zeros(length)
    spoken = []
    for index, (text, clip) in enumerate(zip(WISHES, clips, strict=True)):
        at = 6.0 + 5 * index
        line = to_16k(clip.samples) * 0.4
        sound[int(at * RATE) : int(at * RATE) + len(line)] = line
        spoken.append((at, text))
    return sound, spoken


def listen(
    recognizer: VoskRecognizer,
    guide: Clip,
    microphone: np.ndarray,
    handling: Callable[[SpeechListener, Mixer], None],
) -> list[SpeechStarted | Utterance]:
    """The loop of the house in small: the guide plays, the microphone hears ``microphone``."""
    mixer = Mixer()
    ear = SpeechListener(recognizer)
    handling(ear, mixer)
    mixer.reference(0)
    mixer.play(guide)
    noisy = microphone + np.random.default_rng(6).normal(0, 20, len(microphone))
    sound = np.clip(noisy, -32768, 32767).astype(np.int16)
    events: list[SpeechStarted | Utterance] = []
    for index in range(len(sound) // BLOCK):
        mixer.render(SPOKEN_RATE * BLOCK // RATE)
        heard = ear.feed(sound[index * BLOCK : (index + 1) * BLOCK])
        events += [event for event in heard if isinstance(event, SpeechStarted | Utterance)]
    return events


def full_duplex(ear: SpeechListener, mixer: Mixer) -> None:
    assert isinstance(select_canceller(mixer.reference), DualCanceller)
    ear.set_echo_reference(mixer.reference)


def none(ear: SpeechListener, mixer: Mixer) -> None:
    """Nothing is done about the echo."""


@pytest.mark.parametrize("gain", [0.2, 1.0])
def test_the_own_voice_is_not_taken_for_speech(
    recognizer: VoskRecognizer, guide: Clip, gain: float
) -> None:
    assert listen(recognizer, guide, echo_of(guide, gain), full_duplex) == []


def test_without_echo_handling_it_would_be(recognizer: VoskRecognizer, guide: Clip) -> None:
    assert listen(recognizer, guide, echo_of(guide, 0.2)[: 5 * RATE], none)


def test_the_user_is_heard_while_the_guide_speaks(recognizer: VoskRecognizer, guide: Clip) -> None:
    echo = echo_of(guide, 0.3)
    wishes, spoken = user(len(echo))
    events = listen(recognizer, guide, echo + wishes, full_duplex)
    heard = [event for event in events if isinstance(event, Utterance)]
    right = [
        text
        for at, text in spoken
        if any(one.words == text and abs(one.start - at) < 1.0 for one in heard)
    ]
    assert len(right) >= 3, heard
    onsets = [event.at for event in events if isinstance(event, SpeechStarted)]
    assert all(any(-0.2 < onset - at < 2.5 for at, _ in spoken) for onset in onsets)


@pytest.mark.parametrize("missing", ["pyaec", "pywebrtc_audio"])
def test_without_a_canceller_the_user_is_heard_between_the_sentences(
    recognizer: VoskRecognizer, guide: Clip, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-duplex, and nothing wrong is believed: AEC3 alone would make other phrases of these."""
    monkeypatch.setitem(sys.modules, missing, None)

    def half_duplex(ear: SpeechListener, mixer: Mixer) -> None:
        assert isinstance(select_canceller(mixer.reference), HalfDuplexGate)
        ear.set_echo_reference(mixer.reference)

    echo = echo_of(guide, 0.3)
    wishes, _ = user(len(echo))
    after = np.zeros(2 * RATE)
    (clip,) = speak_fresh(WISHES[:1], "id", 140)
    line = to_16k(clip.samples) * 0.4
    microphone = np.concatenate([echo + wishes, after, line, after])
    events = listen(recognizer, guide, microphone, half_duplex)
    heard = [event for event in events if isinstance(event, Utterance) and event.accepted]
    assert [event.words for event in heard] == [WISHES[0]]
    assert heard[0].start > len(echo) / RATE


def test_half_duplex_closes_the_ear_while_the_guide_can_be_heard() -> None:
    mixer = Mixer()
    handling = HalfDuplexGate(mixer.reference)
    mixer.reference(0)
    tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(SPOKEN_RATE) / SPOKEN_RATE)
    mixer.play(Clip(tone.astype(np.int16)))
    near = np.full(3 * RATE, 1000, dtype=np.int16)
    passed = []
    for index in range(len(near) // BLOCK):
        mixer.render(SPOKEN_RATE * BLOCK // RATE)
        passed.append(bool(handling.process(near[index * BLOCK :][:BLOCK])[1].any()))
    # The tone lasts 1 s, an echo of it may last 0.4 s more; the resampler is a block late.
    assert not any(passed[3:68])
    assert all(passed[75:])
