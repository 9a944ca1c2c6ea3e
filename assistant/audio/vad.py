"""Voice activity detection (VAD): an energy gate, then Silero's network."""

from collections import deque

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import BLOCK, RATE, Samples, rms, to_float
from assistant.audio.silero import CHUNK, SileroNetwork

_GATE_RATIO = 1.35
"""Level relative to the noise floor above which the gate opens (2.6 dB)."""

_ALWAYS_OPEN_RMS = 0.1
"""RMS (full scale 1; -20 dBFS) that opens the gate whatever the noise floor."""

_FLOOR_BLOCKS = 150
"""Window in blocks, 3 s, of the noise floor estimate (minimum statistics)."""

_HANGOVER = int(0.6 * RATE / BLOCK)
"""Hangover of the gate in blocks: 0.6 s."""

_PRE_ROLL = 12
"""Pre-roll in chunks that is run through the network first when the gate opens."""

_DECAYED_RATIO = 0.05
"""Level relative to the recent peak level below which speech has decayed (-26 dB)."""

_PEAK_DECAY = 0.993
"""Decay of that peak level per block: half of it after 2 s."""

_MIN_FLOOR = 1e-5
"""Lower limit of the noise floor (-100 dBFS): a muted microphone, digital silence."""

Floats = npt.NDArray[np.float32]


class VoiceActivityDetector:
    """Blocks in, speech probability out.

    A DC offset is removed first; steady hum and hiss do not keep the gate open. Idle cost is
    close to zero in a quiet or steadily noisy room, else that of the network (under 1 % of
    one core of a desktop computer).
    """

    def __init__(self) -> None:
        self._network = SileroNetwork()
        self._waiting: Floats = np.zeros(0, dtype=np.float32)
        self._history: deque[Floats] = deque(maxlen=_PRE_ROLL)
        self._levels: deque[float] = deque(maxlen=_FLOOR_BLOCKS)
        self._offset = 0.0
        self._open = 0
        self._probability = 0.0
        self._level = 0.0
        self._floor = _MIN_FLOOR
        self._peak = 0.0

    @property
    def has_decayed(self) -> bool:
        """Whether the level has decayed to the noise floor, or 26 dB below the recent peak.

        The network detects the end of speech 50 to 200 ms late; this has no delay.
        """
        return self._level < max(_DECAYED_RATIO * self._peak, _GATE_RATIO * self._floor)

    @property
    def level(self) -> float:
        """RMS of the last block without its DC offset, full scale 1."""
        return self._level

    def feed(self, block: Samples) -> float:
        """Process a block (int16, shape (BLOCK,), 16 kHz); returns P(speech) at its end, 0 to 1."""
        sound = to_float(block)
        self._offset += 0.1 * (float(sound.mean()) - self._offset)
        sound = sound - np.float32(self._offset)
        was_open = self._open > 0
        self._level = rms(sound)
        self._peak = max(self._level, self._peak * _PEAK_DECAY)
        self._gate(self._level)
        self._waiting = np.concatenate([self._waiting, sound])
        while len(self._waiting) >= CHUNK:
            chunk, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
            self._infer(chunk, was_open)
            was_open = self._open > 0
        return self._probability

    def restart(self) -> None:
        """Reset the network: the next block is not contiguous with the last one."""
        self._network.reset()
        self._waiting = self._waiting[:0]
        self._history.clear()
        self._probability = 0.0

    def _gate(self, level: float) -> None:
        """Update noise floor and gate with the RMS of a block (full scale 1)."""
        self._levels.append(level)
        self._floor = max(min(self._levels), _MIN_FLOOR)
        self._open = (
            _HANGOVER
            if level > min(_GATE_RATIO * self._floor, _ALWAYS_OPEN_RMS)
            else max(0, self._open - 1)
        )

    def _infer(self, chunk: Floats, was_open: bool) -> None:
        """Run the network on a chunk: float32, shape (CHUNK,), full scale 1, 16 kHz."""
        if not self._open:
            self._history.append(chunk)
            self._probability = 0.0
            return
        if not was_open:
            self._network.reset()
            for earlier in self._history:
                self._network.process(earlier)
            self._history.clear()
        self._probability = self._network.process(chunk)
