"""Protocols of the ASR room: ``Recognizer`` (one utterance) and ``Listener`` (a stream)."""

from collections.abc import Set
from typing import Protocol

from assistant.asr.listener_events import ListenerEvent, ScoreDetails, Utterance
from assistant.audio.pcm import Samples
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Alternative

NO_EXPECTATION: Set[str] = frozenset()
"""No sentence is more likely than others."""


class Heard(Protocol):
    """What is needed to understand an utterance: of the listener, or of a recogniser alone."""

    @property
    def words(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def doubtful(self) -> bool: ...
    @property
    def alternatives(self) -> tuple[Alternative, ...]: ...
    @property
    def with_talk(self) -> tuple[Alternative, ...]: ...


class Recognition(Heard, Protocol):
    """The final result of a recogniser for one utterance."""

    @property
    def details(self) -> ScoreDetails: ...
    @property
    def sound(self) -> Samples | None: ...


class Recognizer(Protocol):
    """Decodes one utterance at a time; endpointing is the caller's."""

    def start(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Begin a new utterance with the grammar of ``state``.

        ``expected`` are the sentences that answer the guide's last question: they win over
        other phrases whose score is only slightly better.
        """
        ...

    def feed(self, samples: Samples) -> None:
        """Decode some more audio, int16, mono, ``RATE`` Hz, any length."""
        ...

    def partial(self) -> str:
        """The words so far; empty if there are none."""
        ...

    def complete(self) -> bool:
        """Whether the words so far are a phrase that is no prefix of a longer one."""
        ...

    def whole(self) -> bool:
        """Whether the words so far are a phrase, possibly the prefix of a longer one."""
        ...

    def finish(self) -> Recognition:
        """End the utterance and return the result."""
        ...


class Listener(Protocol):
    """Audio blocks in, events out: echo cancellation, endpointing and a recogniser."""

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """Take the next block of the source; return the events it caused, oldest first."""
        ...

    def set_grammar(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Set the grammar from the next utterance on.

        ``expected``: see ``Recognizer.start``.
        """
        ...

    def on_prompt(self, text: str) -> None:
        """The guide starts a prompt with this text, which may come back as echo."""
        ...

    def addressed(self, heard: Utterance) -> None:
        """``heard`` was acted on: whoever said it talks to the guide."""
        ...

    def flush(self) -> list[ListenerEvent]:
        """The source has ended: finish the open utterance, if any."""
        ...
