"""What a strategy for interruptions decides, and from what."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass

from assistant.hearing.heard import Heard
from assistant.phrasebook.text import normalise

_OWN = 0.6
"""Share of the heard words, by letters, in the guide's own sentence that makes them its own."""


OUT_OF_STEP = "the echo was out of step"
OWN_WORDS = "the guide's own words"


@dataclass(frozen=True)
class Scene:
    """What was going on while the user spoke, or something that was taken for the user."""

    said: str
    """What the guide was saying, as text."""

    within: bool
    """Whether the guide could still, or again, be heard when the speech had ended."""

    in_step: bool
    """Whether the echo of the guide's voice was under control all the while."""

    proven: bool
    """Whether it has been so for a good while."""

    believed: bool = True
    """Whether the words were a whole phrase before the recogniser had to end one somehow."""


class Strategy(ABC):
    """One way to take turns; without any state of its own."""

    closed = False
    """Whether nothing at all is heard while the guide speaks."""

    @abstractmethod
    def listen_for(self, state: str) -> str:
        """The listening state while the guide speaks, where ``state`` is the one in silence."""

    @abstractmethod
    def objection(self, heard: Heard, scene: Scene) -> str:
        """Why what was heard while the guide spoke is to be ignored; empty if it is not."""


def own_voice(heard: Heard, scene: Scene) -> str:
    """Why this may be the guide's own voice; empty if it is not.

    No strategy may obey its own voice, so this comes before everything else. An echo that comes
    out of step is never trusted; the guide's own words only while the echo has long been under
    control, and never its whole sentence.
    """
    if scene.within and not scene.proven and _shared(heard.words, scene.said) >= _OWN:
        return OWN_WORDS
    return "" if scene.in_step else OUT_OF_STEP


def _shared(words: str, said: str) -> float:
    """The share of ``words``, by letters, that is in ``said`` too."""
    there = Counter(normalise(said).split())
    mine = words.split()
    letters = sum(len(word) for word in mine)
    return sum(len(word) for word in mine if there[word]) / letters if letters else 0.0
