"""The floor of noise under everything that is heard."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import Samples, saturate

_FLOOR: npt.NDArray[np.int32] = np.load(Path(__file__).with_name("floor.npy")).astype(np.int32)
"""A second of noise at -64 dB of full scale (``default_rng(5).normal(0, 20)``, rounded). The
network has never heard digital silence, and takes the words after it for others; in a real room
this noise is lost in the room's own. Kept as a file: numpy's generators take 2 MB of memory."""


def add_dither(samples: Samples, at: int = 0) -> Samples:
    """Add the noise to int16 ``samples``, the first of which is number ``at`` of the utterance."""
    here = np.arange(at, at + len(samples))
    return saturate(samples + _FLOOR.take(here, mode="wrap"))
