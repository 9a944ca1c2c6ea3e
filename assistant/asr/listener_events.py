"""What the ear passes on."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class ScoreDetails:
    """Why a hypothesis was believed or not; for the log and for ``--json``."""

    best: str = ""
    """The best phrase, even if it was refused."""

    score: float = 0.0
    """Its uncalibrated score (best phrase against background, per second)."""

    threshold: float = 0.0
    """The confidence that it had to reach."""

    runner_up: str = ""
    """The next best phrase, or what the background heard."""

    near: tuple[str, ...] = ()
    """Other phrases that fit the sound nearly as well."""

    def as_json(self) -> dict[str, object]:
        """What ``--json`` tells of it: ``best``, ``score``, ``threshold``, ``runner_up``."""
        return {name: value for name, value in vars(self).items() if name != "near"}


@dataclass(frozen=True)
class Utterance:
    """One stretch of speech, decoded."""

    words: str
    """The recognised phrase, lower case; empty when nothing in the graph fits."""

    confidence: float
    """Calibrated probability, 0 to 1, that the phrase was really said."""

    accepted: bool
    """Whether the confidence reaches the threshold of the listening state."""

    start: float
    """Start of the speech in seconds of audio time."""

    end: float
    """End of the speech in seconds of audio time."""

    details: ScoreDetails = ScoreDetails()

    doubtful: bool = False
    """Not accepted, yet likely enough that asking back is better than silence."""

    rejection: str = ""
    """Why it must be passed over in silence, whatever it is; empty if it need not."""

    sound: npt.NDArray[np.int16] | None = field(default=None, repr=False, compare=False)
    """The utterance itself, only when a second opinion may be wanted; never kept."""


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody began to speak."""

    at: float


@dataclass(frozen=True)
class PartialTranscript:
    """What the recogniser believes so far; may still change."""

    words: str
    at: float


ListenerEvent = SpeechStarted | PartialTranscript | Utterance
