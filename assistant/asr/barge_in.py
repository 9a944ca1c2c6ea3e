"""Barge-in: whether what was heard while the guide speaks may interrupt it."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.audio.aec.canceller import EchoCanceller
from assistant.audio.pcm import BLOCK, RATE
from assistant.core.listening_state import ListeningState
from assistant.nlu.templates.normalise import normalise

_SELF_ECHO_SHARE = 0.6
"""Share of the recognised letters, in words that the prompt has too, above which it is an echo."""


@dataclass(frozen=True)
class Overlap:
    """How an utterance overlapped with the guide's speech, and the state of the echo canceller."""

    prompt: str
    """Text of what the guide was saying, and of what may still have been echoing."""

    during_prompt: bool
    """Whether the prompt was audible when the speech ended, or all the time before."""

    echo_aligned: bool
    """Whether the echo canceller was aligned throughout the utterance."""

    echo_converged: bool
    """Whether the echo canceller had converged when the utterance began."""

    was_stable: bool = True
    """Whether the words were a complete phrase before the decoder was made to end one."""


class BargeInPolicy(ABC):
    """What may interrupt the guide. Stateless."""

    closed = False
    """Whether the microphone is ignored while the guide speaks (half duplex)."""

    @abstractmethod
    def grammar_for(self, state: ListeningState) -> ListeningState:
        """The grammar to use while the guide speaks, if ``state`` is the one in silence."""

    @abstractmethod
    def reject_reason(self, heard: Utterance, overlap: Overlap) -> RejectionReason | None:
        """Why to ignore an utterance that began during a prompt; None if it counts."""


def self_echo_reason(heard: Utterance, overlap: Overlap) -> RejectionReason | None:
    """Why this may be the guide's own voice; None if it is not.

    Every policy checks this first: the guide must never obey itself. Nothing is accepted while
    the canceller is not aligned, and the prompt's own words only after it has converged.
    """
    if (
        overlap.during_prompt
        and not overlap.echo_converged
        and _shared(heard.words, overlap.prompt) >= _SELF_ECHO_SHARE
    ):
        return RejectionReason.SELF_ECHO
    return None if overlap.echo_aligned else RejectionReason.ECHO_NOT_ALIGNED


def _shared(words: str, prompt: str) -> float:
    """The share of ``words``, by letters, that is in ``prompt`` too."""
    spoken = Counter(normalise(prompt).split())
    heard = words.split()
    letters = sum(len(word) for word in heard)
    return sum(len(word) for word in heard if spoken[word]) / letters if letters else 0.0


ECHO_TAIL = 0.7
"""Seconds for which a prompt may be heard after it was played: over Bluetooth and on a busy machine
the echo came up to 0.36 s late, and a room adds 0.25 s."""


_REMEMBERED = 20.0
"""Seconds for which an ended prompt is remembered: more than the longest utterance, whose start
counts."""


@dataclass
class _Prompt:
    text: str
    audible: float
    """Second at which it could last be heard."""


class PromptHistory:
    """The prompts whose echo may be heard, in seconds of audio time."""

    def __init__(self) -> None:
        self._prompts: list[_Prompt] = []

    def start(self, text: str, now: float) -> None:
        """The guide starts to speak ``text`` at the second ``now``."""
        self._prompts = [one for one in self._prompts if one.audible >= now - _REMEMBERED]
        self._prompts.append(_Prompt(text, now))

    def update(self, far_end_active: bool, now: float) -> None:
        """Take a block that ends at ``now``; ``far_end_active``: the guide may be heard in it."""
        if far_end_active and self._prompts:
            self._prompts[-1].audible = now

    def audible_since(self, since: float) -> str:
        """The text of the prompts that may have been heard after the second ``since``."""
        return " ".join(one.text for one in self._prompts if one.audible + ECHO_TAIL > since)


_AFTER_PROMPT = round(0.2 * RATE / BLOCK)
"""Blocks of speech without the guide's voice that make an utterance outlast the prompt."""


class OverlapTracker:
    """Follows, block by block, how an utterance overlaps with the guide's speech."""

    def __init__(self, began_during: bool = False, echo: EchoCanceller | None = None) -> None:
        self.began_during = began_during
        """Whether it began while the guide was audible."""

        self.overlapped = began_during
        """Whether the guide was audible at any time during it."""

        self._aligned = echo is None or echo.is_aligned
        self._converged = echo is None or echo.is_converged
        self._blocks_after = 0
        self._last = 0.0

    def update(self, echo: EchoCanceller | None, last: float) -> None:
        """Take the next block; ``last`` is the second at which speech was last detected."""
        if echo is None:
            return
        self.overlapped = self.overlapped or echo.far_end_active
        if not self.overlapped:
            return
        self._aligned = self._aligned and echo.is_aligned
        if last > self._last and not echo.far_end_active:
            self._blocks_after += 1
        self._last = last

    @property
    def continues_after_prompt(self) -> bool:
        """Whether it began during a prompt and went on for at least 0.2 s after it."""
        return self.began_during and self._blocks_after >= _AFTER_PROMPT

    def overlap(self, prompt: str, echo: EchoCanceller | None, was_stable: bool) -> Overlap:
        """The result for the policy; measures the alignment once more."""
        return Overlap(
            prompt=prompt,
            during_prompt=not self.continues_after_prompt
            or (echo is not None and echo.far_end_active),
            echo_aligned=self._aligned and (echo is None or echo.recheck_alignment()),
            echo_converged=self._converged,
            was_stable=was_stable,
        )


MIN_CONFIDENCE = 0.75
"""Confidence that interrupts: to be interrupted by a moan is worse than to be asked again."""


MIN_CONFIDENCE_UNSTABLE = 0.99
"""The same for words that became a complete phrase only when the sound ended: nothing else may
fit at all. "Em" drawn out was made "lebih pelan" with 0.89, a moan "tolong saya" with 0.98."""


MAX_LETTERS_PER_SECOND = 26.0
"""Letters a second beyond which nobody speaks: a cough is shorter than the word it sounds like."""


def is_too_fast(heard: Utterance) -> bool:
    """Whether the words have more letters per second than anybody speaks."""
    letters = len(heard.words.replace(" ", ""))
    return letters > MAX_LETTERS_PER_SECOND * (heard.end - heard.start)


class CommandsOnly(BargeInPolicy):
    """The default: the usual commands and every call for help interrupt."""

    def grammar_for(self, state: ListeningState) -> ListeningState:
        """A small graph of its own: the fewer phrases, the more reliable each is over the guide."""
        return ListeningState.BARGE_IN if state == ListeningState.CONVERSATION else state

    def reject_reason(self, heard: Utterance, overlap: Overlap) -> RejectionReason | None:
        """Reject self-echo, whatever is not a command, and uncertain commands."""
        echo = self_echo_reason(heard, overlap)
        if echo or not overlap.during_prompt:
            return echo
        if not heard.accepted:
            return RejectionReason.NO_COMMAND
        if is_too_fast(heard):
            return RejectionReason.TOO_SHORT
        needed = MIN_CONFIDENCE if overlap.was_stable else MIN_CONFIDENCE_UNSTABLE
        return None if heard.confidence >= needed else RejectionReason.LOW_CONFIDENCE


class AnyPhrase(BargeInPolicy):
    """For headphones, quiet rooms, and loudspeakers far from the microphone."""

    def grammar_for(self, state: ListeningState) -> ListeningState:
        """The same as in silence."""
        return state

    def reject_reason(self, heard: Utterance, overlap: Overlap) -> RejectionReason | None:
        """Reject only self-echo and sound without words, such as a cough or a moan."""
        echo = self_echo_reason(heard, overlap)
        if echo:
            return echo
        return None if heard.words else RejectionReason.NO_WORDS


class NoBargeIn(BargeInPolicy):
    """For loudspeakers too close to the microphone, or too distorted, for echo cancellation."""

    closed = True

    def grammar_for(self, state: ListeningState) -> ListeningState:
        """The same as in silence."""
        return state

    def reject_reason(self, heard: Utterance, overlap: Overlap) -> RejectionReason | None:
        """None: speech that begins during a prompt is never decoded."""
        return None


POLICIES: dict[str, type[BargeInPolicy]] = {
    "commands": CommandsOnly,
    "any": AnyPhrase,
    "off": NoBargeIn,
}
"""Policies by their name in ``config.toml``."""
