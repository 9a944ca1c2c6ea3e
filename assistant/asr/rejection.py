"""Why an utterance is ignored whatever it means: codes, and their text for the event log."""

from collections.abc import Mapping
from enum import StrEnum

from assistant.core.translation import _


class RejectionReason(StrEnum):
    """What made the listener ignore an utterance; the values are stable codes."""

    ECHO_NOT_ALIGNED = "echo_not_aligned"
    """The echo canceller lost the delay: it may be the guide's own voice."""

    SELF_ECHO = "self_echo"
    """The words are mostly those of the prompt being played."""

    NO_COMMAND = "no_command"
    """During a prompt, and not accepted as a phrase of the barge-in grammar."""

    TOO_SHORT = "too_short"
    """During a prompt or others' talk, with more letters per second than anybody speaks."""

    LOW_CONFIDENCE = "low_confidence"
    """During a prompt, below the confidence that barge-in needs."""

    NO_WORDS = "no_words"
    """Sound without words, such as a cough."""

    TRAILING_WORDS = "trailing_words"
    """Not understood, directly after an accepted phrase: taken as the end of it."""

    OTHERS_TALK = "others_talk"
    """Not sure, and others are talking: asking about all that sounds like a call would not end."""

    RESTLESS = "restless"
    """Few words in a room full of sounds that are none, as of a sleeper, and not said twice."""

    @property
    def text(self) -> str:
        """The reason as English text, as the event log has it."""
        return REJECTION_TEXTS[self]


REJECTION_TEXTS: Mapping[RejectionReason, str] = {
    RejectionReason.ECHO_NOT_ALIGNED: _("the echo canceller was not aligned"),
    RejectionReason.SELF_ECHO: _("the guide's own words"),
    RejectionReason.NO_COMMAND: _("no command"),
    RejectionReason.TOO_SHORT: _("too short for so many letters"),
    RejectionReason.LOW_CONFIDENCE: _("not sure enough over the guide's voice"),
    RejectionReason.NO_WORDS: _("no words"),
    RejectionReason.TRAILING_WORDS: _("the rest of what was just said"),
    RejectionReason.OTHERS_TALK: _("not sure, and others are talking"),
    RejectionReason.RESTLESS: _("few words among many sounds, and not repeated"),
}
"""Transcript files hold these texts: a new wording must not make the old one unreadable."""
