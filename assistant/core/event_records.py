"""Records of the event log: one ``TypedDict`` per event, told apart by ``event``.

Each is one JSON object a line, with its keys in the order given here. ``t`` is seconds of audio
time since the start of the input. Names and keys are a contract: scripts depend on them.
"""

from typing import Literal, TypedDict

from assistant.core.listening_state import ListeningState


class ReadyRecord(TypedDict):
    """The assistant listens from now on."""

    t: float
    event: Literal["ready"]


class HeardRecord(TypedDict):
    """An utterance was decoded and interpreted."""

    t: float
    event: Literal["heard"]
    text: str
    """The recognised phrase; empty if none fits."""

    intent: str | None
    confidence: float
    accepted: bool
    """Whether it was acted on."""

    doubtful: bool
    """Whether it was not, but is likely enough to be asked about."""

    speech_start: float
    speech_end: float
    """Seconds of audio time, as ``t``."""

    best: str
    """The best phrase, even if it was not accepted."""

    threshold: float
    """The confidence needed in ``state``."""

    runner_up: str
    reason: str
    """``InterpretationReason.text``."""

    state: ListeningState
    ignored: str
    """``RejectionReason.text``; empty if the utterance counts."""


class SayStartRecord(TypedDict):
    """The guide starts a sentence or a question."""

    t: float
    event: Literal["say_start"]
    text: str


class SayEndRecord(TypedDict):
    """It ended, or was interrupted."""

    t: float
    event: Literal["say_end"]
    text: str
    interrupted: bool


class CueRecord(TypedDict):
    """An earcon was played."""

    t: float
    event: Literal["cue"]
    name: str


class HoldRecord(TypedDict):
    """A counted hold starts."""

    t: float
    event: Literal["hold"]
    seconds: float


class StateRecord(TypedDict):
    """The conversation moved."""

    t: float
    event: Literal["state"]
    name: str
    """``idle``, or where it is, as ``acute.stretch.hold``."""


class ErrorRecord(TypedDict):
    """A device was lost, or is back."""

    t: float
    event: Literal["error"]
    text: str
    device: str


class TellRecord(TypedDict):
    """A notification was queued."""

    t: float
    event: Literal["tell"]
    about: str
    text: str


class ToldRecord(TypedDict):
    """A notification was acknowledged, or failed."""

    t: float
    event: Literal["told"]
    about: str
    ok: bool
    why: str
    """Why it failed; empty if it did not."""


class OpinionRecord(TypedDict):
    """A doubtful phrase was verified by a second recogniser."""

    t: float
    event: Literal["opinion"]
    intent: str
    verdict: str
    """``agrees``, ``unsure`` or ``disagrees``."""

    likeness: float
    """Similarity of the two transcripts, 0 to 1."""

    seconds: float


class TakeRecord(TypedDict):
    """Enrolment: a phrase was repeated by the user."""

    t: float
    event: Literal["take"]
    phrase: str
    answer: str
    """``good``, ``unclear`` or ``stop``."""

    heard: str
    behind: float | None
    fit: float | None
    """None where the value is not finite."""


Record = (
    ReadyRecord
    | HeardRecord
    | SayStartRecord
    | SayEndRecord
    | CueRecord
    | HoldRecord
    | StateRecord
    | ErrorRecord
    | TellRecord
    | ToldRecord
    | OpinionRecord
    | TakeRecord
)
