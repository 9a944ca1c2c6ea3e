"""The microphone: 20 ms blocks from a sound card, also when the card was gone for a while."""

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
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples
from assistant.audio.portaudio import usable_format
from assistant.audio.stream_supervisor import StreamSupervisor

_LOGGER = logging.getLogger(__name__)


_STARVED = 0.3
"""Seconds without sound after which silence is handed on, so that the loop's clock runs."""

_WAITING = 500
"""Blocks that may wait for the loop: 10 s."""

_Pair = tuple[Samples, Samples]
"""Sound of the microphone, and what the loudspeaker was given at the same time."""


class Lost:
    """Counts what was lost, and says so once a minute: a busy machine loses blocks by dozens."""

    def __init__(self) -> None:
        self._blocks = 0
        self._due = -math.inf

    def block(self, now: float) -> float | None:
        """Another one, at ``now`` seconds; how many seconds in all, if it is time to tell."""
        self._blocks += 1
        if now < self._due:
            return None
        self._due = now + 60.0
        return self._blocks * BLOCK_SECONDS


class PairedReference:
    """A ``EchoReference`` that was taken together with the microphone's sound."""

    def __init__(self, microphone: "Microphone", played: EchoReference) -> None:
        self._microphone = microphone
        self.set_drift = played.set_drift

    def __call__(self, count: int) -> Samples:
        """What belongs to the microphone's last block."""
        return self._microphone.far_block[:count]


class Microphone:
    """An ``AudioSource`` on a sound card; ``device`` is part of its name, None the default.

    While the device is away (``lost``) blocks of silence come in real time. Raises
    ``MissingError`` when there is no such microphone at the start.
    """

    def __init__(self, device: str | None = None) -> None:
        self._device = device
        self._queue: queue.Queue[_Pair] = queue.Queue(_WAITING)
        self._lost = Lost()
        self._played: EchoReference | None = None
        self._far: Samples = np.zeros(0, dtype=np.int16)
        self._far_block: Samples = np.zeros(BLOCK, dtype=np.int16)
        self._closed = threading.Event()
        self._wanted = False
        self._resampler: Any = None
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._keeper = StreamSupervisor("input", device, self._make)
        self._keeper.start()

    @property
    def lost(self) -> bool:
        """Whether the microphone is away at present."""
        return self._keeper.lost

    def blocks(self) -> Iterator[Samples]:
        """Yield blocks in real time, from now on, until ``close``."""
        self._wanted = True
        last = time.monotonic()
        while not self._closed.is_set():
            try:
                near, far = self._queue.get(timeout=BLOCK_SECONDS)
            except queue.Empty:
                now = time.monotonic()
                if now - last > _STARVED:
                    last = max(last + BLOCK_SECONDS, now - _STARVED)
                    self._far_block = np.zeros(BLOCK, dtype=np.int16)
                    yield np.zeros(BLOCK, dtype=np.int16)
                continue
            last = time.monotonic()
            self._waiting = np.concatenate([self._waiting, near])
            self._far = np.concatenate([self._far, far])
            while len(self._waiting) >= BLOCK:
                block, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
                self._far_block, self._far = self._far[:BLOCK], self._far[BLOCK:]
                yield block

    def paired_with(self, reference: EchoReference) -> EchoReference:
        """Take what is played together with what is heard, in the sound card's own time.

        Returns a reference that gives what belongs to the block that ``blocks`` gave last:
        however late the loop is, an echo canceller then gets both in step.
        """
        self._played = reference
        return PairedReference(self, reference)

    @property
    def far_block(self) -> Samples:
        """What belongs to the block that ``blocks`` gave last."""
        return self._far_block

    def close(self) -> None:
        """Let the device go; ``blocks`` ends. May be called twice."""
        self._closed.set()
        self._keeper.close()

    def _make(self, library: Any) -> Any:
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
            callback=self._take,
        )

    def _take(self, sound: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: hand the sound to the loop."""
        self._keeper.heartbeat()
        if not self._wanted:
            return
        mono = sound[:, 0].copy()
        if sound.shape[1] > 1:
            mono = sound.mean(axis=1).astype(np.int16)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono)
        far = np.zeros(len(mono), np.int16) if self._played is None else self._played(len(mono))
        try:
            self._queue.put_nowait((mono, far))
        except queue.Full:
            if (lost := self._lost.block(time.monotonic())) is not None:
                _LOGGER.warning("this machine is too busy: %.2f s of sound are lost so far", lost)
