"""espeak-ng through pyttsx3's own binding: synchronous, into memory, one call at a time.

pyttsx3's playback and loop are not used: they return early, lose sayings and hang. espeak is
global state, so voice and parameters are set for each call, under one lock.
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

_ADVICE = "run `python3 run.py doctor`, or install the package espeak-ng"
_DONT_EXIT = 0x8000
"""espeak's flag for: return an error instead of ending the process when its data is missing."""

_WORD_GAP = 7
"""espeak's number of that parameter, which pyttsx3's binding does not name."""

_LONGEST_PATH = 130
"""espeak has room for 160 characters, the names of its files included."""

_LOCK = threading.Lock()


@dataclass(frozen=True)
class VoiceSettings:
    """How something is spoken."""

    voice: str
    """espeak's name of the voice and its variant, such as ``id+f3``."""

    words_per_minute: int
    """espeak's pace, 80 to 450."""

    pitch: int
    """0 to 99; 50 is the voice's own."""

    range: int = 50
    """Melody, 0 (flat) to 99."""

    gap: int = 0
    """Extra silence between words, in units of 10 ms at 100 words per minute."""


@dataclass(frozen=True)
class WordMark:
    """Where a word lies in the text and in the sound."""

    start: int
    """Its first character in the text, from 0."""

    length: int
    """Characters."""

    at: float
    """Seconds from the start of the sound."""


@cache
def _binding() -> Any:
    """Load the library (the wheel's, else the system's) and start it.

    Raises ``MissingError`` when there is no library or no voice data.
    """
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError:
        pass  # the system's library knows where its data is
    else:
        library = Path(loader.get_library_path())
        os.environ["ESPEAK_DATA_PATH"] = _short_path(loader.get_data_path())
        # Loaded by its full path first, the library is found again by its SONAME below.
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
    """Return a short name of ``folder``: espeak cuts longer ones off, and then finds no data."""
    if len(folder) <= _LONGEST_PATH or not Path("/proc/self/fd").exists():
        return folder
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY)}"


def voices() -> list[tuple[str, str]]:
    """Return (identifier, name) of every Indonesian voice, without variants."""
    binding = _binding()
    with _LOCK:
        known = [(voice.identifier, voice.languages, voice.name) for voice in binding.ListVoices()]
    return [
        (identifier.decode(), name.decode())
        for identifier, languages, name in known
        if languages[1:].split(b"\0")[0] == b"id"
    ]


def synthesise(text: str, sound: VoiceSettings) -> tuple[Samples, list[WordMark]]:
    """Speak ``text`` into memory: int16 mono at ``RATE`` Hz, and where the words are.

    Raises ``MissingError`` when the voice does not exist.
    """
    binding = _binding()
    parts: list[Samples] = []
    words: list[WordMark] = []

    def take(wave: Any, count: int, events: Any) -> int:
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

    with _LOCK:
        if binding.SetVoiceByName(sound.voice.encode()) != binding.EE_OK:
            raise MissingError(f"there is no voice {sound.voice!r}", _ADVICE)
        binding.SetParameter(binding.RATE, min(max(sound.words_per_minute, 80), 450), 0)
        binding.SetParameter(binding.PITCH, min(max(sound.pitch, 0), 99), 0)
        binding.SetParameter(binding.RANGE, min(max(sound.range, 0), 99), 0)
        binding.SetParameter(binding.VOLUME, 100, 0)
        binding.SetParameter(_WORD_GAP, min(max(sound.gap, 0), 50), 0)
        binding.SetSynthCallback(take)
        binding.Synth(text, flags=binding.ENDPAUSE | binding.CHARS_UTF8)
    if not parts:
        return np.zeros(0, dtype=np.int16), words
    return np.concatenate(parts), words
