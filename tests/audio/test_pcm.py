"""Sample formats and levels."""

import numpy as np
import pytest

from assistant.audio.pcm import (
    amplitude,
    dbfs,
    rms,
    saturate,
    to_float,
    to_int16,
    truncate_to_int16,
)

EVERY = np.arange(-32768, 32768).astype(np.int16)


def test_all_samples_survive_floats() -> None:
    assert to_float(EVERY).dtype == np.float32
    assert np.array_equal(to_int16(to_float(EVERY)), EVERY)
    assert to_float(EVERY.reshape(2, -1)).shape == (2, 32768)


def test_what_is_too_loud_is_clipped() -> None:
    assert to_int16(np.array([1.0, 2.0, -2.0, 0.6 / 32768])).tolist() == [32767, 32767, -32768, 1]
    assert saturate(np.array([40_000, -40_000, 5])).tolist() == [32767, -32768, 5]
    assert truncate_to_int16(np.array([1.0, -1.0, 0.99999])).tolist() == [32767, -32767, 32766]


def test_levels() -> None:
    sine = np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000)
    loud = to_int16(sine.astype(np.float32))
    assert rms(sine) == pytest.approx(0.5**0.5, rel=1e-3)
    assert rms(loud) == pytest.approx(32768 * 0.5**0.5, rel=1e-3)
    assert dbfs(loud) == pytest.approx(-3.01, abs=0.01)
    assert dbfs(np.zeros(0, np.int16)) == dbfs(np.zeros(10, np.int16)) == pytest.approx(-90)
    assert dbfs(loud) - dbfs(to_int16(sine * amplitude(-12))) == pytest.approx(12, abs=0.01)
