"""Text to sound with espeak-ng, through pyttsx3's binding of it."""

import threading
from collections import OrderedDict

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import Samples
from assistant.tts.espeak_binding import VoiceSettings, WordMark, synthesise

GUIDE = "id+m1"
"""The variant that is understood best beside the demonstration's user; see docs/voice.md."""

CALM = 125
"""Words per minute of the normal pace: slow enough for somebody in pain and half asleep."""

_KEPT = 48
"""Clips kept for repetition; about 10 MB of ordinary sentences."""

_QUIET = 120
"""Samples below this (of 32,767) at the end of a sentence are espeak's pause, not speech."""

_TAIL = int(0.03 * SPEECH_RATE)


class EspeakVoice:
    """A ``Voice``; any number of them may live side by side, in any thread.

    ``voice`` is espeak's name with a variant (``id+m1``), ``pitch`` 0 to 99.
    Raises ``MissingError`` when there is no such voice or no espeak at all.
    """

    def __init__(
        self, voice: str = GUIDE, pitch: int = 45, words_per_minute: int = CALM, range: int = 45
    ) -> None:
        self._sound = VoiceSettings(voice, words_per_minute, pitch, range)
        self._kept: OrderedDict[tuple[str, int], Clip] = OrderedDict()
        self._lock = threading.Lock()
        synthesise("a", self._sound)

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; the clip ends with the last word, without a pause."""
        pace = round(self._sound.words_per_minute * rate)
        key = (text, pace)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        clip = Clip(trim_silence(self.synthesise(text, rate)[0]))
        with self._lock:
            self._kept[key] = clip
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return clip

    def synthesise(self, text: str, rate: float = 1.0) -> tuple[Samples, list[WordMark]]:
        """Synthesise ``text`` as espeak gives it, with its pause, and where the words are."""
        if not text.strip():
            return np.zeros(0, dtype=np.int16), []
        pace = round(self._sound.words_per_minute * rate)
        sound = VoiceSettings(self._sound.voice, pace, self._sound.pitch, self._sound.range)
        return synthesise(text, sound)


def trim_silence(samples: Samples) -> Samples:
    """Cut the silence at the end of ``samples`` down to 30 ms."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _QUIET)
    end = int(loud[-1]) + _TAIL if len(loud) else 0
    kept = samples[:end].copy()
    kept.setflags(write=False)
    return kept
