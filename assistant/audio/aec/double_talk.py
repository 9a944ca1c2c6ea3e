"""Does somebody begin to speak over the guide? Two judges on what two cancellers have left.

What AEC3 leaves of the guide is nothing, but it leaves little of a user either who begins in one
of the guide's loud syllables. Speex's canceller leaves the user whole, and of the guide what a
cheap loudspeaker distorts, which resembles speech. So where the echo is proven the second judge
is asked, and the first has only to have noticed something.
"""

from assistant.audio.aec.canceller import EchoCanceller
from assistant.audio.pcm import Samples
from assistant.audio.vad import VoiceActivityDetector

_NOTICED = 0.05
"""Probability of speech in what AEC3 has left from which there may be somebody."""

_SPEECH = 0.7
"""Probability of speech in what Speex's canceller has left from which there is.

Chosen on 240 commands in five rooms of the bench (the 95th of 100 was noticed 60 ms sooner than
by AEC3's judge alone) and on the guide alone from a loudspeaker that distorts, which never began
(798 s; twice with AEC3's judge alone, which had to be sure by 0.3)."""

_UNPROVEN = 0.5
"""Probability that AEC3's judge alone must reach until the echo has proven itself: in the first
seconds of a guide neither canceller knows the room and the clocks yet."""


class DoubleTalkDetector:
    """Follows what is decoded while the guide can be heard."""

    def __init__(self) -> None:
        self._judge = VoiceActivityDetector()
        self._following = False

    def feed(self, noticed: float, decoded: Samples, echo: EchoCanceller) -> float:
        """Take a block; returns the probability, 0 to 1, that the user speaks.

        ``noticed`` is that of speech in what AEC3 has left, ``decoded`` the other canceller's.
        """
        if not echo.far_end_active or echo.has_no_echo:
            self._following = False
            return noticed
        if not self._following:
            self._following = True
            self._judge.restart()
        probability = self._judge.feed(decoded)
        if not echo.is_converged:
            return noticed if noticed >= _UNPROVEN else 0.0
        return float(noticed >= _NOTICED and probability >= _SPEECH)
