"""The operating system's voice (Windows SAPI5, macOS), used where espeak-ng is not available.

Here pyttsx3's engine is used, as there is no binding to synthesise into memory: ``save_to_file``
and ``runAndWait`` in a child process, which is killed if it hangs. ``save_to_file`` sometimes
writes an empty WAV; the file size is checked, and the call repeated.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.core.errors import MissingError
from assistant.core.translation import _
from assistant.tts.espeak_voice import CALM_WPM, trim_silence

_TRIES = 3
_TIMEOUT = 20.0
"""Timeout of the child process in seconds."""

_WORKER = """
import sys
import pyttsx3
path, rate, voice = sys.argv[1:4]
engine = pyttsx3.init()
engine.setProperty("rate", int(rate))
if voice:
    engine.setProperty("voice", voice)
engine.save_to_file(sys.stdin.buffer.read().decode("utf-8"), path)
engine.runAndWait()
"""


class SystemVoice:
    """A ``Voice`` on a system voice: takes seconds where ``EspeakVoice`` takes milliseconds.

    ``voice`` is the system's identifier of an Indonesian voice; empty for its default.
    """

    def __init__(self, voice: str = "", words_per_minute: int = CALM_WPM) -> None:
        self._voice = voice
        self._words_per_minute = words_per_minute

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; raises ``MissingError`` if the system's voice does not work."""
        if not text.strip():
            return Clip(np.zeros(0, dtype=np.int16))
        with tempfile.TemporaryDirectory(prefix="kram-voice-") as folder:
            path = Path(folder) / "speech.wav"
            for _again in range(_TRIES):
                if self._write_wav(text, path, round(self._words_per_minute * rate)):
                    return _read(path)
        raise MissingError(
            _("the system's voice gives no sound"), _("install an Indonesian voice or espeak-ng")
        )

    def _write_wav(self, text: str, path: Path, words_per_minute: int) -> bool:
        """Synthesise ``text`` to ``path`` once; returns whether the file is plausible."""
        command = [sys.executable, "-P", "-c", _WORKER]
        command += [str(path), str(words_per_minute), self._voice]
        try:
            done = subprocess.run(
                command,
                input=text.encode("utf-8"),
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        min_bytes = 1000 * len(text.split())  # a word takes at least 30 ms
        return done.returncode == 0 and path.exists() and path.stat().st_size > min_bytes


def _read(path: Path) -> Clip:
    """Read a WAV file, downmixed to mono and resampled to ``SPEECH_RATE``."""
    sound, rate = soundfile.read(str(path), dtype="int16", always_2d=True)
    mono = sound.mean(axis=1).astype(np.int16)
    return Clip(trim_silence(soxr.resample(mono, rate, SPEECH_RATE)))
