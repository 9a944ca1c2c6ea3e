"""What the rest of the house may ask of a microphone, a recogniser and an ear."""

from collections.abc import Set
from typing import Protocol

from assistant.asr.events import ListenerEvent, ScoreDetails
from assistant.audio.pcm import Samples
from assistant.core.listening_state import ListeningState

NO_EXPECTATION: Set[str] = frozenset()
"""No sentence is expected more than others."""


class Recognition(Protocol):
    """The final result of a recogniser for one utterance."""

    @property
    def words(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def doubtful(self) -> bool: ...
    @property
    def details(self) -> ScoreDetails: ...
    @property
    def sound(self) -> Samples | None: ...


class Recognizer(Protocol):
    """Decodes one utterance at a time; knows nothing of where it begins or ends."""

    def start(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Begin a new utterance; ``state`` is ``idle``, ``conversation`` or ``all``.

        ``expected`` are the sentences that answer what the guide has just asked: of two that
        fit the sound nearly as well, one of them is believed.
        """
        ...

    def feed(self, samples: Samples) -> None:
        """Decode some more audio, int16, mono, ``RATE`` Hz, any length."""
        ...

    def partial(self) -> str:
        """The words so far, empty when there are none."""
        ...

    def complete(self) -> bool:
        """Whether the words so far are a whole phrase that no longer phrase continues."""
        ...

    def whole(self) -> bool:
        """Whether the words so far are a whole phrase, though a longer one may continue them."""
        ...

    def finish(self) -> Recognition:
        """End the utterance and return what was heard."""
        ...


class Listener(Protocol):
    """Audio blocks in, ear events out; holds endpointing, echo handling and a recogniser."""

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """Take the next block of the source; returns what became known by it."""
        ...

    def set_grammar(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Say what may be heard from the next utterance on: ``idle`` or ``conversation``.

        ``expected``: see ``Recognizer.start``.
        """
        ...

    def on_prompt(self, text: str) -> None:
        """The guide begins to say ``text``: what it says itself is no wish of the user's."""
        ...

    def flush(self) -> list[ListenerEvent]:
        """The source has ended: decode what is still open."""
        ...
