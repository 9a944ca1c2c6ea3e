"""What can be chosen about microphone, loudspeaker and taking turns: ``[sound]`` in config.toml."""

from dataclasses import dataclass
from datetime import time

from assistant.hearing.endpoint import Patience
from assistant.hearing.turns import STRATEGIES
from assistant.toml_file import Reader, Wrong, choice, number, switch, text

DUPLEX = ("auto", "half")

PATIENCE = {"quick": 0.8, "normal": 1.0, "slow": 1.7}
"""By what the silences that end an utterance are multiplied, for whom."""

NIGHT_ANSWERS = ("cue", "words")

NIGHT_VOLUMES = (0.1, 1.0)


@dataclass(frozen=True)
class Sound:
    """The section's values."""

    microphone: str | None = None
    """Part of the device's name; None for the system's default."""

    loudspeaker: str | None = None
    barge_in: str = "commands"
    """What may interrupt the guide: a name of ``hearing.turns.STRATEGIES``."""

    duplex: str = "auto"
    """``half``: nothing is heard while the guide speaks."""

    patience: float = 1.0
    night_from: time | None = None
    night_to: time = time(6, 0)
    night_volume: float = 0.5
    """Loudness between the two times, as a part of the usual one."""

    night_answers: str = "cue"
    """``cue``: a soft tone in place of words that only say "yes" and wake others."""

    second_opinion: bool = False
    """Whether Whisper, if it is installed, is asked when a phrase is doubtful."""

    def volume_at(self, now: time) -> float:
        """Loudness at this time of the day, as a part of the usual one."""
        return self.night_volume if self.is_night(now) else 1.0

    def is_night(self, now: time) -> bool:
        """Whether it is the time to be soft."""
        if self.night_from is None:
            return False
        begin, end = self.night_from, self.night_to
        return begin <= now < end if begin <= end else now >= begin or now < end

    def cue_is_enough(self, now: time) -> bool:
        """Whether a tone stands for words that only say "yes"."""
        return self.night_answers == "cue" and self.is_night(now)

    def endpointing(self) -> Patience:
        """The silences that end an utterance."""
        return Patience().times(self.patience)


def _device(value: object) -> str | None:
    return str(text(200, "USB")(value)) or None


def _clock(value: object) -> time:
    try:
        return time.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise Wrong('must be a time of the day such as "22:00"') from error


SECTION: dict[str, Reader] = {
    "microphone": _device,
    "loudspeaker": _device,
    "barge_in": choice({name: name for name in STRATEGIES}),
    "duplex": choice({name: name for name in DUPLEX}),
    "patience": choice(PATIENCE),
    "night_from": _clock,
    "night_to": _clock,
    "night_answers": choice({name: name for name in NIGHT_ANSWERS}),
    "night_volume": number(*NIGHT_VOLUMES, "0.5"),
    "second_opinion": switch,
}
"""The keys and how they are read."""
