"""The own voice, as it comes back from the loudspeaker, must not be taken for the user's.

Two cancellers work side by side on the same reference. WebRTC's AEC3 with noise suppression
(PyPI pywebrtc-audio) removes 35 to 55 dB and decides whether somebody speaks, but its gating
destroys the words; Speex's linear canceller (PyPI pyaec) removes less and leaves them whole,
so the recogniser hears that one. Both need the reference in step with the microphone;
``Alignment`` keeps it so. Without either of them the ear is closed while the guide can be heard
(half-duplex): it cannot be interrupted in mid-word, but that is safe. AEC3 for both is not: from
an echo of 0.3 on, other phrases than the spoken ones come out of it, and are believed.
"""

import importlib
import logging
from ctypes import POINTER, c_int16
from typing import Any, Protocol

import numpy as np

from assistant.audio.aec.delay_tracking import EchoDelayTracker
from assistant.audio.interfaces import EchoReference
from assistant.audio.pcm import BLOCK, RATE, Samples

_LOGGER = logging.getLogger(__name__)

_FILTER = 4000
"""Length in samples of the echo that the linear canceller can model: 250 ms."""

_SUPPRESSION = 2
"""WebRTC's level of noise suppression, 0 to 3."""

FAR_END_PEAK = 100
"""Peak (of 32,767) from which what is played may be heard by the microphone."""

_REST = round(1.0 * RATE / BLOCK)
"""Blocks after which the linear canceller, with nothing to cancel, need not work."""

ECHO_TAIL_BLOCKS = round(0.4 * RATE / BLOCK)
"""Blocks for which an echo may last after the sound."""


class EchoCanceller(Protocol):
    """Takes the own voice out of what the microphone hears."""

    def process(self, block: Samples) -> tuple[Samples, Samples]:
        """Take a block of the microphone.

        Returns what shall be judged (does somebody speak?) and what shall be decoded.
        """
        ...

    @property
    def far_end_active(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        ...

    @property
    def is_aligned(self) -> bool:
        """Whether what is left after ``split`` is not the own voice, as far as is known."""
        ...

    @property
    def is_converged(self) -> bool:
        """Whether it has been so for a good while."""
        ...

    @property
    def has_no_echo(self) -> bool:
        """Whether the loudspeaker was listened for and not heard: headphones."""
        ...

    def recheck_alignment(self) -> bool:
        """Look anew, and say whether it is ``trusted``."""
        ...


class _FarEndActivity:
    """Whether what was played can still be heard."""

    def __init__(self) -> None:
        self._left = 0
        self.now = False
        """Whether it is being played just now."""

    def __call__(self, far: Samples) -> bool:
        loud = int(np.abs(far.astype(np.int32)).max(initial=0)) > FAR_END_PEAK
        self.now = loud
        self._left = ECHO_TAIL_BLOCKS if loud else max(0, self._left - 1)
        return self._left > 0


class DualCanceller:
    """Listens while the guide speaks. Raises ``ImportError`` without both cancellers."""

    def __init__(self, reference: EchoReference) -> None:
        self._reference = reference
        webrtc = importlib.import_module("pywebrtc_audio")
        self._judge: Any = webrtc.AudioProcessor(
            RATE, echo_cancellation=True, noise_suppression=True, ns_level=_SUPPRESSION
        )
        self._linear = _open_linear()
        self._alignment = EchoDelayTracker()
        self._heard = _FarEndActivity()
        self._late = _FarEndActivity()
        self._audible = False
        self._cancelling = False
        self._silent = 0

    def process(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block without echo and noise, and without most of the echo."""
        near = np.ascontiguousarray(block)
        far = self._reference(len(block))
        self._audible = self._heard(far)
        far = self._alignment.align(near, far)
        self._reference.set_drift(self._alignment.drift)
        # Bluetooth, a busy machine: the echo may come after the tail of what was played
        self._audible = self._late(far) or self._audible
        if self._alignment.has_no_echo:
            far = np.zeros_like(far)  # AEC3 would take the user's voice for the echo it expects
            self._audible = self._audible and self._heard.now
        judged: Samples = self._judge.process(near, far)
        return judged, self._decoded(near, far)

    @property
    def far_end_active(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        return self._audible

    @property
    def is_aligned(self) -> bool:
        """Whether the guide cannot be heard, or its echo has come when it is expected."""
        return not self._audible or self._alignment.is_aligned

    @property
    def is_converged(self) -> bool:
        """Whether the echo has long come as expected."""
        return self._alignment.is_converged

    @property
    def has_no_echo(self) -> bool:
        """Whether the loudspeaker was listened for and not heard."""
        return self._alignment.has_no_echo

    def recheck_alignment(self) -> bool:
        """Whether the echo comes when it is expected; looks anew."""
        self._alignment.measure()
        return self._alignment.is_aligned

    def _decoded(self, near: Samples, far: Samples) -> Samples:
        """The linear canceller's block while there is an echo, else the microphone's own.

        The canceller filters a little and may be led astray by speech; without an echo it has
        nothing to give. Blocks in which one takes the other's place are blended.
        """
        self._silent = 0 if self._audible else self._silent + 1
        if self._silent > _REST:
            return near
        cancelled = self._linear(near, far)
        wanted = self._audible and self._alignment.has_echo
        if wanted == self._cancelling:
            return cancelled if wanted else near
        self._cancelling = wanted
        old, new = (near, cancelled) if wanted else (cancelled, near)
        share = np.linspace(0, 1, len(near), dtype=np.float32)
        return (old * (1 - share) + new * share).astype(np.int16)


class _SpeexCanceller:
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


def _open_linear() -> _SpeexCanceller:
    try:
        return _SpeexCanceller(importlib.import_module("pyaec"))
    except (AttributeError, RuntimeError) as error:
        # what it raises when its library cannot be loaded on this machine
        raise ImportError(f"pyaec does not work here ({error})") from error


class HalfDuplexGate:
    """Hears nothing while the guide can be heard."""

    def __init__(self, reference: EchoReference) -> None:
        self._reference = reference
        self._heard = _FarEndActivity()
        self._audible = False

    def process(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block twice, or silence in its place."""
        self._audible = self._heard(self._reference(len(block)))
        heard = np.zeros_like(block) if self._audible else block
        return heard, heard

    @property
    def far_end_active(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        return self._audible

    @property
    def is_aligned(self) -> bool:
        """Always: nothing of the own voice comes through."""
        return True

    @property
    def is_converged(self) -> bool:
        """Always."""
        return True

    @property
    def has_no_echo(self) -> bool:
        """Always: nothing of the own voice comes through."""
        return True

    def recheck_alignment(self) -> bool:
        """Always: nothing of the own voice comes through."""
        return True


def select_canceller(reference: EchoReference, duplex: str = "auto") -> EchoCanceller:
    """Full-duplex where its libraries are installed and ``duplex`` is not ``half``."""
    if duplex == "half":
        return HalfDuplexGate(reference)
    try:
        return DualCanceller(reference)
    except ImportError as error:
        _LOGGER.warning("no echo canceller (%s): not listening while speaking", error)
        return HalfDuplexGate(reference)


def _pointer(samples: Samples) -> Any:
    return samples.ctypes.data_as(POINTER(c_int16))
