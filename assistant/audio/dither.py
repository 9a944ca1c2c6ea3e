"""Dither: a noise floor under everything that is recognised."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import Samples, saturate

_NOISE: npt.NDArray[np.int32] = np.load(Path(__file__).with_name("floor.npy")).astype(np.int32)
"""One second of white noise, shape (16000,), RMS 20 of 32,768 (-64 dBFS):
``default_rng(5).normal(0, 20)``, rounded. The acoustic model was not trained on digital silence and
misrecognises the words after it; in a real room the dither is masked by room noise. Stored as a
file, because importing numpy's generators takes 2 MB of memory."""


def add_dither(samples: Samples, offset: int = 0) -> Samples:
    """Return ``samples`` (int16, shape (n,), 16 kHz) with dither added, saturating.

    ``offset`` is the index of the first sample in the utterance: the same utterance gets the same
    noise, however it is cut into blocks.
    """
    indices = np.arange(offset, offset + len(samples))
    return saturate(samples + _NOISE.take(indices, mode="wrap"))
