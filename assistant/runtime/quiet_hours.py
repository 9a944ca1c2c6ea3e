"""Quiet hours: between two times of the day the guide is softer, and a tone replaces a "yes"."""

from collections.abc import Callable, Set
from datetime import datetime, time

from assistant.audio.pcm import amplitude
from assistant.audio.room_noise import SILENCE
from assistant.dialogue.script.model import Script
from assistant.runtime.config import AudioConfig

ACKNOWLEDGEMENTS = (
    "ok", "paused", "continued", "slower", "faster", "louder", "softer", "thanks",
)  # fmt: skip
"""Replies (phrases/id/replies.yaml) that say no more than "yes": what was asked for is heard or
seen at once. A reply that repeats what was understood is never among them."""


QUIET_ROOM = -52.0
"""Noise in dBFS up to which the guide is as soft at night as it is told to be; above, the voice
gains what the noise does. A quiet bedroom has about -64 at a cheap microphone
(``room_simulation``)."""


def local_time() -> time:
    """The time of the day here."""
    return datetime.now().astimezone().time()


def acknowledgements(script: Script) -> frozenset[str]:
    """The script's sentences that a tone may replace."""
    return frozenset(line.text for name in ACKNOWLEDGEMENTS for line in script.replies[name])


class QuietHours:
    """What the section ``[sound]`` says about the night, by a clock."""

    def __init__(
        self,
        audio: AudioConfig,
        acknowledgements: Set[str] = frozenset(),
        clock: Callable[[], time] = local_time,
    ) -> None:
        self._audio = audio
        self._acknowledgements = acknowledgements
        self._clock = clock

    def volume(self, noise: float = SILENCE) -> float:
        """Gain at this time of the day, 0 to 1; 1 outside the quiet hours.

        ``noise`` of the room in dBFS: over a fan the night's volume would not be heard, so it is
        raised as far as the usual one.
        """
        if not self._now():
            return 1.0
        return min(1.0, self._audio.night_volume * amplitude(max(0.0, noise - QUIET_ROOM)))

    def earcon_is_enough(self, text: str) -> bool:
        """True if a tone replaces this text at this time of the day."""
        wanted = self._audio.night_answers == "cue"
        return wanted and text in self._acknowledgements and self._now()

    def _now(self) -> bool:
        begin, end = self._audio.night_from, self._audio.night_to
        if begin is None:
            return False
        now = self._clock()
        return begin <= now < end if begin <= end else now >= begin or now < end
