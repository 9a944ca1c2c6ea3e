"""The own voice, as it comes back from the loudspeaker, must not be taken for the user's.

Two cancellers work side by side on the same reference. WebRTC's AEC3 with noise suppression
(PyPI pywebrtc-audio) removes 35 to 47 dB and decides whether somebody speaks, but its gating
destroys the words; Speex's linear canceller (PyPI pyaec) removes less and leaves them whole,
so the recogniser hears that one. Without either of them the ear is closed while the guide can be
heard (half-duplex): it cannot be interrupted in mid-word, but that is safe. AEC3 for both is not:
from an echo of 0.3 on, other phrases than the spoken ones come out of it, and are believed.
"""

import importlib
import logging
from collections.abc import Callable
from ctypes import POINTER, c_int16
from typing import Any, Protocol

import numpy as np

from assistant.hearing.protocols import BLOCK, RATE, Samples

_LOGGER = logging.getLogger(__name__)

Reference = Callable[[int], Samples]
"""Gives the next n samples of what the loudspeaker was given, int16 mono at ``RATE`` Hz."""

_FILTER = 4000
"""Length in samples of the echo that the linear canceller can model: 250 ms."""

_SUPPRESSION = 2
"""WebRTC's level of noise suppression, 0 to 3."""

_AUDIBLE = 100
"""Peak (of 32,767) from which what is played may be heard by the microphone."""

_TAIL = round(0.4 * RATE / BLOCK)
"""Blocks for which an echo may last after the sound."""


class EchoHandling(Protocol):
    """Takes the own voice out of what the microphone hears."""

    def split(self, block: Samples) -> tuple[Samples, Samples]:
        """Take a block of the microphone.

        Returns what shall be judged (does somebody speak?) and what shall be decoded.
        """
        ...


class FullDuplex:
    """Listens while the guide speaks. Raises ``ImportError`` without both cancellers."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        webrtc = importlib.import_module("pywebrtc_audio")
        self._judge: Any = webrtc.AudioProcessor(
            RATE, echo_cancellation=True, noise_suppression=True, ns_level=_SUPPRESSION
        )
        self._linear = _open_linear()

    def split(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block without echo and noise, and without most of the echo."""
        near = np.ascontiguousarray(block)
        far = np.ascontiguousarray(self._reference(len(block)))
        judged: Samples = self._judge.process(near, far)
        return judged, self._linear(near, far)


class _Linear:
    """Speex's canceller; its own wrapper goes through lists, this one hands arrays over."""

    def __init__(self, library: Any) -> None:
        self._cancel = library.lib.AecCancelEcho
        self._canceller = library.Aec(BLOCK, _FILTER, RATE, False)

    def __call__(self, near: Samples, far: Samples) -> Samples:
        decoded = np.zeros_like(near)
        self._cancel(
            self._canceller._aec, _pointer(near), _pointer(far), _pointer(decoded), len(near)
        )
        return decoded


def _open_linear() -> _Linear:
    try:
        return _Linear(importlib.import_module("pyaec"))
    except (AttributeError, RuntimeError) as error:
        # what it raises when its library cannot be loaded on this machine
        raise ImportError(f"pyaec does not work here ({error})") from error


class HalfDuplex:
    """Hears nothing while the guide can be heard."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._closed = 0

    def split(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block twice, or silence in its place."""
        far = self._reference(len(block)).astype(np.int32)
        self._closed = _TAIL if np.abs(far).max() > _AUDIBLE else max(0, self._closed - 1)
        heard = np.zeros_like(block) if self._closed else block
        return heard, heard


def best_echo_handling(reference: Reference) -> EchoHandling:
    """Full-duplex where its libraries are installed, else half-duplex."""
    try:
        return FullDuplex(reference)
    except ImportError as error:
        _LOGGER.warning("no echo canceller (%s): not listening while speaking", error)
        return HalfDuplex(reference)


def _pointer(samples: Samples) -> Any:
    return samples.ctypes.data_as(POINTER(c_int16))
