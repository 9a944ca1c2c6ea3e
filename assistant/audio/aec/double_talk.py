"""Double-talk detection: does the user begin to speak over the guide (barge-in)?

Voice activity detection runs on the output of both cancellers. AEC3 leaves no echo of the guide,
but little of a user either who begins during one of the guide's loud syllables. Speex's linear
canceller leaves near-end speech intact, and as residual echo what a cheap loudspeaker distorts,
which resembles speech. So once the cancellers have converged, both must agree: a low threshold on
AEC3's output, a high one on Speex's.
"""

from assistant.audio.aec.canceller import EchoCanceller
from assistant.audio.pcm import Samples
from assistant.audio.vad import VoiceActivityDetector

_MIN_AEC3 = 0.05
"""Speech probability of AEC3's output above which somebody may be speaking."""

_MIN_LINEAR = 0.7
"""Speech probability of Speex's output above which somebody is speaking.

Chosen on 240 commands in five simulated rooms (95th percentile of the detection delay 60 ms below
that of AEC3 alone) and on the guide alone from a distorting loudspeaker (798 s: no false
detection; two with AEC3 alone at a threshold of 0.3)."""

_MIN_AEC3_UNCONVERGED = 0.5
"""Threshold on AEC3's output alone before convergence: in the first seconds of playback neither
canceller has adapted to the room and the clocks."""


class DoubleTalkDetector:
    """Combines the speech probabilities of both canceller outputs while the far end is active."""

    def __init__(self) -> None:
        self._vad = VoiceActivityDetector()
        self._active = False

    def feed(self, aec3_probability: float, linear: Samples, echo: EchoCanceller) -> float:
        """Process one block; returns the probability, 0 to 1, that the user speaks.

        ``aec3_probability`` is the speech probability of AEC3's output, ``linear`` the linear
        canceller's output (int16, shape (BLOCK,), 16 kHz).
        """
        if not echo.far_end_active or echo.has_no_echo:
            self._active = False
            return aec3_probability
        if not self._active:
            self._active = True
            self._vad.restart()
        probability = self._vad.feed(linear, amplify=False)
        if not echo.is_converged:
            return aec3_probability if aec3_probability >= _MIN_AEC3_UNCONVERGED else 0.0
        return float(aec3_probability >= _MIN_AEC3 and probability >= _MIN_LINEAR)
