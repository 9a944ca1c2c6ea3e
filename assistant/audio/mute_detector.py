"""Detects a microphone that is muted or dead: its samples do not change at all."""

from collections.abc import Iterator

from assistant.audio.pcm import RATE, AudioSource, Samples
from assistant.core.errors import MissingError
from assistant.core.translation import _

NEVER_HEARD_SECONDS = 8.0
"""Seconds without any change from the start after which a microphone counts as muted."""

HEARD_SECONDS = 30.0
"""The same for a microphone that has worked: one with a noise gate is silent between sounds."""


class MuteDetector:
    """Fed with every block that a device delivers.

    A working microphone always has noise in its lowest bits, so it is enough to look for change;
    the level does not matter.
    """

    def __init__(self) -> None:
        self._last: int | None = None
        self._unchanged = 0
        self._heard = False

    @property
    def muted(self) -> bool:
        """Whether nothing has changed for so long that the microphone is muted or dead."""
        limit = HEARD_SECONDS if self._heard else NEVER_HEARD_SECONDS
        return self._unchanged >= limit * RATE

    def feed(self, samples: Samples) -> None:
        """Take the next samples, int16, shape (n,), at ``RATE`` Hz."""
        if not len(samples):
            return
        first = int(samples[0])
        if self._last in (None, first) and bool((samples == first).all()):
            self._unchanged += len(samples)
        else:
            self._unchanged = 0
            self._heard = True
        self._last = int(samples[-1])


def microphone_is_muted() -> MissingError:
    """The error for a command that cannot go on without sound."""
    return MissingError(
        _("the microphone is muted or dead: it delivers no sound at all"),
        _("unmute it, or choose another one (`python3 run.py doctor` shows them)"),
    )


def unmuted_blocks(source: AudioSource) -> Iterator[Samples]:
    """The blocks of ``source``; raises ``MissingError`` once it is muted."""
    for block in source.blocks():
        if source.muted:
            raise microphone_is_muted()
        yield block
