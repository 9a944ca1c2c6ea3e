"""A room in audio time: what the guide plays comes back to the microphone, and a user speaks."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.interfaces import Clip
from assistant.audio.mixer import MixerPlayer
from assistant.audio.pcm import BLOCK, RATE, Samples
from assistant.audio.room_simulation import add_reverb, pink_noise

Sound = npt.NDArray[np.float32]

NOISE_DB = -58.0
"""Level of the room's noise against full scale."""

_NOISE_SECONDS = 20


@dataclass(frozen=True)
class Echo:
    """The way from the loudspeaker to the microphone."""

    gain_db: float = -6.0
    """Level of the direct sound at the microphone against what was played."""

    delay: float = 0.1
    """Seconds until it arrives, the sound card's buffers included."""

    reverberation: float = 0.25
    """Seconds in which its reflections fall by 60 dB."""

    seed: int = 5

    ahead: float = 0.0
    """Share by which the loudspeaker's clock is faster than the microphone's."""

    distorts: bool = False
    """Whether it is a cheap loudspeaker at its limits: what it adds no filter can foresee."""

    def response(self) -> Sound:
        """The impulse response at ``RATE``: delay, direct sound, -6 dB of reflections."""
        random = np.random.default_rng(self.seed)
        length = int(self.reverberation * RATE)
        tail = random.normal(0, 1, length) * 10 ** (-3 * np.arange(length) / length)
        tail[: int(0.002 * RATE)] = 0
        tail *= 0.5 / np.sqrt(np.sum(tail**2))
        tail[0] = 1.0
        response = np.concatenate([np.zeros(int(self.delay * RATE)), tail])
        return (response * 10 ** (self.gain_db / 20)).astype(np.float32)


_LIMIT = 10_000.0
"""Level (of 32,767) at which a loudspeaker that distorts gives a fifth less than it should."""


def distorted(sound: Sound) -> Sound:
    """``sound`` from a loudspeaker that bends its peaks, inwards less than outwards.

    A sine of half of ``_LIMIT`` gets 2.5 % of harmonics, one of ``_LIMIT`` 8 %.
    """
    bent = sound / _LIMIT
    return (_LIMIT * (np.tanh(bent) + 0.06 * bent * bent)).astype(np.float32)


class RoomPlayer(MixerPlayer):
    """A ``Player`` in audio time whose sound can be heard in the room.

    ``ahead``: share by which its clock is faster than that of the room, the microphone's.
    """

    def __init__(self, ahead: float = 0.0) -> None:
        super().__init__()
        self._rate = SPOKEN_RATE * (1 + ahead)
        self._due = self._spoken = 0.0
        # float32: to int16 soxr adds noise of a random seed, and no two runs would be alike
        self._resampler = soxr.ResampleStream(self._rate, RATE, 1, "float32", quality="LQ")
        self._air: Sound = np.zeros(0, dtype=np.float32)
        self.loudness = 0.0
        """Root mean square of what was played in the last step."""

    def advance(self, seconds: float) -> None:
        """Render what is heard in so many seconds of the room."""
        self._due += seconds * self._rate
        count = int(self._due + 1e-6)
        self._due -= count
        rendered = self._mixer.render(count)
        self.loudness = float(np.sqrt(np.mean(rendered.astype(np.float64) ** 2)))
        more = np.rint(self._resampler.resample_chunk(rendered.astype(np.float32)))
        self._air = np.concatenate([self._air, more])

    def take(self, count: int) -> Sound:
        """The next samples at ``RATE``, zeros where nothing was rendered yet."""
        taken, self._air = self._air[:count], self._air[count:]
        return np.pad(taken, (0, count - len(taken))).astype(np.float32)

    @property
    def left(self) -> float:
        """Seconds that are still to be spoken."""
        return self._spoken - self.position if self.playing else 0.0

    def play(self, clip: Clip) -> None:
        """Play ``clip`` in place of whatever is playing."""
        self._spoken = clip.seconds
        super().play(clip)

    @property
    def lost(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing to let go."""


class Room:
    """An ``AudioSource``: echo of ``player``, what ``say`` was given, and noise."""

    def __init__(
        self, player: RoomPlayer, echo: Echo | None, noise_db: float = NOISE_DB, seed: int = 1
    ) -> None:
        self._player = player
        self._noise = pink_noise(_NOISE_SECONDS * RATE, np.random.default_rng(seed))
        self._noise *= np.float32(32768 * 10 ** (noise_db / 20))
        self._place = 0
        self._user: Sound = np.zeros(0, dtype=np.float32)
        self._played: Sound = np.zeros(0, dtype=np.float32)
        self._response: Sound = np.zeros(1, dtype=np.float32)
        self.change(echo)
        self.time = 0.0
        """Seconds of audio time so far."""

    def change(self, echo: Echo | None) -> None:
        """From now on the loudspeaker is heard by this way; None: not at all."""
        self._response = np.zeros(1, dtype=np.float32) if echo is None else echo.response()
        self._distorts = echo is not None and echo.distorts
        wanted = len(self._response) - 1
        self._played = np.pad(self._played, (wanted, 0))[-wanted:] if wanted else self._played[:0]

    def say(self, samples: Samples) -> float:
        """The user begins to speak these (``RATE``) now; returns the second when it ends."""
        self._user = samples.astype(np.float32)
        return self.time + len(samples) / RATE

    def block(self) -> Samples:
        """The next 20 ms of the microphone."""
        sound = self._player.take(BLOCK)
        played = np.concatenate([self._played, distorted(sound) if self._distorts else sound])
        block = np.convolve(played.astype(np.float64), self._response, "valid")
        self._played = played[len(played) - len(self._response) + 1 :]
        noise = self._noise[self._place : self._place + BLOCK]
        self._place = (self._place + BLOCK) % len(self._noise)
        part, self._user = self._user[:BLOCK], self._user[BLOCK:]
        block = block + noise
        block[: len(part)] += part
        self.time += BLOCK / RATE
        return np.clip(np.rint(block), -32768, 32767).astype(np.int16)

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks for ever."""
        while True:
            yield self.block()

    @property
    def lost(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing to let go."""


def users_voice(clip: Clip, peak: float = 0.35, seed: int = 7) -> Samples:
    """A synthetic user two metres away: at ``RATE``, in a room, cut to what is audible."""
    dry = soxr.resample(clip.samples.astype(np.float32) / 32768, SPOKEN_RATE, RATE)
    wet = add_reverb(dry.astype(np.float32), seed) * np.float32(peak / 0.35)
    loud = np.flatnonzero(np.abs(wet) > 0.02 * peak)
    return (wet[loud[0] : loud[-1] + 1] * 32767).astype(np.int16)
