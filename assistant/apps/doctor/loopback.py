"""From the loudspeaker through the air to the microphone: what ``doctor`` measures there."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.audio.aec.canceller import DualCanceller
from assistant.audio.aec.gcc_phat import estimate_delay
from assistant.audio.pcm import BLOCK, RATE, Samples, dbfs

Recognise = Callable[[Samples], str]
"""Sound to the words of a phrase that was accepted; empty if none was."""

CLIPPED = 32_700
"""Samples from here on are at the end of the scale."""

MOST_CLIPPED = 0.001
NOISY = -40.0
"""Noise in dB of full scale from which speech two metres away drowns."""

SOFT = -36.0
"""Peak in dB of full scale below which four of ten commands are misheard."""

ENOUGH = 20.0
"""Decibels of the own voice that must go for somebody to be heard over it."""


@dataclass(frozen=True)
class LoopbackResult:
    """What became of a sentence that was played."""

    noise_db: float
    """Level before it was played, against full scale."""

    heard: bool
    """Whether the microphone hears the loudspeaker at all."""

    delay_ms: float
    """From giving the sound to the sound card until its echo; both cards' buffers included."""

    echo_db: float
    """Level at the microphone against what was played."""

    clipped: float
    """Share of the samples that are cut off."""

    removed_db: float
    """How much of the own voice the echo canceller takes away."""

    words: str
    """What the recogniser understood."""

    peak_db: float = 0.0
    """Loudest sample of the sentence at the microphone, in dB of full scale."""

    @property
    def duplex(self) -> str:
        """The mode to be used: ``auto`` or ``half``."""
        bad = self.clipped > MOST_CLIPPED or self.removed_db < ENOUGH
        return "half" if self.heard and bad else "auto"


def measure(noise: Samples, near: Samples, far: Samples, recognise: Recognise) -> LoopbackResult:
    """Compare what the microphone heard (``near``) with what was played (``far``).

    int16 at ``RATE`` Hz; ``near`` and ``far`` of equal length, block for block in step,
    ``noise`` from before anything was played.
    """
    spoken = np.flatnonzero(np.abs(far.astype(np.int32)) > 500)
    if not len(spoken):
        return LoopbackResult(dbfs(noise), False, 0.0, -90.0, 0.0, 0.0, "")
    begin = max(0, int(spoken[0]) - RATE // 10)
    window = slice(begin, min(len(near), int(spoken[-1]) + RATE // 2))
    delay = estimate_delay(near[window], far[window])
    heard = delay.is_prominent
    late = max(0, round(delay.seconds * RATE)) if heard else 0
    echo = near[int(spoken[0]) + late : int(spoken[-1]) + late]
    return LoopbackResult(
        noise_db=dbfs(noise),
        heard=heard,
        delay_ms=1000 * delay.seconds if heard else 0.0,
        echo_db=dbfs(echo) - dbfs(far[int(spoken[0]) : int(spoken[-1])]) if heard else -90.0,
        clipped=float(np.mean(np.abs(echo.astype(np.int32)) >= CLIPPED)) if len(echo) else 0.0,
        removed_db=_removed(near[window], far[window]) if heard else 0.0,
        words=recognise(near[window]) if heard else "",
        peak_db=_peak_db(echo) if heard else 0.0,
    )


def _peak_db(sound: Samples) -> float:
    """The loudest sample of int16 ``sound`` in dB of full scale."""
    peak = int(np.abs(sound.astype(np.int32)).max(initial=1))
    return float(20 * np.log10(peak / 32768))


class RecordedReference:
    """A ``EchoReference`` that was played before; its clock is the microphone's."""

    def __init__(self, samples: Samples) -> None:
        self._left = samples

    def __call__(self, count: int) -> Samples:
        """The next ``count`` samples, fewer at the end."""
        given, self._left = self._left[:count], self._left[count:]
        return given

    def set_drift(self, drift: float) -> None:
        """Nothing to steer."""


def _removed(near: Samples, far: Samples) -> float:
    """How much the canceller takes away once it has heard the sentence before."""
    try:
        canceller = DualCanceller(RecordedReference(np.concatenate([far, far])))
    except ImportError:
        return 0.0
    sound = np.concatenate([near, near])
    left = []
    for at in range(0, len(sound) - BLOCK + 1, BLOCK):
        left.append(canceller.process(sound[at : at + BLOCK])[0])
    second = np.concatenate(left)[len(near) :]
    return dbfs(near) - dbfs(second)
