"""The floor of noise under everything that is heard."""

import numpy as np

from assistant.hearing.protocols import RATE, Samples

_FLOOR = np.random.default_rng(5).normal(0, 20, RATE)
"""A second of noise at -64 dB of full scale. The network has never heard digital silence, and
takes the words after it for others; in a real room this noise is lost in the room's own."""


def with_floor(samples: Samples, at: int = 0) -> Samples:
    """``samples``, the first of which is number ``at`` of the utterance, with the noise added."""
    here = np.arange(at, at + len(samples))
    noise = _FLOOR.take(here, mode="wrap")
    return np.clip(np.rint(samples + noise), -32768, 32767).astype(np.int16)
