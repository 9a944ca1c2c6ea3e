"""Soft speech is amplified: one gain an utterance, no clipping, silence untouched."""

import numpy as np
import pytest

from assistant.audio.pcm import BLOCK, RATE, Samples, amplitude, dbfs, saturate
from assistant.audio.utterance_gain import MAX_GAIN_DB, UtteranceGain, amplify


def syllables(peak: float, seconds: float = 2.0) -> Samples:
    """A tone that swells four times a second; ``peak`` in dB of full scale."""
    at = np.arange(round(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 220 * at) * np.sin(2 * np.pi * 2 * at) ** 2
    return saturate(np.rint(32767 * amplitude(peak) * tone))


def peak_db(sound: Samples) -> float:
    return float(20 * np.log10(np.abs(sound.astype(np.int32)).max() / 32768))


@pytest.mark.parametrize("peak", [-6, -12, -15])
def test_speech_of_normal_level_is_untouched(peak: int) -> None:
    sound = syllables(peak)
    assert amplify(sound) is sound


@pytest.mark.parametrize("peak", [-20, -24, -30, -36, -44])
def test_soft_speech_comes_to_the_level_of_normal_speech(peak: int) -> None:
    assert -18 <= peak_db(amplify(syllables(peak))) <= -3


def test_the_gain_has_a_limit_and_leaves_silence_alone() -> None:
    assert peak_db(amplify(syllables(-52))) == pytest.approx(-52 + MAX_GAIN_DB, abs=0.5)
    hiss = saturate(np.rint(np.random.default_rng(4).normal(0, 8, 3 * RATE)))
    for quiet in (np.zeros(RATE, np.int16), hiss, syllables(-60), np.zeros(0, np.int16)):
        assert amplify(quiet) is quiet


@pytest.mark.parametrize("level", [-24, -36, -46])
def test_steady_noise_is_no_soft_speech(level: int) -> None:
    """Hiss and hum stay as soft as they are, with any level; with a voice over them, both rise."""
    random = np.random.default_rng(4)
    hiss = saturate(np.rint(random.normal(0, 32768 * amplitude(level - 12), 3 * RATE)))
    at = np.arange(3 * RATE) / RATE
    hum = np.rint(32767 * amplitude(level) * np.sin(2 * np.pi * 50 * at)).astype(np.int16)
    assert amplify(hiss) is hiss and amplify(hum) is hum
    voice = np.concatenate([np.zeros(RATE, np.int16), syllables(level)])
    assert dbfs(amplify(hiss // 3 + voice)) > dbfs(hiss // 3 + voice) + 9


def test_the_gain_is_the_same_all_over_an_utterance() -> None:
    """Its soft and its loud parts keep their distance: there is no pumping."""
    soft, loud = syllables(-44), syllables(-34)
    amplified = amplify(np.concatenate([soft, loud, soft]))
    parts = amplified[: len(soft)], amplified[len(soft) : -len(soft)], amplified[-len(soft) :]
    gains = [dbfs(new) - dbfs(old) for new, old in zip(parts, (soft, loud, soft), strict=True)]
    assert max(gains) - min(gains) < 0.1


def test_a_click_neither_prevents_the_gain_nor_clips() -> None:
    sound = syllables(-40)
    sound[RATE : RATE + 3] = 32767, -32768, 30000
    amplified = amplify(sound)
    assert dbfs(amplified[: RATE - 50]) - dbfs(sound[: RATE - 50]) == pytest.approx(30, abs=0.1)
    assert amplified[RATE] <= 32767 and amplified[RATE + 1] >= -32768


def test_the_limiter_bends_instead_of_cutting() -> None:
    sound = syllables(-40)
    sound[RATE : RATE + 100] = np.linspace(0, 1000, 100)
    ramp = amplify(sound)[RATE + 1 : RATE + 100].astype(np.int32)
    assert ramp.max() < 32767
    assert (np.diff(ramp) > 0).all()


def test_an_offset_is_removed_from_what_is_amplified() -> None:
    sound = saturate(syllables(-40).astype(np.int32) + 1500)
    amplified = amplify(sound)
    assert abs(float(amplified.mean())) < 1500
    assert -18 <= peak_db(amplified) < -3


@pytest.mark.parametrize("chunk", [1, 77, BLOCK, 4000])
def test_chunks_make_no_difference(chunk: int) -> None:
    random = np.random.default_rng(7)
    sound = np.concatenate([syllables(-50, 0.5), syllables(-33, 1.0), syllables(-21, 0.3)])
    sound = saturate(sound + np.rint(random.normal(0, 3, len(sound))) + 40)
    gain = UtteranceGain()
    for place in range(0, len(sound), chunk):
        gain.feed(sound[place : place + chunk])
    assert np.array_equal(gain.apply(sound), amplify(sound))
