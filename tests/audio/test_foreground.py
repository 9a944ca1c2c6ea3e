"""Others who talk before and after the speaker are cut off and dimmed; one speaker never is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.foreground import foreground
from assistant.audio.pcm import RATE, Samples, amplitude, dbfs, saturate


def voice(level: float, seconds: float) -> Samples:
    """Noise whose level rises and falls four times a second; ``level`` of its peak in dBFS."""
    at = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(round(1000 * seconds)).normal(0, 0.25, len(at))
    swell = 0.2 + 0.8 * np.sin(2 * np.pi * 2 * at) ** 2
    return saturate(np.rint(32767 * amplitude(level) * np.clip(noise, -1, 1) * swell))


def joined(*parts: Samples) -> Samples:
    return np.concatenate(parts)


SILENCE = np.zeros(RATE, np.int16)
WORD = voice(-6, 0.75)


def test_a_word_between_softer_talk_is_left_with_a_dimmed_edge() -> None:
    own = foreground(joined(voice(-18, 3), WORD, voice(-18, 2)))
    assert own is not None
    edge = len(own) - len(WORD)
    assert RATE // 2 < edge < 2 * RATE
    assert dbfs(own[: RATE // 4]) < -35
    assert dbfs(own[-RATE // 4 :]) < -35
    middle = own[edge // 2 + RATE // 10 : edge // 2 + RATE // 2]
    assert dbfs(middle) > -25


@pytest.mark.parametrize(
    "sound",
    [
        joined(SILENCE, WORD, SILENCE),
        joined(SILENCE, WORD, voice(-18, 1), SILENCE),  # soft at last
        joined(SILENCE, voice(-18, 1), WORD, SILENCE),  # a cry at last
        joined(SILENCE, WORD, SILENCE[:4000], voice(-18, 1), SILENCE),  # a cough, then an answer
        joined(voice(-40, 1), WORD, voice(-40, 1)),  # a noisy room
        WORD,
        SILENCE,
        SILENCE[:0],
    ],
)
def test_one_speaker_in_a_room_is_left_alone(sound: Samples) -> None:
    assert foreground(sound) is None


def test_zeros_at_the_end_that_flush_a_decoder_are_not_taken_for_silence() -> None:
    own = foreground(joined(voice(-18, 1), WORD, voice(-18, 1), SILENCE[:6400]))
    assert own is not None


def test_a_breath_between_two_words_is_the_speakers() -> None:
    talk, gap = voice(-18, 1), voice(-18, 0.5)
    own = foreground(joined(talk, WORD, gap, WORD, talk))
    assert own is not None
    place = len(own) // 2
    assert dbfs(own[place - 3200 : place + 3200]) > dbfs(gap) - 2


@given(
    st.lists(st.tuples(st.floats(-60, -1), st.floats(0.02, 1.5)), max_size=6),
    st.integers(0, 200),
)
def test_whatever_is_left_is_a_softer_part_of_what_was_there(
    parts: list[tuple[float, float]], odd: int
) -> None:
    sound = joined(*(voice(*part) for part in parts), SILENCE[:odd])
    own = foreground(sound)
    if own is not None:
        assert 0 < len(own) <= len(sound)
        assert own.dtype == np.int16
        assert np.abs(own.astype(int)).max() == np.abs(sound.astype(int)).max()
