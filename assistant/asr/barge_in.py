"""What a strategy for interruptions decides, and from what."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass

from assistant.asr.events import Heard
from assistant.audio.aec.canceller import EchoHandling
from assistant.audio.pcm import BLOCK, RATE
from assistant.nlu.templates.normalise import normalise

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


_ALONE = round(0.2 * RATE / BLOCK)
"""Blocks of speech in silence from which an utterance was not all said over the guide."""


class Utterance:
    """How it stands to what the guide was saying."""

    def __init__(self, over: bool = False, echo: EchoHandling | None = None) -> None:
        self.over = over
        """Whether it began while the guide could be heard."""

        self.met = over
        """Whether the guide could be heard at any time of it."""

        self._in_step = echo is None or echo.trusted
        self._proven = echo is None or echo.proven
        self._alone = 0
        self._last = 0.0

    def goes_on(self, echo: EchoHandling | None, last: float) -> None:
        """Its next block; ``last`` is the second at which speech was last heard."""
        if echo is None:
            return
        self.met = self.met or echo.audible
        if not self.met:
            return
        self._in_step = self._in_step and echo.trusted
        if last > self._last and not echo.audible:
            self._alone += 1
        self._last = last

    @property
    def outlasts(self) -> bool:
        """Whether it began over the guide and went on after it."""
        return self.over and self._alone >= _ALONE

    def scene(self, said: str, echo: EchoHandling | None, believed: bool) -> Scene:
        """What was going on, for the strategy of turns; looks at the echo once more."""
        return Scene(
            said=said,
            within=not self.outlasts or (echo is not None and echo.audible),
            in_step=self._in_step and (echo is None or echo.in_step()),
            proven=self._proven,
            believed=believed,
        )


SURE = 0.75
"""Confidence that interrupts: to be interrupted by a moan is worse than to be asked again."""


SURER = 0.99
"""The same for words that became a whole phrase only because the sound had ended: nothing else may
fit at all. "Em" drawn out was made "lebih pelan" with 0.89, a moan "tolong saya" with 0.98."""


HASTE = 26.0
"""Letters a second beyond which nobody speaks: a cough is shorter than the word it sounds like."""


class Commands(Strategy):
    """The default. The guide speaks more softly while somebody seems to speak, then goes on."""

    def listen_for(self, state: str) -> str:
        """A graph of its own: the fewer phrases, the surer each is heard over the guide."""
        return "barge_in" if state == "conversation" else state

    def objection(self, heard: Heard, scene: Scene) -> str:
        """Whatever is no command, sounds half like one, or may be the guide itself."""
        doubt = own_voice(heard, scene)
        if doubt or not scene.within:
            return doubt
        if not heard.accepted:
            return "no command"
        if len(heard.words.replace(" ", "")) > HASTE * (heard.end - heard.start):
            return "too short for so many letters"
        sure = SURE if scene.believed else SURER
        return "" if heard.confidence >= sure else "not sure enough over the guide's voice"


class Anything(Strategy):
    """For quiet rooms and loudspeakers far from the microphone, or headphones."""

    def listen_for(self, state: str) -> str:
        """The same as in silence."""
        return state

    def objection(self, heard: Heard, scene: Scene) -> str:
        """Only what may be the guide itself, and sound without words: a cough, a moan."""
        doubt = own_voice(heard, scene)
        if doubt:
            return doubt
        return "" if heard.words else "no words"


class Off(Strategy):
    """For a loudspeaker so close to the microphone, or so distorted, that nothing else helps."""

    closed = True

    def listen_for(self, state: str) -> str:
        """The same as in silence."""
        return state

    def objection(self, heard: Heard, scene: Scene) -> str:
        """None: what began while the guide could be heard is not heard at all."""
        return ""


STRATEGIES: dict[str, type[Strategy]] = {"commands": Commands, "any": Anything, "off": Off}
"""By the name that the configuration uses."""
