"""Steady noise under an utterance, as of a fan, rain or traffic, is taken away before decoding.

WebRTC's noise suppressor, a Wiener filter of 12 dB at most; in clean sound it would only spoil
consonants, so that it is used where there is noise (``UtteranceGain.is_noisy``). It needs to know
the noise before the first word: the quietest blocks of the utterance are played to it first.
"""

import importlib
import logging
from functools import cache
from typing import Any

import numpy as np

from assistant.audio.pcm import BLOCK, RATE, Samples

_LOGGER = logging.getLogger(__name__)

_FRAME = RATE // 100
"""Samples (10 ms) that the suppressor takes at a time."""

_LEVEL = 1
"""WebRTC's moderate suppression; with the next one half as many words again are lost."""

_QUIET_SHARE = 5
"""One block in so many is taken for the noise alone."""

_LEARNING = RATE
"""Samples (1 s) of noise from which the suppressor learns."""


class NoiseReduction:
    """Takes steady noise out of one utterance, in chunks."""

    def __init__(self, sound: Samples) -> None:
        """``sound``: the utterance as far as it is known, int16, 16 kHz, shape (samples,)."""
        webrtc = _webrtc()
        self._suppressor: Any = webrtc and webrtc.NoiseSuppressor(RATE, 1, _LEVEL)
        self._rest: Samples = np.zeros(0, dtype=np.int16)
        noise = quietest(sound)
        if len(noise):
            self._process(np.resize(noise, _LEARNING))

    def apply(self, samples: Samples) -> Samples:
        """The next samples without the noise; less than 10 ms of them come with the next call."""
        pending = np.concatenate([self._rest, samples])
        end = len(pending) // _FRAME * _FRAME
        self._rest = pending[end:]
        return self._process(pending[:end])

    def _process(self, samples: Samples) -> Samples:
        if self._suppressor is None or not len(samples):
            return samples
        found: Samples = np.asarray(self._suppressor.process(np.ascontiguousarray(samples)))
        return found.reshape(-1)


@cache
def _webrtc() -> Any:
    """The library; None, and a warning, where it is not installed: then the noise stays."""
    try:
        return importlib.import_module("pywebrtc_audio")
    except ImportError as error:
        _LOGGER.warning("no noise suppressor (%s)", error)
        return None


def quietest(sound: Samples) -> Samples:
    """The quietest fifth of the blocks of ``sound``, in order; int16, shape (samples,)."""
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    swing = blocks.max(1).astype(np.int32) - blocks.min(1) if len(blocks) else np.zeros(0)
    few = np.sort(np.argsort(swing, kind="stable")[: -(-len(blocks) // _QUIET_SHARE)])
    return blocks[few].reshape(-1)


def without_noise(sound: Samples) -> Samples:
    """A whole utterance without its steady noise, int16, 16 kHz, of the same shape."""
    reduced = NoiseReduction(sound).apply(sound)
    return np.concatenate([reduced, sound[len(reduced) :]])
