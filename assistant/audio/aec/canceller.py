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

from assistant.audio.aec.delay_tracking import Alignment
from assistant.audio.pcm import BLOCK, RATE, Samples

_LOGGER = logging.getLogger(__name__)

_FILTER = 4000
"""Length in samples of the echo that the linear canceller can model: 250 ms."""

_SUPPRESSION = 2
"""WebRTC's level of noise suppression, 0 to 3."""

AUDIBLE = 100
"""Peak (of 32,767) from which what is played may be heard by the microphone."""

_REST = round(1.0 * RATE / BLOCK)
"""Blocks after which the linear canceller, with nothing to cancel, need not work."""

TAIL = round(0.4 * RATE / BLOCK)
"""Blocks for which an echo may last after the sound."""


class Reference(Protocol):
    """What the loudspeaker was given."""

    def __call__(self, count: int) -> Samples:
        """The next samples of it, int16 mono at ``RATE`` Hz."""
        ...

    def pace(self, ahead: float) -> None:
        """The loudspeaker's clock goes faster than the microphone's by this share from now on."""
        ...


class EchoHandling(Protocol):
    """Takes the own voice out of what the microphone hears."""

    def split(self, block: Samples) -> tuple[Samples, Samples]:
        """Take a block of the microphone.

        Returns what shall be judged (does somebody speak?) and what shall be decoded.
        """
        ...

    @property
    def audible(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        ...

    @property
    def trusted(self) -> bool:
        """Whether what is left after ``split`` is not the own voice, as far as is known."""
        ...

    @property
    def proven(self) -> bool:
        """Whether it has been so for a good while."""
        ...

    @property
    def echoless(self) -> bool:
        """Whether the loudspeaker was listened for and not heard: headphones."""
        ...

    def in_step(self) -> bool:
        """Look anew, and say whether it is ``trusted``."""
        ...


class _Audible:
    """Whether what was played can still be heard."""

    def __init__(self) -> None:
        self._left = 0
        self.now = False
        """Whether it is being played just now."""

    def __call__(self, far: Samples) -> bool:
        loud = int(np.abs(far.astype(np.int32)).max(initial=0)) > AUDIBLE
        self.now = loud
        self._left = TAIL if loud else max(0, self._left - 1)
        return self._left > 0


class FullDuplex:
    """Listens while the guide speaks. Raises ``ImportError`` without both cancellers."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        webrtc = importlib.import_module("pywebrtc_audio")
        self._judge: Any = webrtc.AudioProcessor(
            RATE, echo_cancellation=True, noise_suppression=True, ns_level=_SUPPRESSION
        )
        self._linear = _open_linear()
        self._alignment = Alignment()
        self._heard = _Audible()
        self._late = _Audible()
        self._audible = False
        self._cancelling = False
        self._silent = 0

    def split(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block without echo and noise, and without most of the echo."""
        near = np.ascontiguousarray(block)
        far = self._reference(len(block))
        self._audible = self._heard(far)
        far = self._alignment.follow(near, far)
        self._reference.pace(self._alignment.ahead)
        # Bluetooth, a busy machine: the echo may come after the tail of what was played
        self._audible = self._late(far) or self._audible
        if self._alignment.echoless:
            far = np.zeros_like(far)  # AEC3 would take the user's voice for the echo it expects
            self._audible = self._audible and self._heard.now
        judged: Samples = self._judge.process(near, far)
        return judged, self._decoded(near, far)

    @property
    def audible(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        return self._audible

    @property
    def trusted(self) -> bool:
        """Whether the guide cannot be heard, or its echo has come when it is expected."""
        return not self._audible or self._alignment.in_step

    @property
    def proven(self) -> bool:
        """Whether the echo has long come as expected."""
        return self._alignment.proven

    @property
    def echoless(self) -> bool:
        """Whether the loudspeaker was listened for and not heard."""
        return self._alignment.echoless

    def in_step(self) -> bool:
        """Whether the echo comes when it is expected; looks anew."""
        self._alignment.look()
        return self._alignment.in_step

    def _decoded(self, near: Samples, far: Samples) -> Samples:
        """The linear canceller's block while there is an echo, else the microphone's own.

        The canceller filters a little and may be led astray by speech; without an echo it has
        nothing to give. Blocks in which one takes the other's place are blended.
        """
        self._silent = 0 if self._audible else self._silent + 1
        if self._silent > _REST:
            return near
        cancelled = self._linear(near, far)
        wanted = self._audible and self._alignment.echoes
        if wanted == self._cancelling:
            return cancelled if wanted else near
        self._cancelling = wanted
        old, new = (near, cancelled) if wanted else (cancelled, near)
        share = np.linspace(0, 1, len(near), dtype=np.float32)
        return (old * (1 - share) + new * share).astype(np.int16)


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
        self._heard = _Audible()
        self._audible = False

    def split(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block twice, or silence in its place."""
        self._audible = self._heard(self._reference(len(block)))
        heard = np.zeros_like(block) if self._audible else block
        return heard, heard

    @property
    def audible(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        return self._audible

    @property
    def trusted(self) -> bool:
        """Always: nothing of the own voice comes through."""
        return True

    @property
    def proven(self) -> bool:
        """Always."""
        return True

    @property
    def echoless(self) -> bool:
        """Always: nothing of the own voice comes through."""
        return True

    def in_step(self) -> bool:
        """Always: nothing of the own voice comes through."""
        return True


def best_echo_handling(reference: Reference, duplex: str = "auto") -> EchoHandling:
    """Full-duplex where its libraries are installed and ``duplex`` is not ``half``."""
    if duplex == "half":
        return HalfDuplex(reference)
    try:
        return FullDuplex(reference)
    except ImportError as error:
        _LOGGER.warning("no echo canceller (%s): not listening while speaking", error)
        return HalfDuplex(reference)


def _pointer(samples: Samples) -> Any:
    return samples.ctypes.data_as(POINTER(c_int16))
