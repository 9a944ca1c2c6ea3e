"""Records that the dialogue hands to the diary and to the profile store.

Each is the content of a ``Note`` act. The policy never reads the diary: an answer comes back as a
``DiaryAnswer`` or ``ProfileKept`` event.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class EpisodeStarted:
    """A cramp is being guided."""

    leg: str = ""
    """``left``, ``right`` or ``both``; empty if unknown."""

    situations: tuple[str, ...] = ()
    """Circumstances, as the intents name them: ``night``, ``sport`` …"""


@dataclass(frozen=True)
class EpisodeUpdated:
    """What is known by now of the cramp that is being guided, whenever some of it has changed."""

    leg: str = ""
    situations: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """As in ``EpisodeEnded``; a flag that was withdrawn is no longer there."""

    helped: str = ""
    seconds: float | None = None
    """From the start of the guide until the cramp eased; None while it lasts."""

    ended: bool = False
    """True after ``EpisodeEnded``: ``helped`` and ``seconds`` of that remain."""


@dataclass(frozen=True)
class EpisodeEnded:
    """The guided cramp has eased, or its guide has ended."""

    seconds: float = 0.0
    """From the start of the guide until the cramp eased, or the guide ended."""

    leg: str = ""
    helped: str = ""
    """Id of the step during which it eased; empty if unknown."""

    flags: tuple[str, ...] = ()
    """Names of the flags (groups of warning signs) that were raised."""

    situations: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeverityReported:
    """How bad the latest cramp was."""

    level: str
    """``mild``, ``moderate`` or ``severe``."""

    quiet: bool = False
    """True if nothing is to be said about it: the user is still in pain."""


@dataclass(frozen=True)
class DiaryLast:
    """The user asks when the last cramp was."""


@dataclass(frozen=True)
class DiaryCount:
    """The user asks how many cramps there were."""

    days: int = 7
    """Length of the period that ends now: 7 or 30."""


@dataclass(frozen=True)
class DiaryAdd:
    """The user reports a cramp that was not guided."""

    severity: str = ""
    """As in ``SeverityReported``; empty if not said."""


@dataclass(frozen=True)
class DiaryDelete:
    """All entries of the diary are to be deleted; the user has confirmed it."""


@dataclass(frozen=True)
class ProfileChange:
    """What the user wants stored; a field that is None stays as it was."""

    address: str | None = None
    leg: str | None = None
    rate: float | None = None
    volume: float | None = None
    pregnant: bool | None = None
    over_65: bool | None = None
    conditions: tuple[str, ...] = ()
    """Added to those that are stored."""


@dataclass(frozen=True)
class ProfileForget:
    """Everything stored by voice is to be deleted; the user has confirmed it."""


DiaryRecord = (
    EpisodeStarted
    | EpisodeUpdated
    | EpisodeEnded
    | SeverityReported
    | DiaryLast
    | DiaryCount
    | DiaryAdd
    | DiaryDelete
)
ProfileRecord = ProfileChange | ProfileForget
