"""A chosen voice that may stop working, and the one that then speaks instead."""

import logging
import threading
from collections.abc import Callable

from assistant.audio.interfaces import Clip, Voice
from assistant.core.errors import KramError
from assistant.core.translation import _
from assistant.tts.clip_store import PreparedVoice

_LOGGER = logging.getLogger(__name__)


class FallbackVoice:
    """A ``Voice`` on ``chosen``; from its first failure on, on the voice that ``usual`` opens.

    A voice that depends on another program can be lost in mid-conversation; the guide goes on.
    Thread-safe if the voices are.
    """

    def __init__(self, chosen: Voice, usual: Callable[[], Voice]) -> None:
        self._voice = chosen
        self._usual = usual
        self._lock = threading.Lock()
        self._has_failed = False

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        """Synthesise ``text``; raises ``MissingError`` only if neither voice speaks."""
        try:
            return self._voice.speak(text, rate)
        except KramError as error:
            self._replace(error)
            return self._voice.speak(text, rate)

    def prepare(self, text: str) -> None:
        """Render ``text`` in advance if the chosen voice does that, and has not failed."""
        voice = self._voice
        try:
            if isinstance(voice, PreparedVoice):
                voice.prepare(text)
        except KramError as error:
            self._replace(error)

    def _replace(self, error: KramError) -> None:
        with self._lock:
            if not self._has_failed:
                _LOGGER.warning(_("{error}; the usual voice speaks instead").format(error=error))
                self._voice = self._usual()
                self._has_failed = True
