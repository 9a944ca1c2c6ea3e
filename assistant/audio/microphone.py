"""Sound card input: blocks of 20 ms, in real time, also while the device is lost."""

import logging
import math
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import soxr

from assistant.audio.interfaces import EchoReference
from assistant.audio.mute_detector import MuteDetector
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples
from assistant.audio.portaudio import usable_format
from assistant.audio.stream_supervisor import StreamSupervisor

_LOGGER = logging.getLogger(__name__)


_UNDERRUN = 0.3
"""Seconds of underrun after which silence is yielded, so that the loop's audio time goes on."""

_QUEUE_BLOCKS = 500
"""Capacity in blocks of the queue between callback and loop: 10 s."""

_Pair = tuple[Samples, Samples]
"""Near-end and far-end samples of the same time, int16, equal shape (n,), 16 kHz."""


class DroppedBlocks:
    """Counts dropped blocks; rate-limits the warning, as a busy machine drops dozens at a time."""

    def __init__(self) -> None:
        self._blocks = 0
        self._due = -math.inf

    def count(self, now: float) -> float | None:
        """Count a block dropped at ``now`` (monotonic seconds).

        Returns the total of dropped seconds at most once a minute, else None.
        """
        self._blocks += 1
        if now < self._due:
            return None
        self._due = now + 60.0
        return self._blocks * BLOCK_SECONDS


class PairedReference:
    """An ``EchoReference`` that was read together with the microphone's samples."""

    def __init__(self, microphone: "Microphone", played: EchoReference) -> None:
        self._microphone = microphone
        self.set_drift = played.set_drift

    def __call__(self, count: int) -> Samples:
        """The far-end samples of the block that ``Microphone.blocks`` yielded last."""
        return self._microphone.far_block[:count]


class Microphone:
    """An ``AudioSource`` on a sound card; ``device`` is part of its name, None for the default.

    While the device is unavailable (``lost``), blocks of silence come in real time. Raises
    ``MissingError`` if there is no such microphone at the start.
    """

    def __init__(self, device: str | None = None) -> None:
        self._device = device
        self._queue: queue.Queue[_Pair] = queue.Queue(_QUEUE_BLOCKS)
        self._dropped = DroppedBlocks()
        self._reference: EchoReference | None = None
        self._far_waiting: Samples = np.zeros(0, dtype=np.int16)
        self._far_block: Samples = np.zeros(BLOCK, dtype=np.int16)
        self._mute_detector = MuteDetector()
        self._closed = threading.Event()
        self._active = False
        self._resampler: Any = None
        self._near_waiting: Samples = np.zeros(0, dtype=np.int16)
        self._supervisor = StreamSupervisor("input", device, self._make_stream)
        self._supervisor.start()

    @property
    def lost(self) -> bool:
        """Whether the microphone is unavailable at present."""
        return self._supervisor.lost

    @property
    def muted(self) -> bool:
        """Whether the device delivers samples that never change: it is muted or dead."""
        return self._mute_detector.muted and not self.lost

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks (int16, shape (BLOCK,), 16 kHz) in real time until ``close``."""
        self._active = True
        last = time.monotonic()
        while not self._closed.is_set():
            try:
                near, far = self._queue.get(timeout=BLOCK_SECONDS)
            except queue.Empty:
                now = time.monotonic()
                if now - last > _UNDERRUN:
                    last = max(last + BLOCK_SECONDS, now - _UNDERRUN)
                    self._far_block = np.zeros(BLOCK, dtype=np.int16)
                    yield np.zeros(BLOCK, dtype=np.int16)
                continue
            last = time.monotonic()
            self._mute_detector.feed(near)
            self._near_waiting = np.concatenate([self._near_waiting, near])
            self._far_waiting = np.concatenate([self._far_waiting, far])
            while len(self._near_waiting) >= BLOCK:
                block, self._near_waiting = self._near_waiting[:BLOCK], self._near_waiting[BLOCK:]
                self._far_block, self._far_waiting = (
                    self._far_waiting[:BLOCK],
                    self._far_waiting[BLOCK:],
                )
                yield block

    def paired_with(self, reference: EchoReference) -> EchoReference:
        """Read ``reference`` in the input callback, together with the microphone's samples.

        Returns a reference to the far-end samples of the block that ``blocks`` yielded last: an
        echo canceller gets both aligned, however late the loop is.
        """
        self._reference = reference
        return PairedReference(self, reference)

    @property
    def far_block(self) -> Samples:
        """Far-end samples of the block that ``blocks`` yielded last: int16, (BLOCK,), 16 kHz."""
        return self._far_block

    def close(self) -> None:
        """Release the device; ``blocks`` ends. May be called twice."""
        self._closed.set()
        self._supervisor.close()

    def _make_stream(self, library: Any) -> Any:
        """Create the input stream, resampling if the device cannot do ``RATE``."""
        rate, channels = usable_format(library, "input", self._device, RATE)
        self._resampler = None
        if rate != RATE:
            self._resampler = soxr.ResampleStream(rate, RATE, 1, dtype="int16")
        return library.InputStream(
            samplerate=rate,
            device=self._device,
            channels=channels,
            dtype="int16",
            blocksize=round(rate * BLOCK_SECONDS),
            latency="low",
            callback=self._callback,
        )

    def _callback(self, sound: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: queue ``sound``, int16, shape (frames, channels), as mono."""
        self._supervisor.heartbeat()
        if not self._active:
            return
        mono = sound[:, 0].copy()
        if sound.shape[1] > 1:
            mono = sound.mean(axis=1).astype(np.int16)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono)
        far = (
            np.zeros(len(mono), np.int16) if self._reference is None else self._reference(len(mono))
        )
        try:
            self._queue.put_nowait((mono, far))
        except queue.Full:
            if (lost := self._dropped.count(time.monotonic())) is not None:
                _LOGGER.warning("this machine is too busy: %.2f s of sound are lost so far", lost)
