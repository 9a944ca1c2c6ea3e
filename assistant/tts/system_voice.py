"""The voice of the operating system (Windows SAPI5, macOS), where espeak-ng is not to be had.

pyttsx3 writes a file in a process of its own, which is ended when it hangs; files that came out
empty, as they sometimes do, are made again.
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
from assistant.tts.espeak_voice import CALM, trim_silence

_TRIES = 3
_SECONDS = 20.0

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
    """A ``Voice`` that takes whole seconds where ``EspeakVoice`` takes milliseconds.

    ``voice`` is the system's identifier of an Indonesian voice; empty for its default.
    """

    def __init__(self, voice: str = "", words_per_minute: int = CALM) -> None:
        self._voice = voice
        self._pace = words_per_minute

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; raises ``MissingError`` when the system's voice does not work."""
        if not text.strip():
            return Clip(np.zeros(0, dtype=np.int16))
        with tempfile.TemporaryDirectory(prefix="kram-voice-") as folder:
            path = Path(folder) / "speech.wav"
            for _ in range(_TRIES):
                if self._written(text, path, round(self._pace * rate)):
                    return _read(path)
        raise MissingError(
            "the system's voice gives no sound", "install an Indonesian voice or espeak-ng"
        )

    def _written(self, text: str, path: Path, pace: int) -> bool:
        command = [sys.executable, "-c", _WORKER, str(path), str(pace), self._voice]
        try:
            done = subprocess.run(
                command,
                input=text.encode("utf-8"),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        enough = 1000 * len(text.split())  # a word is never under 30 ms
        return done.returncode == 0 and path.exists() and path.stat().st_size > enough


def _read(path: Path) -> Clip:
    sound, rate = soundfile.read(str(path), dtype="int16", always_2d=True)
    mono = sound.mean(axis=1).astype(np.int16)
    return Clip(trim_silence(soxr.resample(mono, rate, SPEECH_RATE)))
