"""Acoustic echo cancellation: keep the guide's own voice out of what is recognised.

Near-end is the microphone signal, far-end the signal sent to the loudspeaker (the reference). Two
cancellers run in parallel on the same reference. WebRTC's AEC3 with noise suppression (PyPI
pywebrtc-audio) has an echo return loss enhancement (ERLE) of 35 to 55 dB and feeds voice activity
detection, but in double-talk its suppressor destroys the words. Speex's linear adaptive filter
(PyPI pyaec) removes less and leaves near-end speech intact, so it feeds the recogniser. Both need
the reference aligned with the microphone; see ``EchoDelayTracker``.

If either library is missing, the microphone is gated while the guide can be heard (half-duplex):
no barge-in, but safe. AEC3 for both is not: at an echo gain of 0.3 and more, its output is
recognised as phrases that nobody said, and they are accepted.
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

_FILTER_LENGTH = 4000
"""Filter length of the linear canceller in samples: an echo tail of 250 ms."""

_NOISE_SUPPRESSION = 2
"""WebRTC noise suppression level, 0 to 3."""

FAR_END_PEAK = 100
"""Peak of a far-end block (int16, full scale 32,767) above which it may cause an echo."""

_IDLE_BLOCKS = round(1.0 * RATE / BLOCK)
"""Blocks without far-end signal after which the linear canceller is no longer run."""

ECHO_TAIL_BLOCKS = round(0.4 * RATE / BLOCK)
"""Hangover in blocks: an echo may last this long after the far-end signal."""


class EchoCanceller(Protocol):
    """Removes the echo of the guide's voice from the microphone signal."""

    def process(self, block: Samples) -> tuple[Samples, Samples]:
        """Process one near-end block: int16, shape (BLOCK,), 16 kHz.

        Returns (input of voice activity detection, input of the recogniser), each shaped alike.
        """
        ...

    @property
    def far_end_active(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        ...

    @property
    def is_aligned(self) -> bool:
        """Whether the output of ``process`` should be free of the guide's own voice."""
        ...

    @property
    def is_converged(self) -> bool:
        """Whether the echo has been found at the expected delay for several seconds."""
        ...

    @property
    def has_no_echo(self) -> bool:
        """Whether the loudspeaker was measured to be inaudible: headphones."""
        ...

    def recheck_alignment(self) -> bool:
        """Measure the delay now; returns ``is_aligned``."""
        ...


class _FarEndActivity:
    """Far-end activity detection on the peak level, with a hangover for the echo tail."""

    def __init__(self) -> None:
        self._hangover = 0
        self.now = False
        """Whether the current far-end block is active, without the hangover."""

    def __call__(self, far: Samples) -> bool:
        loud = int(np.abs(far.astype(np.int32)).max(initial=0)) > FAR_END_PEAK
        self.now = loud
        self._hangover = ECHO_TAIL_BLOCKS if loud else max(0, self._hangover - 1)
        return self._hangover > 0


class DualCanceller:
    """Full-duplex: AEC3 for voice activity detection, Speex for recognition.

    Raises ``ImportError`` if either library is missing.
    """

    def __init__(self, reference: EchoReference) -> None:
        self._reference = reference
        webrtc = importlib.import_module("pywebrtc_audio")
        self._aec3: Any = webrtc.AudioProcessor(
            RATE, echo_cancellation=True, noise_suppression=True, ns_level=_NOISE_SUPPRESSION
        )
        self._linear = _open_speex()
        self._tracker = EchoDelayTracker()
        self._raw_activity = _FarEndActivity()
        self._aligned_activity = _FarEndActivity()
        self._far_end_active = False
        self._using_linear = False
        self._idle = 0

    def process(self, block: Samples) -> tuple[Samples, Samples]:
        """Return (AEC3 output, linear canceller output); see ``EchoCanceller.process``."""
        near = np.ascontiguousarray(block)
        far = self._reference(len(block))
        self._far_end_active = self._raw_activity(far)
        far = self._tracker.align(near, far)
        self._reference.set_drift(self._tracker.drift)
        # Bluetooth or a busy machine: the echo may come after the hangover of the raw reference
        self._far_end_active = self._aligned_activity(far) or self._far_end_active
        if self._tracker.has_no_echo:
            far = np.zeros_like(far)  # else AEC3 suppresses the user as the echo it expects
            self._far_end_active = self._far_end_active and self._raw_activity.now
        suppressed: Samples = self._aec3.process(near, far)
        return suppressed, self._linear_output(near, far)

    @property
    def far_end_active(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        return self._far_end_active

    @property
    def is_aligned(self) -> bool:
        """Whether the guide is inaudible, or its echo was found at the expected delay."""
        return not self._far_end_active or self._tracker.is_aligned

    @property
    def is_converged(self) -> bool:
        """Whether the echo has been found at the expected delay for several seconds."""
        return self._tracker.is_converged

    @property
    def has_no_echo(self) -> bool:
        """Whether the loudspeaker was measured to be inaudible."""
        return self._tracker.has_no_echo

    def recheck_alignment(self) -> bool:
        """Measure the delay now; returns whether the echo is at the expected delay."""
        self._tracker.measure()
        return self._tracker.is_aligned

    def _linear_output(self, near: Samples, far: Samples) -> Samples:
        """The linear canceller's output while there is an echo, else ``near``: int16, (BLOCK,).

        The adaptive filter colours the signal and may diverge on near-end speech, so it is
        bypassed when there is no echo. Switching is a linear crossfade over one block.
        """
        self._idle = 0 if self._far_end_active else self._idle + 1
        if self._idle > _IDLE_BLOCKS:
            return near
        cancelled = self._linear(near, far)
        wanted = self._far_end_active and self._tracker.has_echo
        if wanted == self._using_linear:
            return cancelled if wanted else near
        self._using_linear = wanted
        old, new = (near, cancelled) if wanted else (cancelled, near)
        fade_in = np.linspace(0, 1, len(near), dtype=np.float32)
        return (old * (1 - fade_in) + new * fade_in).astype(np.int16)


class _SpeexCanceller:
    """Speex's linear canceller, called with array pointers; pyaec's wrapper copies lists."""

    def __init__(self, library: Any) -> None:
        self._cancel = library.lib.AecCancelEcho
        self._canceller = library.Aec(BLOCK, _FILTER_LENGTH, RATE, False)

    def __call__(self, near: Samples, far: Samples) -> Samples:
        """Return the near-end block with the echo subtracted: int16, shape (BLOCK,), 16 kHz."""
        cancelled = np.zeros_like(near)
        self._cancel(
            self._canceller._aec, _pointer(near), _pointer(far), _pointer(cancelled), len(near)
        )
        return cancelled


def _open_speex() -> _SpeexCanceller:
    try:
        return _SpeexCanceller(importlib.import_module("pyaec"))
    except (AttributeError, RuntimeError) as error:
        # pyaec raises these if its native library cannot be loaded on this machine
        raise ImportError(f"pyaec does not work here ({error})") from error


class HalfDuplexGate:
    """Half-duplex: mutes the microphone while the guide can be heard."""

    def __init__(self, reference: EchoReference) -> None:
        self._reference = reference
        self._raw_activity = _FarEndActivity()
        self._far_end_active = False

    def process(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block twice, or zeros while the far end is active."""
        self._far_end_active = self._raw_activity(self._reference(len(block)))
        heard = np.zeros_like(block) if self._far_end_active else block
        return heard, heard

    @property
    def far_end_active(self) -> bool:
        """Whether the guide, or an echo of it, may be heard in the last block."""
        return self._far_end_active

    @property
    def is_aligned(self) -> bool:
        """Always true: the gate lets no echo through."""
        return True

    @property
    def is_converged(self) -> bool:
        """Always true."""
        return True

    @property
    def has_no_echo(self) -> bool:
        """Always true: the gate lets no echo through."""
        return True

    def recheck_alignment(self) -> bool:
        """Always true: the gate lets no echo through."""
        return True


def select_canceller(reference: EchoReference, duplex: str = "auto") -> EchoCanceller:
    """Return a ``DualCanceller`` if its libraries are installed and ``duplex`` is not ``half``."""
    if duplex == "half":
        return HalfDuplexGate(reference)
    try:
        return DualCanceller(reference)
    except ImportError as error:
        _LOGGER.warning("no echo canceller (%s): not listening while speaking", error)
        return HalfDuplexGate(reference)


def _pointer(samples: Samples) -> Any:
    """The ``int16_t *`` of a contiguous array."""
    return samples.ctypes.data_as(POINTER(c_int16))
