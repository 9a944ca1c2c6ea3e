"""Any other voice: a program of the user's reads a text and writes a WAV. See docs/voice.md."""

import hashlib
import io
import os
import subprocess
from pathlib import Path

import numpy as np
import soundfile
import soxr

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.core.errors import InputError, KramError
from assistant.core.translation import _
from assistant.tts.clip_store import ClipStore
from assistant.tts.espeak_voice import trim_silence

RATE_VARIABLE = "KRAM_RATE"
"""Environment variable with the factor on the calm default speaking rate, such as ``1.00``."""

_TIMEOUT = 30.0
"""Seconds that the program has for one text."""

_ADVICE = _("see docs/voice.md, or remove the line `voice`")


class ProgramVoice:
    """A ``Voice`` on a program that is started for each text; thread-safe.

    The program gets the text on stdin (UTF-8) and writes one WAV to stdout, of any rate and number
    of channels. ``store`` is a folder for rendered clips. Raises ``InputError`` for a file that
    is not executable.
    """

    def __init__(self, program: Path, store: Path | None = None) -> None:
        if not (program.is_file() and os.access(program, os.X_OK)):
            raise InputError(
                _("the voice {program} is no program that can be run").format(program=program),
                _ADVICE,
            )
        self._program = program
        self._clips = ClipStore(store / _digest(program) if store else None)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """The clip that the program makes of ``text``, or made earlier; trailing pause trimmed.

        Raises ``KramError`` if it fails, takes more than 30 s, or writes no speech.
        """
        if not text.strip():
            return Clip(np.zeros(0, dtype=np.int16))
        return self._clips.get(text, rate, self._render)

    def prepare(self, text: str) -> None:
        """Prerender ``text`` at the default rate into the store, unless it is there."""
        self._clips.prepare(text, self._render)

    def _render(self, text: str, rate: float) -> Clip:
        try:
            done = subprocess.run(
                [self._program],
                input=text.encode(),
                capture_output=True,
                timeout=_TIMEOUT,
                check=True,
                env=os.environ | {RATE_VARIABLE: f"{rate:.2f}"},
            )
            sound, own_rate = soundfile.read(io.BytesIO(done.stdout), dtype="int16", always_2d=True)
        except (OSError, subprocess.SubprocessError, soundfile.LibsndfileError) as error:
            what = " ".join(str(error).split())[:200]
            raise KramError(
                _("{program} cannot say {text!r} ({what})").format(
                    program=self._program, text=text, what=what
                ),
                _ADVICE,
            ) from error
        mono = np.round(sound.mean(axis=1)).astype(np.int16)
        samples = np.asarray(soxr.resample(mono, own_rate, SPEECH_RATE), dtype=np.int16)
        clip = Clip(trim_silence(samples))
        if not len(clip.samples):
            raise KramError(
                _("{program} writes silence for {text!r}").format(program=self._program, text=text),
                _ADVICE,
            )
        return clip


def _digest(program: Path) -> str:
    """Key of the store: a program that has changed speaks anew."""
    with program.open("rb") as file:
        return "program-" + hashlib.file_digest(file, "sha256").hexdigest()[:16]
