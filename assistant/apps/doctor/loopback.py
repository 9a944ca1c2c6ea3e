"""Acoustic loopback measurement of ``doctor``: loudspeaker to microphone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.audio.aec.canceller import DualCanceller
from assistant.audio.aec.gcc_phat import estimate_delay
from assistant.audio.level_meter import CLIPPED, MOST_CLIPPED
from assistant.audio.pcm import BLOCK, RATE, Samples, dbfs

Recognise = Callable[[Samples], str]
"""Audio (int16, mono, ``RATE`` Hz) → the accepted phrase; empty if none was accepted."""

NOISY = -40.0
"""Noise level in dBFS above which speech from two metres away is masked."""

ENOUGH = 20.0
"""Echo return loss enhancement (dB) needed for barge-in."""


@dataclass(frozen=True)
class LoopbackResult:
    """Measurements of one sentence played and recorded."""

    noise_db: float
    """Noise level before the sentence, in dBFS."""

    heard: bool
    """Whether the microphone picks up the loudspeaker at all."""

    delay_ms: float
    """Milliseconds from handing audio to the sound card until its echo; includes all buffers."""

    echo_db: float
    """Level at the microphone relative to the played signal, in dB."""

    clipped: float
    """Share of clipped samples, 0 to 1."""

    removed_db: float
    """Echo return loss enhancement (dB) of the echo canceller."""

    words: str
    """The phrase that was recognised; empty if none was accepted."""

    peak_db: float = 0.0
    """Loudest sample of the sentence at the microphone, in dB of full scale."""

    @property
    def duplex(self) -> str:
        """The recommended duplex mode: ``auto`` or ``half``."""
        bad = self.clipped > MOST_CLIPPED or self.removed_db < ENOUGH
        return "half" if self.heard and bad else "auto"


def measure(noise: Samples, near: Samples, far: Samples, recognise: Recognise) -> LoopbackResult:
    """Compare the microphone signal (``near``) with the played signal (``far``).

    All int16, mono, ``RATE`` Hz. ``near`` and ``far`` have the same length and are aligned block
    by block; ``noise`` was recorded before playback.
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
    """An ``EchoReference`` that replays a recording; it shares the microphone's clock."""

    def __init__(self, samples: Samples) -> None:
        self._left = samples

    def __call__(self, count: int) -> Samples:
        """The next ``count`` samples, fewer at the end."""
        given, self._left = self._left[:count], self._left[count:]
        return given

    def set_drift(self, drift: float) -> None:
        """Ignored: there is no clock drift."""


def _removed(near: Samples, far: Samples) -> float:
    """Echo return loss enhancement (dB) on a second pass, after adaptation on the first."""
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
