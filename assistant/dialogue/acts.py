"""Acts: the output of the dialogue policy.

``Say``, ``Ask``, ``Hold`` and ``Listen`` take time; the others are instantaneous. A step returns
at most one act that takes time, as the last of its tuple. It replaces the act in progress; a
tuple without one leaves that act running.
"""

from dataclasses import dataclass

from assistant.dialogue.notes import DiaryRecord, ProfileRecord


@dataclass(frozen=True)
class Say:
    """Speak ``text``, then stay silent for ``pause`` seconds."""

    text: str
    pause: float = 0.4


@dataclass(frozen=True)
class Ask:
    """Speak a question, play the listening cue, then wait ``wait`` seconds for an answer."""

    text: str
    wait: float = 6.0


@dataclass(frozen=True)
class Count:
    """A word to speak ``at`` seconds into a hold."""

    at: float
    text: str


@dataclass(frozen=True)
class Hold:
    """Wait ``seconds`` while the user holds a position, counting aloud."""

    seconds: float
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Listen:
    """Stay silent for ``seconds`` and listen."""

    seconds: float


@dataclass(frozen=True)
class Cue:
    """A short soft tone: ``ready``, ``heard``, ``not_understood``, ``deaf`` or ``alarm``."""

    name: str


@dataclass(frozen=True)
class Adjust:
    """Set volume and speaking rate for everything spoken from now on; 1.0 is normal."""

    volume: float
    rate: float


@dataclass(frozen=True)
class Hush:
    """Stop speaking at once; nothing replaces what was being said."""


@dataclass(frozen=True)
class Note:
    """A record for the diary or the profile store."""

    record: DiaryRecord | ProfileRecord


@dataclass(frozen=True)
class Tell:
    """Notify the recipient whom the user has configured; the conversation goes on."""

    about: str
    """``emergency``, ``warning`` or ``all_clear``."""

    text: str


Lasting = Say | Ask | Hold | Listen
Act = Lasting | Cue | Adjust | Hush | Note | Tell
