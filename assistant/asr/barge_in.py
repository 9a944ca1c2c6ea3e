"""What a strategy for interruptions decides, and from what."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass

from assistant.asr.events import Utterance
from assistant.audio.aec.canceller import EchoCanceller
from assistant.audio.pcm import BLOCK, RATE
from assistant.core.listening_state import ListeningState
from assistant.nlu.templates.normalise import normalise

_SELF_ECHO_SHARE = 0.6
"""Share of the heard words, by letters, in the guide's own sentence that makes them its own."""


OUT_OF_STEP = "the echo was out of step"
OWN_WORDS = "the guide's own words"


@dataclass(frozen=True)
class Overlap:
    """What was going on while the user spoke, or something that was taken for the user."""

    prompt: str
    """What the guide was saying, as text."""

    during_prompt: bool
    """Whether the guide could still, or again, be heard when the speech had ended."""

    echo_aligned: bool
    """Whether the echo of the guide's voice was under control all the while."""

    echo_converged: bool
    """Whether it has been so for a good while."""

    was_stable: bool = True
    """Whether the words were a whole phrase before the recogniser had to end one somehow."""


class BargeInPolicy(ABC):
    """One way to take turns; without any state of its own."""

    closed = False
    """Whether nothing at all is heard while the guide speaks."""

    @abstractmethod
    def grammar_for(self, state: ListeningState) -> ListeningState:
        """The listening state while the guide speaks, where ``state`` is the one in silence."""

    @abstractmethod
    def reject_reason(self, heard: Utterance, scene: Overlap) -> str:
        """Why what was heard while the guide spoke is to be ignored; empty if it is not."""


def is_self_echo(heard: Utterance, scene: Overlap) -> str:
    """Why this may be the guide's own voice; empty if it is not.

    No strategy may obey its own voice, so this comes before everything else. An echo that comes
    out of step is never trusted; the guide's own words only while the echo has long been under
    control, and never its whole sentence.
    """
    if (
        scene.during_prompt
        and not scene.echo_converged
        and _shared(heard.words, scene.prompt) >= _SELF_ECHO_SHARE
    ):
        return OWN_WORDS
    return "" if scene.echo_aligned else OUT_OF_STEP


def _shared(words: str, said: str) -> float:
    """The share of ``words``, by letters, that is in ``said`` too."""
    there = Counter(normalise(said).split())
    mine = words.split()
    letters = sum(len(word) for word in mine)
    return sum(len(word) for word in mine if there[word]) / letters if letters else 0.0


_ALONE = round(0.2 * RATE / BLOCK)
"""Blocks of speech in silence from which an utterance was not all said over the guide."""


class OverlapTracker:
    """How it stands to what the guide was saying."""

    def __init__(self, over: bool = False, echo: EchoCanceller | None = None) -> None:
        self.over = over
        """Whether it began while the guide could be heard."""

        self.met = over
        """Whether the guide could be heard at any time of it."""

        self._in_step = echo is None or echo.is_aligned
        self._proven = echo is None or echo.is_converged
        self._alone = 0
        self._last = 0.0

    def update(self, echo: EchoCanceller | None, last: float) -> None:
        """Its next block; ``last`` is the second at which speech was last heard."""
        if echo is None:
            return
        self.met = self.met or echo.far_end_active
        if not self.met:
            return
        self._in_step = self._in_step and echo.is_aligned
        if last > self._last and not echo.far_end_active:
            self._alone += 1
        self._last = last

    @property
    def continues_after_prompt(self) -> bool:
        """Whether it began over the guide and went on after it."""
        return self.over and self._alone >= _ALONE

    def overlap(self, said: str, echo: EchoCanceller | None, believed: bool) -> Overlap:
        """What was going on, for the strategy of turns; looks at the echo once more."""
        return Overlap(
            prompt=said,
            during_prompt=not self.continues_after_prompt
            or (echo is not None and echo.far_end_active),
            echo_aligned=self._in_step and (echo is None or echo.recheck_alignment()),
            echo_converged=self._proven,
            was_stable=believed,
        )


MIN_CONFIDENCE = 0.75
"""Confidence that interrupts: to be interrupted by a moan is worse than to be asked again."""


MIN_CONFIDENCE_UNSTABLE = 0.99
"""The same for words that became a whole phrase only because the sound had ended: nothing else may
fit at all. "Em" drawn out was made "lebih pelan" with 0.89, a moan "tolong saya" with 0.98."""


MAX_LETTERS_PER_SECOND = 26.0
"""Letters a second beyond which nobody speaks: a cough is shorter than the word it sounds like."""


class CommandsOnly(BargeInPolicy):
    """The default. The guide speaks more softly while somebody seems to speak, then goes on."""

    def grammar_for(self, state: ListeningState) -> ListeningState:
        """A graph of its own: the fewer phrases, the surer each is heard over the guide."""
        return ListeningState.BARGE_IN if state == ListeningState.CONVERSATION else state

    def reject_reason(self, heard: Utterance, scene: Overlap) -> str:
        """Whatever is no command, sounds half like one, or may be the guide itself."""
        doubt = is_self_echo(heard, scene)
        if doubt or not scene.during_prompt:
            return doubt
        if not heard.accepted:
            return "no command"
        if len(heard.words.replace(" ", "")) > MAX_LETTERS_PER_SECOND * (heard.end - heard.start):
            return "too short for so many letters"
        sure = MIN_CONFIDENCE if scene.was_stable else MIN_CONFIDENCE_UNSTABLE
        return "" if heard.confidence >= sure else "not sure enough over the guide's voice"


class AnyPhrase(BargeInPolicy):
    """For quiet rooms and loudspeakers far from the microphone, or headphones."""

    def grammar_for(self, state: ListeningState) -> ListeningState:
        """The same as in silence."""
        return state

    def reject_reason(self, heard: Utterance, scene: Overlap) -> str:
        """Only what may be the guide itself, and sound without words: a cough, a moan."""
        doubt = is_self_echo(heard, scene)
        if doubt:
            return doubt
        return "" if heard.words else "no words"


class NoBargeIn(BargeInPolicy):
    """For a loudspeaker so close to the microphone, or so distorted, that nothing else helps."""

    closed = True

    def grammar_for(self, state: ListeningState) -> ListeningState:
        """The same as in silence."""
        return state

    def reject_reason(self, heard: Utterance, scene: Overlap) -> str:
        """None: what began while the guide could be heard is not heard at all."""
        return ""


POLICIES: dict[str, type[BargeInPolicy]] = {
    "commands": CommandsOnly,
    "any": AnyPhrase,
    "off": NoBargeIn,
}
"""By the name that the configuration uses."""
