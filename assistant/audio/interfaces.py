"""Protocols of the audio output: voice, player, echo reference."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.audio.pcm import BLOCK_SECONDS, AudioSource, Samples

SPEECH_RATE = 22_050
"""Sample rate of everything that is played, in Hz (espeak-ng's native rate)."""


@dataclass(frozen=True)
class Clip:
    """Audio to be played."""

    samples: Samples
    """int16, shape (n,), mono, ``SPEECH_RATE`` Hz."""

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / SPEECH_RATE


class Voice(Protocol):
    """Text to speech."""

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; ``rate`` is a factor on the calm default speaking rate."""
        ...


class EchoReference(Protocol):
    """Far-end reference for echo cancellation: what was played, in the microphone's clock."""

    def __call__(self, count: int) -> Samples:
        """Read the next ``count`` samples: int16, shape (count,), 16 kHz; zeros on underrun."""
        ...

    def set_drift(self, drift: float) -> None:
        """Set the relative rate by which the loudspeaker's clock is faster (1e-6 is 1 ppm)."""
        ...


class Player(Protocol):
    """A loudspeaker, or a file in its place. No method blocks."""

    def play(self, clip: Clip) -> None:
        """Play ``clip`` instead of the clip that is playing; earcons go on."""
        ...

    def cue(self, clip: Clip) -> None:
        """Mix a short tone into whatever is playing."""
        ...

    def stop(self) -> None:
        """Stop at once, with a fade-out of a few milliseconds."""
        ...

    def duck(self, on: bool) -> None:
        """Duck the voice while the user may be speaking."""
        ...

    def set_volume(self, volume: float) -> None:
        """Set the linear output gain; 1.0 is normal."""
        ...

    def dim(self, gain: float) -> None:
        """Set an extra gain for quiet hours, 0 to 1, with soft onsets; the alarm is exempt."""
        ...

    def advance(self, seconds: float) -> None:
        """Advance audio time: a file player renders that much; a sound card has its own clock."""
        ...

    @property
    def reference(self) -> EchoReference:
        """The far-end reference of an echo canceller."""
        ...

    @property
    def lost(self) -> bool:
        """Whether the loudspeaker is unavailable at present."""
        ...

    @property
    def playing(self) -> bool:
        """Whether the clip given to ``play`` has not ended yet."""
        ...

    @property
    def position(self) -> float:
        """Position in that clip in seconds."""
        ...

    def close(self) -> None:
        """Finish the file or release the device; may be called twice."""
        ...


def paced_blocks(source: AudioSource, player: Player) -> Iterator[tuple[float, Samples]]:
    """The block clock of a conversation: advances the player by each block of the source.

    Yields the end of the block in seconds of audio, and the block. Raises what
    ``AudioSource.blocks`` raises.
    """
    for count, block in enumerate(source.blocks(), start=1):
        player.advance(BLOCK_SECONDS)
        yield count * BLOCK_SECONDS, block
