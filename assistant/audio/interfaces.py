"""What the rest of the house may ask of a voice and a loudspeaker."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.audio.pcm import BLOCK_SECONDS, AudioSource, Samples

SPEECH_RATE = 22_050
"""Sample rate, in Hz, of everything that is spoken (espeak-ng's own)."""


@dataclass(frozen=True)
class Clip:
    """Something to be played."""

    samples: Samples
    """int16, mono, ``RATE`` Hz."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SPEECH_RATE


class Voice(Protocol):
    """Text to sound."""

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; ``rate`` is relative to the calm default pace."""
        ...


class EchoReference(Protocol):
    """What a loudspeaker was given, in the time of the microphone that hears it."""

    def __call__(self, count: int) -> Samples:
        """The oldest ``count`` samples not yet taken, int16 at 16 kHz, zeros if there are none."""
        ...

    def set_drift(self, ahead: float) -> None:
        """The loudspeaker's clock is ahead of the microphone's by this share from now on."""
        ...


class Player(Protocol):
    """A loudspeaker, or a file in its place. All calls return at once."""

    def play(self, clip: Clip) -> None:
        """Play ``clip`` in place of whatever is playing; cues go on."""
        ...

    def cue(self, clip: Clip) -> None:
        """Play a short tone over whatever is playing."""
        ...

    def stop(self) -> None:
        """Be silent at once (a few milliseconds of fade)."""
        ...

    def duck(self, on: bool) -> None:
        """Lower the voice while the user may be speaking."""
        ...

    def set_volume(self, volume: float) -> None:
        """Loudness from now on; 1.0 is normal."""
        ...

    def dim(self, part: float) -> None:
        """Be that much softer than the volume says, 0 to 1, and begin gently; not the alarm."""
        ...

    def advance(self, seconds: float) -> None:
        """Audio time went by. A file writes that much sound; a sound card keeps its own time."""
        ...

    @property
    def reference(self) -> EchoReference:
        """What was played, once: what an echo is of."""
        ...

    @property
    def lost(self) -> bool:
        """Whether the loudspeaker is away at present."""
        ...

    @property
    def playing(self) -> bool:
        """Whether the clip given to ``play`` is not yet at its end."""
        ...

    @property
    def position(self) -> float:
        """Seconds of that clip that were played."""
        ...

    def close(self) -> None:
        """Finish the file or let the device go; may be called twice."""
        ...


def paced_blocks(source: AudioSource, player: Player) -> Iterator[tuple[float, Samples]]:
    """The clock of every conversation: the source's blocks, the player brought up to each.

    Yields the seconds of audio up to the end of the block, and the block; raises what
    ``AudioSource.blocks`` does.
    """
    for count, block in enumerate(source.blocks(), start=1):
        player.advance(BLOCK_SECONDS)
        yield count * BLOCK_SECONDS, block
