"""Sound card output: PortAudio's callback pulls samples from the mixer."""

from typing import Any

import numpy as np
import soxr

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.mixer import MixerPlayer
from assistant.audio.pcm import BLOCK_SECONDS, Samples
from assistant.audio.portaudio import usable_format
from assistant.audio.stream_supervisor import StreamSupervisor


class SoundCardPlayer(MixerPlayer):
    """A ``Player`` on a sound card; ``device`` is part of its name, None for the default.

    ``latency`` is the latency requested from PortAudio in seconds: a lower one stops sooner, a
    higher one avoids underruns on a busy machine. While the device is unavailable (``lost``), the
    clip pauses; it resumes when the device is back. Raises ``MissingError`` if there is no
    loudspeaker at the start.
    """

    def __init__(self, device: str | None = None, latency: float = 0.04) -> None:
        super().__init__()
        self._device = device
        self._latency = latency
        self._resampler: Any = None
        self._resampled: Samples = np.zeros(0, dtype=np.int16)
        self._supervisor = StreamSupervisor("output", device, self._make_stream)
        self._supervisor.start()

    @property
    def lost(self) -> bool:
        """Whether the loudspeaker is unavailable at present."""
        return self._supervisor.lost

    def advance(self, seconds: float) -> None:
        """Do nothing: the sound card has its own clock."""

    def close(self) -> None:
        """Release the device; may be called twice."""
        self._supervisor.close()

    def _make_stream(self, library: Any) -> Any:
        """Create the output stream, resampling if the device cannot do ``SPEECH_RATE``."""
        rate, channels = usable_format(library, "output", self._device, SPEECH_RATE)
        self._resampler = None
        self._resampled = np.zeros(0, dtype=np.int16)
        if rate != SPEECH_RATE:
            self._resampler = soxr.ResampleStream(SPEECH_RATE, rate, 1, dtype="int16", quality="MQ")
        return library.OutputStream(
            samplerate=rate,
            device=self._device,
            channels=channels,
            dtype="int16",
            blocksize=round(rate * BLOCK_SECONDS),
            latency=self._latency,
            callback=self._callback,
        )

    def _callback(self, out: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: fill ``out``, int16, shape (frames, channels), device rate."""
        self._supervisor.heartbeat()
        if self._resampler is None:
            out[:] = self._mixer.render(frames)[:, None]
            return
        while len(self._resampled) < frames:
            resampled = self._resampler.resample_chunk(
                self._mixer.render(int(SPEECH_RATE * BLOCK_SECONDS))
            )
            self._resampled = np.concatenate([self._resampled, resampled])
        out[:] = self._resampled[:frames, None]
        self._resampled = self._resampled[frames:]
