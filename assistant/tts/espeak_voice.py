"""The default voice, espeak-ng, and MBROLA's, through pyttsx3's binding (``espeak_binding``)."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import Samples
from assistant.tts.espeak_binding import Synthesis, VoiceSettings, synthesise

GUIDE_VOICE = "id+m1"
"""The most intelligible variant that differs from the demo's user voice; see docs/voice.md."""

CALM_WPM = 125
"""Default speaking rate in words per minute: slow, for somebody in pain and half asleep."""

_CACHE_SIZE = 48
"""Clips in the LRU cache; about 10 MB of ordinary sentences."""

_SILENCE_PEAK = 120
"""Peak (int16, full scale 32,767) up to which trailing samples are espeak-ng's pause."""

_TAIL = int(0.03 * SPEECH_RATE)
"""Trailing silence in samples that is left: 30 ms."""


class EspeakVoice:
    """A ``Voice`` on espeak-ng with an LRU cache; instances are independent and thread-safe.

    ``voice`` is espeak-ng's name with a variant (``id+m1``) or MBROLA's (``mb-id1``), ``pitch``
    and ``range`` 0 to 99; ``spell`` marks é in a word where it is e taling, else espeak-ng
    decides. Raises ``MissingError`` if there is no such voice or no espeak-ng at all.
    """

    def __init__(
        self,
        voice: str = GUIDE_VOICE,
        pitch: int = 45,
        words_per_minute: int = CALM_WPM,
        range: int = 45,
        spell: Callable[[str], str] | None = None,
    ) -> None:
        self._settings = VoiceSettings(voice, words_per_minute, pitch, range, spell=spell)
        self._cache: OrderedDict[tuple[str, int], Clip] = OrderedDict()
        self._lock = threading.Lock()
        synthesise("a", self._settings)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; the trailing pause is trimmed to 30 ms."""
        if not text.strip():
            return Clip(np.zeros(0, dtype=np.int16))
        words_per_minute = round(self._settings.words_per_minute * rate)
        key = (text, words_per_minute)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        clip = Clip(trim_silence(self.synthesise(text, rate).samples))
        with self._lock:
            self._cache[key] = clip
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return clip

    def synthesise(self, text: str, rate: float = 1.0) -> Synthesis:
        """Synthesise ``text`` untrimmed, with word marks and the voice that spoke."""
        words_per_minute = round(self._settings.words_per_minute * rate)
        return synthesise(text, replace(self._settings, words_per_minute=words_per_minute))


def trim_silence(samples: Samples) -> Samples:
    """Return a read-only copy with trailing silence trimmed to 30 ms: int16, ``SPEECH_RATE`` Hz."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SILENCE_PEAK)
    end = int(loud[-1]) + _TAIL if len(loud) else 0
    trimmed = samples[:end].copy()
    trimmed.setflags(write=False)
    return trimmed
