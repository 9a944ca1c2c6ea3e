"""What the guide wants done.

``Say``, ``Ask``, ``Hold`` and ``Listen`` take time; the others are done at once. The machine
hands out at most one act that takes time, as the last of its tuple. It replaces whatever is
still going on; a tuple without one lets it go on.
"""

from dataclasses import dataclass

from assistant.dialogue.notes import DiaryRecord, ProfileRecord


@dataclass(frozen=True)
class Say:
    """Speak ``text``, then keep silent for ``pause`` seconds."""

    text: str
    pause: float = 0.4


@dataclass(frozen=True)
class Ask:
    """Speak a question, give the listening cue, then wait ``wait`` seconds for an answer."""

    text: str
    wait: float = 6.0


@dataclass(frozen=True)
class Count:
    """A word to be spoken ``at`` seconds into a hold."""

    at: float
    text: str


@dataclass(frozen=True)
class Hold:
    """Let ``seconds`` go by while the user holds a position, counting aloud."""

    seconds: float
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Listen:
    """Keep silent for ``seconds`` and listen."""

    seconds: float


@dataclass(frozen=True)
class Cue:
    """A short soft tone: ``ready``, ``heard``, ``not_understood`` or ``alarm``."""

    name: str


@dataclass(frozen=True)
class Adjust:
    """Set loudness and pace for everything spoken from now on; 1.0 is the normal one."""

    volume: float
    rate: float


@dataclass(frozen=True)
class Hush:
    """Stop speaking at once and say nothing in its place."""


@dataclass(frozen=True)
class Note:
    """A record for the diary or the profile store."""

    record: DiaryRecord | ProfileRecord


@dataclass(frozen=True)
class Tell:
    """Somebody whom the user has named is to be told, beside the conversation."""

    about: str
    """``emergency``, ``warning`` or ``all_clear``."""

    text: str


Lasting = Say | Ask | Hold | Listen
Act = Lasting | Cue | Adjust | Hush | Note | Tell
