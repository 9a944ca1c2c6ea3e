"""Events: the input of the dialogue policy. Times are seconds of audio time, from any origin."""

from dataclasses import dataclass

from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent


@dataclass(frozen=True)
class Started:
    """The assistant is ready."""

    at: float


@dataclass(frozen=True)
class Understood:
    """The user said something that was understood with enough confidence."""

    at: float
    intent: Intent
    contested: bool = False
    """True if it is a negation whose affirmative form sounds nearly the same."""

    crowded: bool = False
    """True if others talked meanwhile, and it was no louder than they."""


@dataclass(frozen=True)
class Doubtful:
    """The user may have said this; the confidence is too low to act on it without asking."""

    at: float
    intent: Intent
    crowded: bool = False
    """As in ``Understood``."""


@dataclass(frozen=True)
class NotUnderstood:
    """The user said something that was not understood."""

    at: float
    maybe_stop: bool = False
    """True if "stop" is among the likeliest hypotheses."""

    crowded: bool = False
    """As in ``Understood``."""


@dataclass(frozen=True)
class Finished:
    """The act in progress (Say, Ask, Hold, Listen) has ended without interruption."""

    at: float


@dataclass(frozen=True)
class Tick:
    """Time has passed; sent about once a second."""

    at: float


@dataclass(frozen=True)
class DiaryAnswer:
    """The diary's answer to a ``Note``, as a text to speak."""

    at: float
    text: str


@dataclass(frozen=True)
class DeviceAway:
    """The ``microphone`` or the ``loudspeaker`` was lost; playback may wait until it is back."""

    at: float
    device: str
    muted: bool = False
    """True for a microphone that is there, but delivers no sound: it is muted or dead."""


@dataclass(frozen=True)
class DeviceBack:
    """The device works again; what was said or played meanwhile may have been lost."""

    at: float
    device: str


@dataclass(frozen=True)
class ProfileKept:
    """The outcome of a ``Note`` with a ``ProfileChange`` or ``ProfileForget``."""

    at: float
    profile: Profile | None
    """The profile from now on; None if it could not be stored."""

    forgotten: bool = False
    """True if the note asked to delete the profile."""


@dataclass(frozen=True)
class Told:
    """The outcome of a ``Tell``."""

    at: float
    about: str
    ok: bool
    """True if delivery of the message was acknowledged."""


@dataclass(frozen=True)
class HearAgain:
    """The user has pressed the key that ends the deafness that they asked for."""

    at: float


Event = (
    Started
    | Understood
    | Doubtful
    | NotUnderstood
    | Finished
    | Tick
    | DiaryAnswer
    | ProfileKept
    | DeviceAway
    | DeviceBack
    | Told
    | HearAgain
)
