"""What is remembered of an utterance while it goes on."""

from assistant.hearing.echo import EchoHandling
from assistant.hearing.protocols import BLOCK, RATE
from assistant.hearing.turns.base import Scene

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
