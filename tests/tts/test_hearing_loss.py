"""The voice for ears that have lost high tones: gains, level, limiter; and that it is played."""

import math
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import Samples, rms
from assistant.core.errors import InputError
from assistant.runtime.composition import prerendering
from assistant.runtime.config import SpeakingConfig, load_config
from assistant.runtime.guide_voice import open_guide_voice
from assistant.tts.clip_store import Prerenderer
from assistant.tts.counted_hold import render_hold
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.hearing_loss import EqualizedVoice, equalized, limit, prescribed_gains
from tests.support.paths import DATA

SENTENCE = "Lutut lurus, tarik jari kaki ke arah tulang kering."


@pytest.fixture(scope="module")
def spoken() -> Samples:
    return EspeakVoice().speak(SENTENCE).samples


def tone(frequency: float, height: float = 1000) -> Samples:
    time = np.arange(SPEECH_RATE) / SPEECH_RATE
    return (height * np.sin(2 * math.pi * frequency * time)).astype(np.int16)


def energy(samples: Samples, low: float, high: float) -> float:
    """Energy between two frequencies in dB."""
    frequencies = np.fft.rfftfreq(len(samples), 1 / SPEECH_RATE)
    band = (frequencies >= low) & (frequencies < high)
    return float(10 * np.log10(np.sum(np.abs(np.fft.rfft(samples.astype(float))[band]) ** 2)))


def test_the_gains_are_those_of_the_rule() -> None:
    # by hand: X = 0.05 (25 + 35 + 40), gain = X + 0.31 threshold + constant, not below 0
    assert prescribed_gains((20, 25, 35, 40, 50, 60)) == pytest.approx(
        (0, 4.75, 16.85, 16.4, 18.5, 21.6)
    )
    assert prescribed_gains((0, 0, 0, 0, 0, 0)) == (0, 0, 1, 0, 0, 0)


@pytest.mark.parametrize(("frequency", "gain"), [(1000, 12.75), (2000, 13.85), (4000, 15.95)])
def test_high_tones_gain_what_is_prescribed_beside_low_ones(frequency: int, gain: float) -> None:
    together = equalized(tone(150) + tone(frequency))
    difference = energy(together, frequency - 50, frequency + 50) - energy(together, 100, 200)
    assert difference == pytest.approx(gain, abs=0.7)


def test_consonants_gain_and_the_level_stays(spoken: Samples) -> None:
    louder = equalized(spoken)
    assert len(louder) == len(spoken)
    assert rms(louder.astype(float)) == pytest.approx(rms(spoken.astype(float)), rel=0.02)
    assert energy(louder, 3000, 8000) > energy(spoken, 3000, 8000) + 5
    assert energy(louder, 100, 300) < energy(spoken, 100, 300) - 5


def test_nothing_is_early_or_late_wherever_it_is() -> None:
    responses = []
    for place in (1500, 3840, 3900, 9000):  # in one block of the filter, and across two
        click = np.zeros(12_000, dtype=np.int16)
        click[place] = 8000
        around = equalized(click)[place - 127 : place + 128].astype(int)
        assert int(np.argmax(np.abs(around))) == 127
        responses.append(around)
    assert np.abs(np.diff(responses, axis=0)).max() <= 1


def test_peaks_are_turned_down_and_not_clipped() -> None:
    sound = np.concatenate([tone(200, 3000)[:8000], tone(2000, 32000)[:4000], tone(200, 3000)])
    full = (sound / 32768).astype(np.float32)
    limited = limit(full * np.float32(3))
    assert np.abs(limited).max() <= 0.95
    assert np.array_equal(limited[:7000], (full * np.float32(3))[:7000]), "far from the peak"
    gain = limited[full != 0] / (3 * full[full != 0])
    assert np.abs(np.diff(gain)).max() < 0.01, "no click"


def test_a_loud_consonant_is_not_clipped() -> None:
    low, high = tone(200, 12_000), tone(2000, 12_000)
    high[:8000] = 0
    high[9500:] = 0
    made = equalized(low + high)
    assert np.abs(made.astype(int)).max() <= 0.951 * 32_768
    third_harmonic = energy(made[8200:9300], 5900, 6100) - energy(made[8200:9300], 1900, 2100)
    assert third_harmonic < -35, "clipped, it would be at -25 dB"


@pytest.mark.parametrize("count", [0, 1, 100])
def test_short_clips_keep_their_length(count: int) -> None:
    assert len(equalized(np.ones(count, dtype=np.int16))) == count


def test_silence_stays_silent() -> None:
    assert not equalized(np.zeros(5000, dtype=np.int16)).any()


def test_the_configured_voice_is_equalised_and_no_other(tmp_path: Path, spoken: Samples) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[speaking]\nhearing = "high_tone_loss"\n', encoding="utf-8")
    voice = open_guide_voice(load_config(file).speaking)
    own = open_guide_voice(SpeakingConfig())
    assert energy(voice.speak(SENTENCE).samples, 3000, 8000) > energy(spoken, 3000, 8000) + 5
    assert energy(own.speak(SENTENCE).samples, 3000, 8000) < energy(spoken, 3000, 8000) + 1
    hold = render_hold(voice, 5.0, [(1.0, "satu"), (2.0, "dua")])
    assert len(hold.samples) == 5 * SPEECH_RATE


def test_an_unknown_hearing_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[speaking]\nhearing = "deaf"\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 2: 'hearing'.*high_tone_loss"):
        load_config(file)


def test_a_slow_voice_is_still_rendered_in_advance(tmp_path: Path) -> None:
    speaking = SpeakingConfig(voice=DATA / "tiny-voice.onnx", hearing="high_tone_loss")
    voice = open_guide_voice(speaking, tmp_path)
    assert isinstance(voice, EqualizedVoice)
    with Prerenderer(voice, [SENTENCE]) as renderer:
        renderer.wait()
    (file,) = tmp_path.rglob("*.wav")
    assert file.stat().st_size > 10_000
    with prerendering(EqualizedVoice(EspeakVoice())):
        pass
