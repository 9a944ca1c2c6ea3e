"""Audio chunks of a client, converted to what the recogniser takes, over a whole utterance."""

import numpy as np
import soxr
from wyoming.audio import AudioChunk

from assistant.audio.pcm import RATE, FloatSamples, Samples, to_int16

_SAMPLES = {1: "u1", 2: "<i2", 4: "<i4"}
"""Sample types by their width in bytes; eight bits are unsigned, as in WAV files."""

_FULL_SCALE = {1: 128.0, 2: 32768.0, 4: 2147483648.0}


class ChunkConverter:
    """Converts the chunks of one utterance to mono at ``RATE`` Hz.

    Channels are averaged, so full scale in both is full scale; the resampler's low-pass removes
    what lies above ``RATE`` / 2. A frame that is split between two chunks is put together.
    """

    def __init__(self) -> None:
        self._format: tuple[int, int, int] | None = None
        self._resampler: soxr.ResampleStream | None = None
        self._split = b""

    def convert(self, chunk: AudioChunk) -> Samples:
        """What is complete after ``chunk``: int16, shape (n,), ``RATE`` Hz.

        The resampler delays; ``flush`` returns the rest. ``chunk`` has 1, 2 or 4 bytes a sample.
        """
        before = np.zeros(0, dtype=np.int16)
        form = (chunk.rate, chunk.width, chunk.channels)
        if form != self._format:
            before = self.flush()
            self._format = form
            if chunk.rate != RATE:
                # float32: to int16 soxr adds dither of a random seed
                self._resampler = soxr.ResampleStream(chunk.rate, RATE, 1, dtype="float32")
        data = self._split + chunk.audio
        whole = len(data) - len(data) % (chunk.width * chunk.channels)
        self._split = data[whole:]
        mono = _mono(data[:whole], chunk.width, chunk.channels)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono)
        return np.concatenate([before, to_int16(mono)])

    def flush(self) -> Samples:
        """The rest of the utterance, shaped like ``convert``'s; an incomplete frame is dropped."""
        resampler, self._resampler = self._resampler, None
        self._format, self._split = None, b""
        if resampler is None:
            return np.zeros(0, dtype=np.int16)
        return to_int16(resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True))


def _mono(data: bytes, width: int, channels: int) -> FloatSamples:
    """Whole interleaved frames to the mean of their channels: shape (frames,), full scale 1."""
    frames = np.frombuffer(data, np.dtype(_SAMPLES[width])).astype(np.float64)
    if width == 1:
        frames -= 128
    mono: FloatSamples = frames.reshape(-1, channels).mean(axis=1).astype(np.float32)
    return mono / np.float32(_FULL_SCALE[width])
