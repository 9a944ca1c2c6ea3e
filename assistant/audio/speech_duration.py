"""How long somebody spoke in a stretch of sound, from its level alone."""

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import BLOCK, RATE, Samples

_SHARE = 0.4
"""Speech is what lies above this part of the way from the quiet to the loud level, in dB."""

_GAP = 15
"""Blocks, 0.3 s: shorter dips belong to the speech, which noise half covers."""


class SpeechTimer:
    """Sound in pieces in, seconds of speech out.

    Much cheaper than a speech detector, and enough for its purpose: a phrase of twenty letters
    that was heard in a third of a second was not said.
    """

    def __init__(self) -> None:
        self._levels: list[npt.NDArray[np.float32]] = []
        self._rest: Samples = np.zeros(0, dtype=np.int16)

    def feed(self, samples: Samples) -> None:
        """Take some more sound: int16, mono, 16 kHz, any length."""
        sound = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        whole = len(sound) // BLOCK * BLOCK
        self._rest = sound[whole:]
        if whole:
            blocks = sound[:whole].astype(np.float32).reshape(-1, BLOCK)
            power = np.mean(blocks * blocks, axis=1)
            self._levels.append(10 * np.log10(power + np.float32(1.0)))

    @property
    def seconds(self) -> float:
        """Seconds of speech so far: all that is not quiet, short gaps included."""
        if not self._levels:
            return 0.0
        levels = np.concatenate(self._levels)
        quiet, loud = np.percentile(levels, [10, 98])
        spoken = np.flatnonzero(levels > quiet + _SHARE * (loud - quiet))
        gaps = np.diff(spoken, prepend=spoken[:1] - 1)
        return float(np.sum(gaps[gaps <= _GAP])) * BLOCK / RATE
