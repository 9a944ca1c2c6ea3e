"""One gain for a whole utterance: soft speech is brought to the level the recogniser knows.

The acoustic model sees the absolute level, and the dither under everything that is recognised has
one: speech that peaks at -44 dBFS would be 4 dB above it. So the gain comes before the dither. It
is constant over an utterance, so it cannot pump; it comes after the echo canceller, which needs a
linear path from the loudspeaker.
"""

from bisect import insort
from collections.abc import Sequence

import numpy as np

from assistant.audio.pcm import BLOCK, Samples, amplitude, saturate

_STEP_DB = 10
"""Gains are multiples of this many dB, so that a level that is known better changes it rarely."""

MAX_GAIN_DB = 30
"""Highest gain."""

_ENOUGH = amplitude(-18.0) * 32768
"""Level from which there is no gain; between this and full scale the model is equally good."""

_NOTHING = amplitude(-18.0 - MAX_GAIN_DB - _STEP_DB) * 32768
"""Level below which there is no gain either: the noise of a quiet room, silence."""

_LOUD_BLOCKS = 5
"""The level is the peak that so many blocks of 20 ms reach: a click is shorter."""

_LEAST_RANGE = amplitude(9.0)
"""The level must be so far above the noise floor: steady hiss and hum are no speech."""

_NOISY, _SPEECH = amplitude(30.0), amplitude(5.0)
"""An utterance is noisy when its level, a peak, is less than 30 and at least 5 dB above its floor:
with the root mean square of speech 26 dB above that of the noise, or less."""

_FLOOR_SHARE = 10
"""The noise floor is the peak below which one block in so many stays."""

_KNEE = amplitude(-3.0) * 32768
"""Amplitude above which the limiter bends what has been amplified."""


class UtteranceGain:
    """Follows the level of an utterance; its gain depends on the sound alone, not on its chunks."""

    def __init__(self) -> None:
        self.gain_db = 0
        """Gain for the whole utterance, as far as it is known now."""

        self.is_noisy = False
        """Whether steady noise is loud beside the speech, as far as it is known now."""

        self._offset = 0.0
        self._pending: Samples = np.zeros(0, dtype=np.int16)
        self._peaks: list[float] = []
        self._sum = 0
        self._blocks = 0

    def feed(self, samples: Samples) -> bool:
        """Take the next samples, int16, mono, 16 kHz, any length; True if the gain changes, or
        whether it is noisy."""
        before = self.gain_db, self._offset, self.is_noisy
        pending = np.concatenate([self._pending, samples]) if len(self._pending) else samples
        end = len(pending) // BLOCK * BLOCK
        self._pending = pending[end:]
        for block in pending[:end].astype(np.int32).reshape(-1, BLOCK):
            self._take(int(block.max()) - int(block.min()), int(block.sum()))
        return (self.gain_db, self._offset, self.is_noisy) != before

    def apply(self, samples: Samples) -> Samples:
        """Amplify samples of the utterance, of any length, without a DC offset and unclipped."""
        if not self.gain_db:
            return samples
        wanted = (samples - self._offset) * amplitude(self.gain_db)
        beyond = np.maximum(np.abs(wanted) - _KNEE, 0.0)
        room = 32767 - _KNEE
        limited = np.sign(wanted) * (_KNEE + room * np.tanh(beyond / room))
        return saturate(np.rint(np.where(beyond > 0.0, limited, wanted)))

    def _take(self, swing: int, total: int) -> None:
        """Take a block: ``swing`` from its lowest to its highest sample, and their sum."""
        self._blocks += 1
        self._sum += total
        insort(self._peaks, swing / 2)
        above = _above_floor(self._peaks)
        if above >= _SPEECH:
            self.is_noisy = above < _NOISY
        gain = _gain_for(self._peaks, above)
        if gain != self.gain_db:
            self.gain_db = gain
            self._offset = self._sum / (self._blocks * BLOCK)


def amplify(samples: Samples) -> Samples:
    """A whole utterance, int16, mono, 16 kHz, with the gain that belongs to it."""
    gain = UtteranceGain()
    gain.feed(samples)
    return gain.apply(samples)


def _gain_for(peaks: Sequence[float], above: float) -> int:
    """The gain in dB for the sorted peaks (int16 scale) of all blocks; see ``_above_floor``."""
    if above < _LEAST_RANGE or not _NOTHING <= (level := peaks[-_LOUD_BLOCKS]) < _ENOUGH:
        return 0
    steps = np.ceil(20 * np.log10(_ENOUGH / level) / _STEP_DB)
    return int(min(MAX_GAIN_DB, _STEP_DB * steps))


def _above_floor(peaks: Sequence[float]) -> float:
    """How many times as high as the noise floor the level is; 0 as long as too little is known."""
    if len(peaks) < _LOUD_BLOCKS:
        return 0.0
    return peaks[-_LOUD_BLOCKS] / max(1.0, peaks[len(peaks) // _FLOOR_SHARE])
