"""The loudspeaker: a sound card pulls what the mixer has to say."""

from typing import Any

import numpy as np
import soxr

from assistant.portaudio import Keeper
from assistant.speaking.mixer import Mixer
from assistant.speaking.protocols import RATE, Clip, Samples

_BLOCK_SECONDS = 0.02


class SoundCardPlayer:
    """A ``Player`` on a sound card; ``device`` is part of its name, None the default.

    ``latency`` is what PortAudio is asked for, in seconds: less stops sooner, more survives a
    busy processor. While the device is away (``lost``) the clip waits where it is and goes on
    when the device is back. Raises ``MissingError`` when there is no loudspeaker at the start.
    """

    def __init__(self, device: str | None = None, latency: float = 0.04) -> None:
        self._device = device
        self._latency = latency
        self._mixer = Mixer()
        self._resampler: Any = None
        self._ready: Samples = np.zeros(0, dtype=np.int16)
        self._keeper = Keeper("output", device, self._make)
        self._keeper.start()

    @property
    def lost(self) -> bool:
        """Whether the loudspeaker is away at present."""
        return self._keeper.lost

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

    def advance(self, seconds: float) -> None:
        """Nothing to do: the card keeps its own time."""

    def reference(self, count: int) -> Samples:
        """What was played, for an echo canceller; see ``Mixer.reference``."""
        return self._mixer.reference(count)

    @property
    def playing(self) -> bool:
        """Whether the clip given to ``play`` is not yet at its end."""
        return self._mixer.playing

    @property
    def position(self) -> float:
        """Seconds of that clip that were handed to the card."""
        return self._mixer.position

    def close(self) -> None:
        """Let the device go; may be called twice."""
        self._keeper.close()

    def _make(self, library: Any) -> Any:
        rate, channels = _usable_format(library, self._device)
        self._resampler = None
        self._ready = np.zeros(0, dtype=np.int16)
        if rate != RATE:
            self._resampler = soxr.ResampleStream(RATE, rate, 1, dtype="int16", quality="MQ")
        return library.OutputStream(
            samplerate=rate,
            device=self._device,
            channels=channels,
            dtype="int16",
            blocksize=round(rate * _BLOCK_SECONDS),
            latency=self._latency,
            callback=self._give,
        )

    def _give(self, out: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: fill ``out`` (frames, channels)."""
        self._keeper.beat()
        if self._resampler is None:
            out[:] = self._mixer.render(frames)[:, None]
            return
        while len(self._ready) < frames:
            more = self._resampler.resample_chunk(self._mixer.render(int(RATE * _BLOCK_SECONDS)))
            self._ready = np.concatenate([self._ready, more])
        out[:] = self._ready[:frames, None]
        self._ready = self._ready[frames:]


def _usable_format(library: Any, device: str | None) -> tuple[int, int]:
    """Return the (rate, channels) nearest to ours that the device can do."""
    own_rate = round(library.query_devices(device, "output")["default_samplerate"])
    for rate in (RATE, own_rate):
        for channels in (1, 2):
            try:
                library.check_output_settings(
                    device=device, channels=channels, dtype="int16", samplerate=rate
                )
            except library.PortAudioError:
                continue
            return rate, channels
    return own_rate, 1
