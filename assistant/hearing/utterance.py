"""What is remembered of an utterance while it goes on."""

import numpy as np

from assistant.hearing.echo import EchoHandling
from assistant.hearing.protocols import BLOCK, RATE, Samples
from assistant.hearing.turns.base import Scene

_ALONE = round(0.2 * RATE / BLOCK)
"""Blocks of speech in silence from which an utterance was not all said over the guide."""


class Utterance:
    """Its sound, and how it stands to what the guide was saying."""

    def __init__(
        self,
        state: str,
        over: bool = False,
        sound: Samples | None = None,
        echo: EchoHandling | None = None,
    ) -> None:
        self.state = state
        """The listening state in which it is decoded."""

        self.over = over
        """Whether it began while the guide could be heard."""

        self._sound = [] if sound is None or not over else [sound]
        self._in_step = echo is None or echo.trusted
        self._proven = echo is None or echo.proven
        self._alone = 0
        self._last = 0.0

    def goes_on(self, block: Samples, echo: EchoHandling | None, last: float) -> None:
        """Take its next block; ``last`` is the second at which speech was last heard."""
        if not self.over or echo is None:
            return
        self._sound.append(block)
        self._in_step = self._in_step and echo.trusted
        if last > self._last and not echo.audible:
            self._alone += 1
        self._last = last

    @property
    def sound(self) -> Samples:
        """All of it, if it began over the guide."""
        return np.concatenate(self._sound) if self._sound else np.zeros(0, dtype=np.int16)

    def scene(self, said: str, echo: EchoHandling | None) -> Scene:
        """What was going on, for the strategy of turns; looks at the echo once more."""
        return Scene(
            said=said,
            within=self._alone < _ALONE,
            in_step=self._in_step and (echo is None or echo.in_step()),
            proven=self._proven,
        )
