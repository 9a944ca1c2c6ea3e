"""Steady noise is taken away where there is much of it, and clean speech is left alone."""

import numpy as np
import pytest

from assistant.audio.noise_reduction import NoiseReduction, quietest, without_noise
from assistant.audio.pcm import BLOCK, RATE, Samples, amplitude, dbfs, saturate
from assistant.audio.room_simulation import pink_noise
from assistant.audio.utterance_gain import UtteranceGain

VOICE = slice(RATE, 3 * RATE)


def utterance(noise_db: float) -> Samples:
    """A second of noise, two of a swelling tone that peaks at -12 dBFS over it, and another."""
    at = np.arange(2 * RATE) / RATE
    tone = amplitude(-12.0) * np.sin(2 * np.pi * 220 * at) * np.sin(2 * np.pi * 2 * at) ** 2
    sound = np.zeros(4 * RATE)
    sound[VOICE] = tone
    noise = pink_noise(len(sound), np.random.default_rng(7)) * amplitude(noise_db)
    return saturate(np.rint(32767 * (sound + noise)))


def is_noisy(sound: Samples) -> bool:
    gain = UtteranceGain()
    gain.feed(sound)
    return gain.is_noisy


@pytest.mark.parametrize("noise_db", [-30.0, -36.0, -42.0])
def test_loud_noise_makes_an_utterance_noisy_and_is_taken_away(noise_db: float) -> None:
    sound = utterance(noise_db)
    assert is_noisy(sound)
    reduced = without_noise(sound)
    assert reduced.shape == sound.shape
    assert reduced.dtype == np.int16
    assert dbfs(reduced[: RATE // 2]) < dbfs(sound[: RATE // 2]) - 6
    assert dbfs(reduced[VOICE]) == pytest.approx(dbfs(sound[VOICE]), abs=2.5)


@pytest.mark.parametrize("noise_db", [-70.0, -60.0])
def test_the_noise_of_a_quiet_night_is_none(noise_db: float) -> None:
    assert not is_noisy(utterance(noise_db))


def test_silence_and_noise_alone_are_not_noisy() -> None:
    hiss = saturate(np.rint(np.random.default_rng(4).normal(0, 300, 3 * RATE)))
    for sound in (np.zeros(RATE, np.int16), hiss, np.zeros(0, np.int16)):
        assert not is_noisy(sound)


@pytest.mark.parametrize("size", [1, 100, 320, 5000])
def test_chunks_do_not_matter(size: int) -> None:
    """What comes out is the same in chunks, but for less than 10 ms that are still to come."""
    sound = utterance(-36.0)[: RATE + 123]
    reduction = NoiseReduction(sound)
    parts = [reduction.apply(sound[at : at + size]) for at in range(0, len(sound), size)]
    found = np.concatenate(parts)
    assert 0 <= len(sound) - len(found) < RATE // 100
    assert np.array_equal(found, without_noise(sound)[: len(found)])


def test_the_quietest_blocks_are_the_noise() -> None:
    loud = np.full(3 * BLOCK, 0, np.int16)
    loud[::2] = 8000
    soft = np.tile(np.array([0, 50], np.int16), BLOCK)
    assert np.array_equal(quietest(np.concatenate([loud, soft])), soft[:BLOCK])
    assert len(quietest(np.zeros(0, np.int16))) == 0
    assert len(without_noise(np.zeros(5, np.int16))) == 5
