"""Events of the listener: speech started, partial transcript, decoded utterance."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.asr.rejection import RejectionReason
from assistant.nlu.alternatives import Alternative


@dataclass(frozen=True)
class ScoreDetails:
    """Why a hypothesis was accepted or not; for the log and for ``--json``."""

    best: str = ""
    """The best phrase, even if it was not accepted."""

    score: float = 0.0
    """Its uncalibrated score (best phrase against background, per second)."""

    threshold: float = 0.0
    """The confidence needed for acceptance."""

    runner_up: str = ""
    """The next best phrase; empty if there is none."""

    near: tuple[str, ...] = ()
    """Other phrases with nearly the same score."""

    def as_json(self) -> dict[str, object]:
        """The fields in ``--json``: ``best``, ``score``, ``threshold``, ``runner_up``."""
        return {name: value for name, value in vars(self).items() if name != "near"}


@dataclass(frozen=True)
class Utterance:
    """One utterance, decoded."""

    words: str
    """The recognised phrase, lower case; empty if nothing in the grammar fits."""

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

    rejection: RejectionReason | None = None
    """Why it must be ignored, whatever it means; None if it counts."""

    over_prompt: bool = False
    """Whether the guide was speaking all the while: only phrases that interrupt were listened for,
    unless the barge-in policy lets everything in."""

    crowded: bool = False
    """Whether others talked meanwhile, and it was no louder than they."""

    level: float = 0.0
    """Level of the speech in dBFS."""

    cut_off: bool = False
    """Whether it ended because a nearer speaker began."""

    alternatives: tuple[Alternative, ...] = ()
    """Alternatives with their probabilities, if free speech is heard; else empty."""

    with_talk: tuple[Alternative, ...] = ()
    """Always empty: the listener knows whether the softer words are others' talk."""

    sound: npt.NDArray[np.int16] | None = field(default=None, repr=False, compare=False)
    """int16, mono, 16 kHz; set only if a verifier may need it. Never stored."""


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody began to speak."""

    at: float


@dataclass(frozen=True)
class PartialTranscript:
    """The words so far; may still change."""

    words: str
    at: float


ListenerEvent = SpeechStarted | PartialTranscript | Utterance
