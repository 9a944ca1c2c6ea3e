"""Which free speech in idle is worth a question.

Any noise sounds like some word: the snores of a sleeper like "kram" or "batuk darah". So few words
need more than many, which do not come about by chance.
"""

from collections.abc import Iterable
from dataclasses import dataclass

CALL = 0.5
"""Probability of a call from which it is asked about; free words are not acted on in idle."""

ONE_WORD_CALL = 0.85
"""The same for one word alone."""

DANGER = 0.9
"""The same for a danger sign without a call: in any talk some word sounds like one."""

DANGER_IN_QUIET = 0.8
"""The same where nobody else has talked lately."""

SHORT_DANGER = 0.97
"""The same if none of its readings has more than two words."""

LONGEST_CALL = 16
"""Words, without a pause, above which nobody calls the guide; a newsreader has more."""


@dataclass(frozen=True)
class HeardInIdle:
    """One reading of an utterance."""

    words: str
    probability: float
    calls: bool
    """Whether it calls the guide."""

    alarms: bool
    """Whether it tells a danger."""

    @property
    def length(self) -> int:
        """Number of its words."""
        return len(self.words.split())


def is_worth_asking(readings: Iterable[HeardInIdle], crowded: bool = False) -> bool:
    """Whether the ``readings`` together are a call or a danger; ``crowded``: while others talk."""
    readings = tuple(readings)
    calls = [one for one in readings if one.calls]
    dangers = [one for one in readings if one.alarms]
    called = sum(one.probability for one in calls)
    called_in_words = sum(one.probability for one in calls if one.length > 1)
    if called_in_words >= CALL or called >= ONE_WORD_CALL:
        return True
    in_words = any(one.length > 2 for one in (*calls, *dangers))
    endangered = sum(one.probability for one in dangers)
    enough = DANGER if crowded else DANGER_IN_QUIET
    return endangered + called >= (enough if in_words else SHORT_DANGER)
