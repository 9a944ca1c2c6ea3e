"""Mixer of voice and earcons, with ducking, fades and a soft limiter; used by every player.

One thread pulls samples (``render``) while others start and stop clips, so all state is guarded
by one lock that is held for microseconds.
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
"""Fade-out of a stopped clip in seconds: too short to hear, long enough not to click."""

DUCKED = 0.25
"""Gain of the voice while ducked, as the user may be speaking (-12 dB)."""

DUCK_DOWN = 0.04
"""Duration in seconds of the ramp from full gain to ducked."""

DUCK_UP = 0.3
"""Duration in seconds of the ramp from ducked back to full gain."""

SOFT_START = 0.3
"""Initial gain of a clip in quiet hours (-10 dB); it rises as after ducking."""

LONG_CUE = int(0.5 * SPEECH_RATE)
"""An earcon with more remaining samples than this is stopped together with the voice."""

_KNEE = 0.8
"""Peak level (full scale 1) above which the soft limiter compresses."""


@dataclass
class _Track:
    """A clip (int16, ``SPEECH_RATE`` Hz) and the read position in samples."""

    samples: Samples
    position: int = 0

    @property
    def remaining(self) -> int:
        return len(self.samples) - self.position

    def take(self, count: int) -> Floats:
        """Read up to ``count`` samples as float32, full scale 1."""
        part = self.samples[self.position : self.position + count]
        self.position += len(part)
        return to_float(part)


class Mixer:
    """One voice track, any number of earcons on top; output int16 mono at ``SPEECH_RATE`` Hz."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._voice: _Track | None = None
        self._overlays: list[_Track] = []
        self._gain = 1.0
        self._ducked = False
        self._volume = 1.0
        self._quiet_gain = 1.0
        self.reference = ReferenceTap()
        """Far-end reference: what was rendered, for an echo canceller to read block by block."""

    def play(self, clip: Clip) -> None:
        """Play ``clip`` as the voice; a clip that is playing fades out."""
        with self._lock:
            self._fade_out()
            self._voice = _Track(clip.samples)
            if self._quiet_gain < 1.0:
                self._gain = min(self._gain, SOFT_START)

    def cue(self, clip: Clip) -> None:
        """Mix ``clip`` into everything else; it is never ducked."""
        with self._lock:
            gain = self._quiet_gain if len(clip.samples) <= LONG_CUE else 1.0
            self._overlays.append(_Track(_scaled(clip.samples, gain)))

    def stop(self) -> None:
        """Fade the voice out within ``FADE`` seconds, and the alarm with it.

        Short earcons play to their end: they acknowledge what was just said.
        """
        with self._lock:
            self._fade_out()
            self._overlays = [
                _fading(track, 1.0) if track.remaining > LONG_CUE else track
                for track in self._overlays
            ]

    def duck(self, on: bool) -> None:
        """Duck the voice, or raise it again, by a ramp."""
        with self._lock:
            self._ducked = on

    def set_volume(self, volume: float) -> None:
        """Set the linear output gain, 0 to 4; 1.0 is normal."""
        with self._lock:
            self._volume = min(max(volume, 0.0), 4.0)

    def dim(self, gain: float) -> None:
        """Set an extra gain for quiet hours, 0 to 1, with soft onsets; the alarm is exempt."""
        with self._lock:
            self._quiet_gain = min(max(gain, 0.0), 1.0)

    @property
    def playing(self) -> bool:
        """Whether the voice has not ended yet."""
        with self._lock:
            return self._voice is not None and self._voice.remaining > 0

    @property
    def silent(self) -> bool:
        """Whether neither voice nor earcons have samples remaining."""
        with self._lock:
            return self._idle()

    @property
    def position(self) -> float:
        """Position in the voice's clip in seconds; 0 if there is none."""
        with self._lock:
            return self._voice.position / SPEECH_RATE if self._voice else 0.0

    def render(self, count: int) -> Samples:
        """Render the next ``count`` samples: int16, shape (count,), ``SPEECH_RATE`` Hz."""
        with self._lock:
            mixed = self._mix(count)
        samples = truncate_to_int16(soft_limit(mixed))
        self.reference.put(samples)
        return samples

    def _mix(self, count: int) -> Floats:
        """The sum of all tracks before the limiter: float32, shape (count,), full scale 1."""
        gain = self._next_gain(count)
        mixed: Floats = np.zeros(count, dtype=np.float32)
        if self._voice is not None:
            part = self._voice.take(count)
            mixed[: len(part)] += part * gain[: len(part)] * np.float32(self._quiet_gain)
        for track in self._overlays:
            part = track.take(count)
            mixed[: len(part)] += part
        self._overlays = [track for track in self._overlays if track.remaining > 0]
        mixed *= np.float32(self._volume)
        return mixed

    def _idle(self) -> bool:
        return not self._overlays and (self._voice is None or self._voice.remaining <= 0)

    def _fade_out(self) -> None:
        if self._voice is not None and self._voice.remaining > 0:
            self._overlays.append(_fading(self._voice, self._gain * self._quiet_gain))
        self._voice = None

    def _next_gain(self, count: int) -> Floats:
        """The ducking gain of the next samples, a linear ramp: float32, shape (count,)."""
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
    """Soft limiter: tanh above the knee; float32 in and out, output within -1 to 1."""
    magnitude = np.abs(mixed)
    over = magnitude > _KNEE
    if not over.any():
        return mixed
    headroom = 1 - _KNEE
    compressed = _KNEE + headroom * np.tanh((magnitude - _KNEE) / headroom)
    limited: Floats = np.where(over, np.sign(mixed) * compressed, mixed).astype(np.float32)
    return limited


def _scaled(samples: Samples, gain: float) -> Samples:
    """``samples`` (int16) times a gain of at most 1."""
    return samples if gain == 1.0 else (samples * gain).astype(np.int16)


def _fading(track: _Track, gain: float) -> _Track:
    """The rest of ``track`` as a linear fade-out from ``gain``; not longer than its samples."""
    count = min(track.remaining, int(FADE * SPEECH_RATE))
    part = track.samples[track.position : track.position + count]
    ramp = np.linspace(gain, 0.0, count, endpoint=False)
    return _Track((part * ramp).astype(np.int16))


class MixerPlayer:
    """Base of the players: everything that only concerns the mixer, not the output."""

    def __init__(self) -> None:
        self._mixer = Mixer()

    def play(self, clip: Clip) -> None:
        """Play ``clip`` instead of the clip that is playing; earcons go on."""
        self._mixer.play(clip)

    def cue(self, clip: Clip) -> None:
        """Mix a short tone into whatever is playing."""
        self._mixer.cue(clip)

    def stop(self) -> None:
        """Stop at once, with a short fade-out."""
        self._mixer.stop()

    def duck(self, on: bool) -> None:
        """Duck the voice while the user may be speaking."""
        self._mixer.duck(on)

    def set_volume(self, volume: float) -> None:
        """Set the linear output gain; 1.0 is normal."""
        self._mixer.set_volume(volume)

    def dim(self, gain: float) -> None:
        """Set an extra gain for quiet hours, 0 to 1, with soft onsets; the alarm is exempt."""
        self._mixer.dim(gain)

    @property
    def reference(self) -> ReferenceTap:
        """The far-end reference of an echo canceller; see ``Mixer.reference``."""
        return self._mixer.reference

    @property
    def playing(self) -> bool:
        """Whether the clip given to ``play`` has not ended yet."""
        return self._mixer.playing

    @property
    def position(self) -> float:
        """Position in that clip in seconds."""
        return self._mixer.position
