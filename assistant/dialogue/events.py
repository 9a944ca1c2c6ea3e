"""What can happen to a conversation. Times are seconds of audio time, from any origin."""

from dataclasses import dataclass

from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent


@dataclass(frozen=True)
class Started:
    """The assistant is ready and the conversation machine begins."""

    at: float


@dataclass(frozen=True)
class Understood:
    """The user said something that was understood."""

    at: float
    intent: Intent
    contested: bool = False
    """Whether it denies something, and the affirmation sounds nearly the same."""


@dataclass(frozen=True)
class Doubtful:
    """The user may have said this; not sure enough to act on it without asking."""

    at: float
    intent: Intent


@dataclass(frozen=True)
class NotUnderstood:
    """The user said something that was not understood."""

    at: float
    maybe_stop: bool = False
    """Whether, of all that it might have been, a wish to stop is among the likeliest."""


@dataclass(frozen=True)
class Finished:
    """The act that takes time (Say, Ask, Hold, Listen) has come to its end undisturbed."""

    at: float


@dataclass(frozen=True)
class Tick:
    """Time went by; sent about once a second."""

    at: float


@dataclass(frozen=True)
class DiaryAnswer:
    """What the diary answers to a ``diary_query`` note, as a text to be spoken."""

    at: float
    text: str


@dataclass(frozen=True)
class DeviceAway:
    """The ``microphone`` or the ``loudspeaker`` went away; sound may wait until it is back."""

    at: float
    device: str


@dataclass(frozen=True)
class DeviceBack:
    """The device is there again; what was said or done meanwhile may have been lost."""

    at: float
    device: str


@dataclass(frozen=True)
class ProfileKept:
    """What came of a ``profile`` or ``profile_forget`` note."""

    at: float
    profile: Profile | None
    """What is known of the user from now on; None when it could not be kept."""

    forgotten: bool = False
    """Whether it was to be forgotten."""


@dataclass(frozen=True)
class Told:
    """How it went with a ``Tell``."""

    at: float
    about: str
    ok: bool
    """Whether it was acknowledged that the message has arrived."""


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
)
