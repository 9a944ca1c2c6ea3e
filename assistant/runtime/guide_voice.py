"""The voice that ``config.toml`` names, or the usual one where it cannot speak."""

import logging
from pathlib import Path

from assistant.audio.interfaces import Voice
from assistant.core.errors import KramError
from assistant.core.translation import _
from assistant.runtime import spoken_vowels
from assistant.runtime.config import SpeakingConfig
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.fallback_voice import FallbackVoice
from assistant.tts.hearing_loss import HIGH_TONE_LOSS, EqualizedVoice
from assistant.tts.kokoro import KOKORO
from assistant.tts.kokoro_voice import KokoroVoice
from assistant.tts.piper_voice import PiperVoice
from assistant.tts.program_voice import ProgramVoice
from assistant.tts.select_voice import select_voice

_LOGGER = logging.getLogger(__name__)


def open_guide_voice(speaking: SpeakingConfig, cache: Path | None = None) -> Voice:
    """The configured voice, for the ears of the one who hears it."""
    voice = open_voice(speaking.voice, cache)
    return EqualizedVoice(voice) if speaking.hearing == HIGH_TONE_LOSS else voice


def open_voice(choice: Path | str | None, cache: Path | None = None) -> Voice:
    """The chosen voice: Piper's or a program by its path, Kokoro or MBROLA's by its name.

    The usual voice if None, or if the chosen one cannot speak.
    """
    if choice is None:
        return select_voice()
    try:
        if isinstance(choice, str):
            return FallbackVoice(open_named_voice(choice, cache), select_voice)
        voice = open_voice_file(choice, cache)
        return FallbackVoice(voice, select_voice) if isinstance(voice, ProgramVoice) else voice
    except KramError as error:
        _LOGGER.warning(_("{error}; the usual voice speaks instead").format(error=error))
        return select_voice()


def open_named_voice(name: str, cache: Path | None = None) -> KokoroVoice | EspeakVoice:
    """Kokoro or MBROLA's voice. Raises ``MissingError`` if it is not installed."""
    spoken_vowels.load()
    if name == KOKORO:
        return KokoroVoice(spoken_vowels.sounds, cache)
    return EspeakVoice(name, spell=spoken_vowels.spell)


def open_voice_file(path: Path, cache: Path | None = None) -> PiperVoice | ProgramVoice:
    """Piper's voice if the name ends in ``.onnx``, else a program that speaks.

    Raises ``KramError`` if it is neither.
    """
    return PiperVoice(path, cache) if path.suffix == ".onnx" else ProgramVoice(path, cache)
