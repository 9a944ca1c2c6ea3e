"""What every player does the same way: it hands the guide's wishes to a mixer."""

from assistant.speaking.mixer import Mixer
from assistant.speaking.protocols import Clip
from assistant.speaking.tap import Tap


class MixedPlayer:
    """The part of a ``Player`` that is its mixer; where the sound goes is for others to say."""

    def __init__(self) -> None:
        self._mixer = Mixer()

    def play(self, clip: Clip) -> None:
        """Play ``clip`` in place of whatever is playing; cues go on."""
        self._mixer.play(clip)

    def cue(self, clip: Clip) -> None:
        """Play a short tone over whatever is playing."""
        self._mixer.cue(clip)

    def stop(self) -> None:
        """Be silent at once."""
        self._mixer.stop()

    def duck(self, on: bool) -> None:
        """Lower the voice while the user may be speaking."""
        self._mixer.duck(on)

    def set_volume(self, volume: float) -> None:
        """Loudness from now on; 1.0 is normal."""
        self._mixer.set_volume(volume)

    def dim(self, part: float) -> None:
        """Be that much softer than the volume says, 0 to 1, and begin gently; not the alarm."""
        self._mixer.dim(part)

    @property
    def reference(self) -> Tap:
        """What was played, for an echo canceller; see ``Mixer.reference``."""
        return self._mixer.reference

    @property
    def playing(self) -> bool:
        """Whether the clip given to ``play`` is not yet at its end."""
        return self._mixer.playing

    @property
    def position(self) -> float:
        """Seconds of that clip that were played."""
        return self._mixer.position
