"""The one simulated room: noise, reflections, a loudspeaker that is heard by the microphone.

Levels are amplitudes; seeds make every sound reproducible. ``SimulatedRoom`` and ``RoomPlayer``
stand in for a microphone and a loudspeaker in audio time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.mixer import MixerPlayer
from assistant.audio.pcm import (
    BLOCK,
    BLOCK_SECONDS,
    RATE,
    FloatSamples,
    Samples,
    SteadySource,
    amplitude,
    rms,
    saturate,
    to_float,
    truncate_to_int16,
)

Floats = npt.NDArray[np.float64]

NOISE_DB = -58.0
"""Noise floor of the room in dBFS: a quiet bedroom through a cheap microphone."""

VOICE_PEAK = 0.35
"""Peak of a user's voice two metres away, full scale 1."""


def pink_noise(length: int, random: np.random.Generator) -> FloatSamples:
    """Pink noise (-3 dB per octave): float32, shape (length,), RMS 1."""
    spectrum = np.fft.rfft(random.normal(0, 1, length))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    noise = np.fft.irfft(spectrum, length)
    scaled: FloatSamples = (noise / rms(noise)).astype(np.float32)
    return scaled


def decaying_noise(random: np.random.Generator, length: int, gap: float) -> Floats:
    """Reflections of a room: ``length`` samples of noise that fall by 60 dB, silent for ``gap``
    seconds at first. Shape (length,), float64, not scaled.
    """
    tail: Floats = random.normal(0, 1, length) * 10 ** (-3 * np.arange(length) / length)
    tail[: int(gap * RATE)] = 0
    return tail


def with_direct_sound(tail: Floats, level: float) -> Floats:
    """Impulse response, float64: a direct sound of 1 and ``tail``, the root of whose energy
    becomes ``level``.
    """
    response: Floats = tail * (level / np.sqrt(np.sum(tail**2)))
    response[0] = 1.0
    return response


def add_reverb(dry: FloatSamples, seed: int = 7) -> FloatSamples:
    """Convolve speech with the impulse response of a small furnished room.

    The response is an exponentially decaying noise tail (RT60 0.25 s) at -12 dB, 3 ms after the
    direct path. ``dry``: float32, shape (n,), ``RATE`` Hz; returns float32, shape
    (n + 0.25 * RATE - 1,), normalised to a peak of ``VOICE_PEAK``.
    """
    tail = decaying_noise(np.random.default_rng(seed), int(0.25 * RATE), gap=0.003)
    wet = np.convolve(dry, with_direct_sound(tail, amplitude(-12)))
    peak = float(np.max(np.abs(wet))) or 1.0
    return (wet * (VOICE_PEAK / peak)).astype(np.float32)


def users_voice(clip: Clip, peak: float = VOICE_PEAK, seed: int = 7) -> Samples:
    """A synthetic user two metres away: int16 at ``RATE``, in a room, cut to what is audible."""
    dry = soxr.resample(to_float(clip.samples), SPEECH_RATE, RATE)
    wet = add_reverb(dry.astype(np.float32), seed) * np.float32(peak / VOICE_PEAK)
    loud = np.flatnonzero(np.abs(wet) > 0.02 * peak)
    return truncate_to_int16(wet[loud[0] : loud[-1] + 1])


def spoken_in_room(clip: Clip, snr_db: float, seed: int) -> Samples:
    """Half a second of noise, ``clip`` with reverb and noise, 0.6 s of noise; int16 at ``RATE``."""
    dry = soxr.resample(to_float(clip.samples), SPEECH_RATE, RATE)
    wet = add_reverb(dry.astype(np.float32), seed=seed)
    sound = np.concatenate([np.zeros(RATE // 2), wet, np.zeros(RATE * 6 // 10)])
    return add_noise(sound, snr_db, seed, rms(wet))


def add_noise(
    sound: npt.NDArray[np.floating[Any]], snr_db: float, seed: int, level: float | None = None
) -> Samples:
    """``sound`` (full scale 1) with noise ``snr_db`` below ``level``, its RMS; int16.

    An even seed gives white noise, an odd one pink. Without ``level``, that of the louder 40 % of
    the blocks is taken: of speech itself, not of the silence around it.
    """
    if level is None:
        power = np.mean(sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK) ** 2, axis=1)
        level = float(np.sqrt(np.mean(power[power > np.percentile(power, 60)])))
    noise = np.random.default_rng(seed).normal(0, 1, len(sound))
    if seed % 2:
        spectrum = np.fft.rfft(noise)
        spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
        noise = np.fft.irfft(spectrum, len(sound))
    noise *= level * amplitude(-snr_db) / rms(noise)
    return truncate_to_int16(np.clip(sound + noise, -1, 1))


_NOISE_SECONDS = 20


@dataclass(frozen=True)
class EchoPath:
    """The acoustic path from the loudspeaker to the microphone."""

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

    def response(self) -> FloatSamples:
        """The impulse response: delay, direct sound, -6 dB of reflections; float32 at ``RATE``."""
        random = np.random.default_rng(self.seed)
        tail = decaying_noise(random, int(self.reverberation * RATE), gap=0.002)
        room = with_direct_sound(tail, 0.5)
        response = np.concatenate([np.zeros(int(self.delay * RATE)), room])
        return (response * amplitude(self.gain_db)).astype(np.float32)


_LIMIT = 10_000.0
"""Level (of 32,767) at which a loudspeaker that distorts gives a fifth less than it should."""


def distorted(sound: FloatSamples) -> FloatSamples:
    """``sound`` (full scale 32,767) from a loudspeaker that bends its peaks, inwards less.

    A sine of half of ``_LIMIT`` gets 2.5 % of harmonics, one of ``_LIMIT`` 8 %.
    """
    scaled = sound / _LIMIT
    bent: FloatSamples = (_LIMIT * (np.tanh(scaled) + 0.06 * scaled * scaled)).astype(np.float32)
    return bent


class RoomPlayer(MixerPlayer):
    """A ``Player`` in audio time whose sound can be heard in the room.

    ``ahead``: share by which its clock is faster than that of the room, the microphone's.
    """

    def __init__(self, ahead: float = 0.0) -> None:
        super().__init__()
        self._rate = SPEECH_RATE * (1 + ahead)
        self._due = self._spoken = 0.0
        # float32: to int16 soxr adds noise of a random seed, and no two runs would be alike
        self._resampler = soxr.ResampleStream(self._rate, RATE, 1, "float32", quality="LQ")
        self._air: FloatSamples = np.zeros(0, dtype=np.float32)
        self.loudness = 0.0
        """Root mean square of what was played in the last step."""

    def advance(self, seconds: float) -> None:
        """Render what is heard in so many seconds of the room."""
        self._due += seconds * self._rate
        count = int(self._due + 1e-6)
        self._due -= count
        rendered = self._mixer.render(count)
        self.loudness = rms(rendered.astype(np.float64))
        more = np.rint(self._resampler.resample_chunk(rendered.astype(np.float32)))
        self._air = np.concatenate([self._air, more])

    def take(self, count: int) -> FloatSamples:
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


class SimulatedRoom(SteadySource):
    """An ``AudioSource``: echo of ``player``, what ``say`` was given, and noise."""

    def __init__(
        self, player: RoomPlayer, echo: EchoPath | None, noise_db: float = NOISE_DB, seed: int = 1
    ) -> None:
        self._player = player
        self._noise = pink_noise(_NOISE_SECONDS * RATE, np.random.default_rng(seed))
        self._noise *= np.float32(32768 * amplitude(noise_db))
        self._place = 0
        self._user: FloatSamples = np.zeros(0, dtype=np.float32)
        self._played: FloatSamples = np.zeros(0, dtype=np.float32)
        self._response: FloatSamples = np.zeros(1, dtype=np.float32)
        self.change(echo)
        self.time = 0.0
        """Seconds of audio time so far."""

    def change(self, echo: EchoPath | None) -> None:
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
        self.time += BLOCK_SECONDS
        return saturate(np.rint(block))

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks for ever."""
        while True:
            yield self.block()

    def close(self) -> None:
        """Nothing to let go."""
