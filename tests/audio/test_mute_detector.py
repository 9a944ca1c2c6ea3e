"""A microphone that delivers no change is muted or dead; a soft one is not."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.audio.mute_detector import (
    HEARD_SECONDS,
    NEVER_HEARD_SECONDS,
    MuteDetector,
    unmuted_blocks,
)
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples
from assistant.audio.wav_source import WavSource
from assistant.core.errors import MissingError


def seconds_until_muted(detector: MuteDetector, block: np.ndarray, limit: float = 60.0) -> float:
    for count in range(1, round(limit / BLOCK_SECONDS) + 1):
        detector.feed(block)
        if detector.muted:
            return count * BLOCK_SECONDS
    return np.inf


@pytest.mark.parametrize("value", [0, -1, 1234, -32768])
def test_exact_zeros_or_any_other_constant_is_muted(value: int) -> None:
    constant = np.full(BLOCK, value, np.int16)
    assert seconds_until_muted(MuteDetector(), constant) == pytest.approx(NEVER_HEARD_SECONDS)


def test_one_that_has_worked_is_given_more_time() -> None:
    detector = MuteDetector()
    detector.feed(np.arange(BLOCK, dtype=np.int16))
    zeros = np.zeros(BLOCK, np.int16)
    assert seconds_until_muted(detector, zeros) == pytest.approx(HEARD_SECONDS, abs=0.03)
    detector.feed(np.arange(BLOCK, dtype=np.int16))
    assert not detector.muted


def test_the_lowest_bit_is_enough_to_live() -> None:
    soft = np.zeros(BLOCK, np.int16)
    soft[17] = 1
    assert seconds_until_muted(MuteDetector(), soft) == np.inf


def test_a_silent_file_is_not_a_muted_microphone(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(16_000 * 12, np.int16), 16_000)
    source = WavSource(path)
    assert [source.muted for _ in source.blocks()] == [False] * 600


class DeadMicrophone:
    """An ``AudioSource`` that delivers exact zeros, and notices it as a sound card does."""

    lost = False

    def __init__(self) -> None:
        self._detector = MuteDetector()

    @property
    def muted(self) -> bool:
        return self._detector.muted

    def blocks(self) -> Iterator[Samples]:
        while True:
            block = np.zeros(BLOCK, np.int16)
            self._detector.feed(block)
            yield block

    def close(self) -> None:
        pass


def test_a_command_that_waits_for_a_muted_microphone_ends_with_the_reason() -> None:
    heard = 0
    with pytest.raises(MissingError, match="muted or dead.*; unmute it") as caught:
        for block in unmuted_blocks(DeadMicrophone()):
            heard += len(block)
    assert heard / RATE == pytest.approx(NEVER_HEARD_SECONDS, abs=0.05)
    assert caught.value.exit_code == 3
