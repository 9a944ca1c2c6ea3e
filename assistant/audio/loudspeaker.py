"""The loudspeaker: a sound card pulls what the mixer has to say."""

from typing import Any

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.mixer import MixerPlayer
from assistant.audio.pcm import BLOCK_SECONDS, Samples
from assistant.audio.portaudio import usable_format
from assistant.audio.stream_supervisor import StreamSupervisor


class SoundCardPlayer(MixerPlayer):
    """A ``Player`` on a sound card; ``device`` is part of its name, None the default.

    ``latency`` is what PortAudio is asked for, in seconds: less stops sooner, more survives a
    busy processor. While the device is away (``lost``) the clip waits where it is and goes on
    when the device is back. Raises ``MissingError`` when there is no loudspeaker at the start.
    """

    def __init__(self, device: str | None = None, latency: float = 0.04) -> None:
        super().__init__()
        self._device = device
        self._latency = latency
        self._resampler: Any = None
        self._ready: Samples = np.zeros(0, dtype=np.int16)
        self._keeper = StreamSupervisor("output", device, self._make)
        self._keeper.start()

    @property
    def lost(self) -> bool:
        """Whether the loudspeaker is away at present."""
        return self._keeper.lost

    def advance(self, seconds: float) -> None:
        """Nothing to do: the card keeps its own time."""

    def close(self) -> None:
        """Let the device go; may be called twice."""
        self._keeper.close()

    def _make(self, library: Any) -> Any:
        rate, channels = usable_format(library, "output", self._device, SPEECH_RATE)
        self._resampler = None
        self._ready = np.zeros(0, dtype=np.int16)
        if rate != SPEECH_RATE:
            self._resampler = soxr.ResampleStream(SPEECH_RATE, rate, 1, dtype="int16", quality="MQ")
        return library.OutputStream(
            samplerate=rate,
            device=self._device,
            channels=channels,
            dtype="int16",
            blocksize=round(rate * BLOCK_SECONDS),
            latency=self._latency,
            callback=self._give,
        )

    def _give(self, out: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: fill ``out`` (frames, channels)."""
        self._keeper.heartbeat()
        if self._resampler is None:
            out[:] = self._mixer.render(frames)[:, None]
            return
        while len(self._ready) < frames:
            more = self._resampler.resample_chunk(
                self._mixer.render(int(SPEECH_RATE * BLOCK_SECONDS))
            )
            self._ready = np.concatenate([self._ready, more])
        out[:] = self._ready[:frames, None]
        self._ready = self._ready[frames:]
