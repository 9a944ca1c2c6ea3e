"""espeak-ng through pyttsx3's ctypes binding: synchronous synthesis into memory.

Of pyttsx3, only the binding ``pyttsx3.drivers._espeak`` is used here: ``Initialize`` with
``AUDIO_OUTPUT_SYNCHRONOUS``, ``SetSynthCallback`` for PCM and word events, ``Synth``. Its engine
and event loop are not: measured on Linux with version 2.99, the first ``runAndWait()`` returns
while speech is still playing, speech cannot be interrupted, of two queued texts only the last is
heard, and ``save_to_file`` sometimes writes an empty WAV. (``system_voice`` uses ``save_to_file``
on Windows and macOS, in a worker process, with a check of the file size.) espeak-ng keeps global
state, so voice and parameters are set on every call, under one lock.
"""

import ctypes
import importlib
import os
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import Samples
from assistant.core.errors import MissingError
from assistant.core.interrupts import deferred_interrupt

_ADVICE = "run `python3 run.py doctor`, or install the package espeak-ng"
_DONT_EXIT = 0x8000
"""``espeakINITIALIZE_DONT_EXIT``: return an error instead of calling ``exit`` without data."""

_WORD_GAP = 7
"""``espeakWORDGAP``, a parameter that pyttsx3's binding does not define."""

_MAX_PATH = 130
"""espeak-ng's path buffer has 160 characters, including the names of its data files."""

_LOCK = threading.Lock()


@dataclass(frozen=True)
class VoiceSettings:
    """Voice and prosody: speaking rate, pitch, pitch range, word gap."""

    voice: str
    """espeak-ng's voice name with its variant, such as ``id+f3``."""

    words_per_minute: int
    """Speaking rate, 80 to 450."""

    pitch: int
    """Base pitch, 0 to 99; 50 is the voice's default."""

    range: int = 50
    """Pitch range, 0 (monotone) to 99."""

    gap: int = 0
    """Extra silence between words, in units of 10 ms at 100 words per minute."""


@dataclass(frozen=True)
class WordMark:
    """Word mark: the position of a word in the text and in the audio."""

    start: int
    """Index of its first character in the text, from 0."""

    length: int
    """Length in characters."""

    at: float
    """Onset in seconds from the start of the audio."""


@cache
def _binding() -> Any:
    """Load the espeak-ng library (the wheel's, else the system's) and initialise it.

    Raises ``MissingError`` if there is no library or no voice data.
    """
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError:
        pass  # the system library knows its own data path
    else:
        library = Path(loader.get_library_path())
        os.environ["ESPEAK_DATA_PATH"] = _short_path(loader.get_data_path())
        # Loading it by full path first lets the binding below find it again by SONAME.
        ctypes.CDLL(str(library))
    try:
        binding = importlib.import_module("pyttsx3.drivers._espeak")
    except (RuntimeError, OSError, ImportError) as error:
        raise MissingError(f"the voice cannot be loaded ({error})", _ADVICE) from error
    rate = binding.Initialize(binding.AUDIO_OUTPUT_SYNCHRONOUS, 0, None, _DONT_EXIT)
    if rate != SPEECH_RATE:
        raise MissingError("the voice data cannot be read", _ADVICE)
    return binding


def _short_path(folder: str) -> str:
    """Return a short alias of ``folder``: espeak-ng truncates longer paths and finds no data."""
    if len(folder) <= _MAX_PATH or not Path("/proc/self/fd").exists():
        return folder
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY)}"


def voices() -> list[tuple[str, str]]:
    """Return (identifier, name) of every Indonesian voice of espeak-ng, without variants."""
    binding = _binding()
    with _LOCK:
        known = [(voice.identifier, voice.languages, voice.name) for voice in binding.ListVoices()]
    return [
        (identifier.decode(), name.decode())
        for identifier, languages, name in known
        if languages[1:].split(b"\0")[0] == b"id"
    ]


def synthesise(text: str, sound: VoiceSettings) -> tuple[Samples, list[WordMark]]:
    """Synthesise ``text`` into memory; returns (samples, word marks).

    Samples: int16, shape (n,), mono, ``SPEECH_RATE`` Hz. Raises ``MissingError`` if the voice
    does not exist.
    """
    binding = _binding()
    parts: list[Samples] = []
    words: list[WordMark] = []

    def on_audio(wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            parts.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != binding.EVENT_LIST_TERMINATED:
            event = events[index]
            if event.type == binding.EVENT_WORD:
                at = event.audio_position / 1000
                words.append(WordMark(event.text_position - 1, event.length, at))
            index += 1
        return 0

    with deferred_interrupt(), _LOCK:
        if binding.SetVoiceByName(sound.voice.encode()) != binding.EE_OK:
            raise MissingError(f"there is no voice {sound.voice!r}", _ADVICE)
        binding.SetParameter(binding.RATE, min(max(sound.words_per_minute, 80), 450), 0)
        binding.SetParameter(binding.PITCH, min(max(sound.pitch, 0), 99), 0)
        binding.SetParameter(binding.RANGE, min(max(sound.range, 0), 99), 0)
        binding.SetParameter(binding.VOLUME, 100, 0)
        binding.SetParameter(_WORD_GAP, min(max(sound.gap, 0), 50), 0)
        binding.SetSynthCallback(on_audio)
        binding.Synth(text, flags=binding.ENDPAUSE | binding.CHARS_UTF8)
    if not parts:
        return np.zeros(0, dtype=np.int16), words
    return np.concatenate(parts), words
