"""A clear voice that is free software: Kokoro-82M, an optional extra (``requirements-kokoro.txt``).

Kokoro's input are IPA symbols and a vector with the style of a speaker. None of its languages is
Indonesian: its Spanish voice Dora says what ``ipa.transcribe`` writes. One second of speech takes
about one second of a core, so everything that the guide can say is prerendered in the background,
as with Piper.
"""

import hashlib
import importlib
import importlib.util
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import Samples
from assistant.core.errors import KramError, MissingError
from assistant.core.paths import NETWORKS
from assistant.core.translation import _
from assistant.tts.clip_store import ClipStore
from assistant.tts.espeak_voice import trim_silence
from assistant.tts.ipa import SPELLING, Sounds, transcribe
from assistant.tts.kokoro import INSTALL, KOKORO, PARTS, missing_packages

SPEAKER = NETWORKS / "kokoro_ef_dora.npz"
"""The style of the voice Dora: float16, shape (256, 256), by the number of symbols; see NOTICE."""

RATE = 24_000
"""Samples per second of Kokoro."""

_CALM_SPEED = 0.9
"""Kokoro's speed at rate 1."""

_PAUSE = np.zeros(round(0.3 * SPEECH_RATE), dtype=np.int16)
"""Pause between the pieces of a text that is too long for the network: 0.3 s."""

_PEAK = 26_000
"""Peak of a clip, int16."""

_ONSET = 0.01
"""Share of the peak from which the speech has begun."""

_LEAD = round(0.03 * SPEECH_RATE)
"""Samples before it that are kept: 30 ms."""

_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"

SYMBOLS = {
    ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, ";": 1, " ": 16, "a": 43, "b": 44, "d": 46, "e": 47,
    "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57, "p": 58,
    "s": 61, "t": 62, "u": 63, "w": 65, "x": 66, "z": 68, "ʤ": 82, "ə": 83, "ɡ": 92, "I": 25,
    "ŋ": 112, "ɲ": 114, "ɾ": 125, "ʃ": 131, "ʧ": 133,
}  # fmt: skip
"""Kokoro's numbers of the symbols that ``transcribe`` writes."""

_LONGEST = 400
"""Symbols in one run of the network; it takes 510."""

_PIECE = re.compile(rf"\s*(.{{1,{_LONGEST}}}(?= |$)|.{{{_LONGEST}}})")
"""As much as fits, up to the end of a word if there is one."""

Floats = npt.NDArray[np.float32]


class KokoroVoice:
    """A ``Voice`` on Kokoro, loaded for the first text that is not stored; thread-safe.

    ``sounds`` gives the phonemes of a word, ``store`` is a folder for rendered clips, ``model``
    reads the network, ``styles`` are those of another speaker than Dora, shape (n, 256). What is to
    be heard now interrupts what is rendered in advance. Raises ``MissingError`` if something is not
    installed.
    """

    def __init__(
        self,
        sounds: Sounds,
        store: Path | None = None,
        model: Callable[[], bytes] | None = None,
        styles: Floats | None = None,
    ) -> None:
        if model is None and (missing := missing_packages()):
            raise MissingError(
                _("{voice} cannot speak without {missing}").format(
                    voice=KOKORO, missing=", ".join(missing)
                ),
                INSTALL,
            )
        self._sounds = sounds
        self._network = Network(model)
        self._styles = dora() if styles is None else styles
        self._turn = threading.Condition()
        self._busy = False
        self._urgent = 0
        self._clips = ClipStore(store / _digest(styles) if store else None)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``, or take it from the cache or the store; trailing pause trimmed.

        Raises ``MissingError`` if the network is damaged, ``KramError`` if it fails.
        """
        return self._clips.get(text, rate, self._render_now)

    def prepare(self, text: str) -> None:
        """Prerender ``text`` at the default rate into the store, unless it is there."""
        self._clips.prepare(text, self._render_in_advance)

    def _render_now(self, text: str, rate: float) -> Clip:
        with self._turn:
            self._urgent += 1
            self._network.interrupt()
            self._turn.wait_for(lambda: not self._busy)
            self._busy = True
        try:
            clip = self._render(text, rate)
        finally:
            with self._turn:
                self._urgent -= 1
                self._busy = False
                self._turn.notify_all()
        assert clip is not None, "nothing interrupts what is urgent"
        return clip

    def _render_in_advance(self, text: str, rate: float) -> Clip:
        clip = None
        while clip is None:
            with self._turn:
                self._turn.wait_for(lambda: not self._busy and not self._urgent)
                self._busy = True
                self._network.allow_interrupt()
            try:
                clip = self._render(text, rate)
            finally:
                with self._turn:
                    self._network.forbid_interrupt()
                    self._busy = False
                    self._turn.notify_all()
        return clip

    def _render(self, text: str, rate: float) -> Clip | None:
        """The clip; None if it was interrupted."""
        parts: list[Samples] = []
        for piece in _pieces(transcribe(text, self._sounds)):
            symbols = [SYMBOLS[one] for one in piece]
            sound = self._network.run(symbols, _CALM_SPEED * rate, self._styles)
            if sound is None:
                return None
            parts += [_leveled(sound), _PAUSE]
        return Clip(trim_silence(np.concatenate(parts[:-1]) if parts else _PAUSE[:0]))


class Network:
    """Kokoro's network, loaded when it first runs."""

    def __init__(self, model: Callable[[], bytes] | None = None) -> None:
        self._model = model or _read_model
        self._session: Any = None
        self._interruptible: Any = None

    def allow_interrupt(self) -> None:
        """Let ``interrupt`` end the next runs, until ``forbid_interrupt``."""
        self._interruptible = importlib.import_module("onnxruntime").RunOptions()

    def forbid_interrupt(self) -> None:
        """Run the next ones to their end."""
        self._interruptible = None

    def interrupt(self) -> None:
        """End the run in progress if that is allowed."""
        if self._interruptible is not None:
            self._interruptible.terminate = True

    def run(self, symbols: list[int], speed: float, styles: Floats) -> Floats | None:
        """Speech for symbols: float, shape (n,), ``RATE`` Hz; None if it was interrupted.

        ``styles``: float32, shape (n, 256), one by the number of symbols.
        """
        state = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
        errors = (
            state.Fail, state.InvalidProtobuf, state.InvalidGraph, state.InvalidArgument,
            state.RuntimeException, OSError, ValueError, KeyError,
        )  # fmt: skip
        options = self._interruptible
        try:
            if self._session is None:
                self._session = _open(self._model())
            fed = {
                "tokens": np.array([[0, *symbols, 0]]),
                "style": styles[None, min(len(symbols), len(styles)) - 1],
                "speed": np.array([max(speed, 0.1)], np.float32),
            }
            (sound, *_rest) = self._session.run(None, fed, options)
        except errors as error:
            if options is not None and options.terminate:
                return None
            what = " ".join(str(error).split())[:200]
            raise KramError(
                _("{voice} fails ({what})").format(voice=KOKORO, what=what), INSTALL
            ) from error
        return np.asarray(sound, np.float32).ravel()


def _pieces(symbols: str) -> list[str]:
    """``symbols`` in pieces that the network takes; none if there is nothing to say."""
    return [one for one in _PIECE.findall(symbols) if any(symbol.isalpha() for symbol in one)]


def _read_model() -> bytes:
    """The network of the packages. Raises ``MissingError`` if it is not the expected one."""
    parts = []
    for name in PARTS:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise MissingError(_("the network of {voice} is damaged").format(voice=KOKORO), INSTALL)
        parts.append((Path(spec.origin).parent / "part.bin").read_bytes())
    network = b"".join(parts)
    if hashlib.sha256(network).hexdigest() != _SHA256:
        raise MissingError(_("the network of {voice} is damaged").format(voice=KOKORO), INSTALL)
    return network


def _open(network: bytes) -> Any:
    """A session on the network that leaves one core to the conversation."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return runtime.InferenceSession(network, options, providers=["CPUExecutionProvider"])


def dora() -> Floats:
    """The styles of the usual speaker: float32, shape (256, 256)."""
    with np.load(SPEAKER) as file:
        return np.asarray(file["style"], np.float32)


def _leveled(sound: Floats) -> Samples:
    """``sound`` (float, ``RATE`` Hz) at ``SPEECH_RATE`` with a constant peak, int16."""
    sound = np.asarray(soxr.resample(sound, RATE, SPEECH_RATE), np.float32)
    peak = float(np.abs(sound).max(initial=0.0))
    if not peak:
        return np.zeros(0, np.int16)
    start = max(0, int(np.argmax(np.abs(sound) > _ONSET * peak)) - _LEAD)
    return np.asarray(np.round(sound[start:] * (_PEAK / peak)), np.int16)


def _digest(styles: Floats | None) -> str:
    """Key of the store: a name, and 16 hex digits over network, styles, speed and spelling."""
    digest = hashlib.sha256(f"{_SHA256} {_CALM_SPEED} {SPELLING}".encode())
    digest.update(SPEAKER.read_bytes() if styles is None else styles.tobytes())
    return f"{KOKORO}-{digest.hexdigest()[:16]}"
