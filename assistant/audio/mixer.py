"""Mixes voice and cues into one stream of samples; used by every player.

A thread asks for samples (``render``) while others start and stop clips, so everything is
guarded by one lock that is held for microseconds.
"""

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.audio.aec.reference_tap import ReferenceTap
from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import Samples, to_float, truncate_to_int16

Floats = npt.NDArray[np.float32]

FADE = 0.008
"""Seconds in which a stopped clip dies away: too short to hear, long enough not to click."""

DUCKED = 0.25
"""Gain of the voice while the user may be speaking (-12 dB)."""

DUCK_DOWN = 0.04
"""Seconds from full voice to ducked."""

DUCK_UP = 0.3
"""Seconds from ducked back to full voice."""

SOFT_START = 0.3
"""Gain at which a sentence begins at night (-10 dB); it rises as after ducking."""

LONG_CUE = int(0.5 * SPEECH_RATE)
"""A cue with more samples than this left is stopped together with the voice."""

_KNEE = 0.8
"""Level from which the limiter bends the signal."""


@dataclass
class _Track:
    samples: Samples
    position: int = 0

    @property
    def left(self) -> int:
        return len(self.samples) - self.position

    def take(self, count: int) -> Floats:
        part = self.samples[self.position : self.position + count]
        self.position += len(part)
        return to_float(part)


class Mixer:
    """One voice, any number of cues, and the gains; int16 mono at ``RATE`` Hz comes out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._voice: _Track | None = None
        self._over: list[_Track] = []
        self._gain = 1.0
        self._ducked = False
        self._volume = 1.0
        self._dimmed = 1.0
        self.reference = ReferenceTap()
        """What was rendered and not yet taken, kept from the first call on. An echo canceller
        takes one block of it with every block of the microphone."""

    def play(self, clip: Clip) -> None:
        """Speak ``clip`` in place of whatever is being spoken."""
        with self._lock:
            self._fade_out()
            self._voice = _Track(clip.samples)
            if self._dimmed < 1.0:
                self._gain = min(self._gain, SOFT_START)

    def cue(self, clip: Clip) -> None:
        """Play ``clip`` over everything else; it is never ducked."""
        with self._lock:
            part = self._dimmed if len(clip.samples) <= LONG_CUE else 1.0
            self._over.append(_Track(_scaled(clip.samples, part)))

    def stop(self) -> None:
        """Let the voice die away within ``FADE`` seconds, and the alarm with it.

        Short cues ring out: they are answers to what was just said.
        """
        with self._lock:
            self._fade_out()
            self._over = [
                _faded(track, 1.0) if track.left > LONG_CUE else track for track in self._over
            ]

    def duck(self, on: bool) -> None:
        """Lower the voice, or raise it again, gradually."""
        with self._lock:
            self._ducked = on

    def set_volume(self, volume: float) -> None:
        """Loudness from now on, 0 to 4; 1.0 is normal."""
        with self._lock:
            self._volume = min(max(volume, 0.0), 4.0)

    def dim(self, part: float) -> None:
        """Be that much softer than the volume says, 0 to 1, and begin gently; not the alarm."""
        with self._lock:
            self._dimmed = min(max(part, 0.0), 1.0)

    @property
    def playing(self) -> bool:
        """Whether the voice is not yet at its end."""
        with self._lock:
            return self._voice is not None and self._voice.left > 0

    @property
    def silent(self) -> bool:
        """Whether neither voice nor cue has anything left."""
        with self._lock:
            return self._idle()

    @property
    def position(self) -> float:
        """Seconds of the voice's clip that were rendered; 0 when there is none."""
        with self._lock:
            return self._voice.position / SPEECH_RATE if self._voice else 0.0

    def render(self, count: int) -> Samples:
        """Return the next ``count`` samples."""
        with self._lock:
            mixed = self._mix(count)
        samples = truncate_to_int16(soft_limit(mixed))
        self.reference.put(samples)
        return samples

    def _mix(self, count: int) -> Floats:
        gain = self._next_gain(count)
        mixed: Floats = np.zeros(count, dtype=np.float32)
        if self._voice is not None:
            part = self._voice.take(count)
            mixed[: len(part)] += part * gain[: len(part)] * np.float32(self._dimmed)
        for track in self._over:
            part = track.take(count)
            mixed[: len(part)] += part
        self._over = [track for track in self._over if track.left > 0]
        mixed *= np.float32(self._volume)
        return mixed

    def _idle(self) -> bool:
        return not self._over and (self._voice is None or self._voice.left <= 0)

    def _fade_out(self) -> None:
        if self._voice is not None and self._voice.left > 0:
            self._over.append(_faded(self._voice, self._gain * self._dimmed))
        self._voice = None

    def _next_gain(self, count: int) -> Floats:
        goal = DUCKED if self._ducked else 1.0
        if self._gain == goal:
            return np.full(count, goal, dtype=np.float32)
        seconds = DUCK_DOWN if self._ducked else DUCK_UP
        step = (1.0 - DUCKED) / (seconds * SPEECH_RATE) * (-1 if self._ducked else 1)
        ramp = self._gain + step * np.arange(1, count + 1)
        ramp = np.maximum(ramp, goal) if self._ducked else np.minimum(ramp, goal)
        self._gain = float(ramp[-1]) if count else self._gain
        gain: Floats = ramp.astype(np.float32)
        return gain


def soft_limit(mixed: Floats) -> Floats:
    """Bend everything above the knee so that it never clips; -1 to 1 comes out."""
    loud = np.abs(mixed)
    over = loud > _KNEE
    if not over.any():
        return mixed
    room = 1 - _KNEE
    bent = _KNEE + room * np.tanh((loud - _KNEE) / room)
    limited: Floats = np.where(over, np.sign(mixed) * bent, mixed).astype(np.float32)
    return limited


def _scaled(samples: Samples, gain: float) -> Samples:
    return samples if gain == 1.0 else (samples * gain).astype(np.int16)


def _faded(track: _Track, gain: float) -> _Track:
    """What is left of ``track``, fading to nothing; a fade that is going on is not renewed."""
    count = min(track.left, int(FADE * SPEECH_RATE))
    part = track.samples[track.position : track.position + count]
    ramp = np.linspace(gain, 0.0, count, endpoint=False)
    return _Track((part * ramp).astype(np.int16))


class MixerPlayer:
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
    def reference(self) -> ReferenceTap:
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
