"""WAV file output in place of a loudspeaker (``loudspeaker.py`` is the sound card)."""

import logging
import wave
from pathlib import Path
from typing import IO

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.loudspeaker import SoundCardPlayer
from assistant.audio.mixer import MixerPlayer
from assistant.core.errors import InputError

__all__ = ["SoundCardPlayer", "WavPlayer"]

_LOGGER = logging.getLogger(__name__)


class WavPlayer(MixerPlayer):
    """A ``Player`` in audio time: ``advance`` renders and writes that much audio.

    ``path`` None discards it. Raises ``InputError`` if the file cannot be created; a later write
    error (a full disk) is logged once, and the conversation goes on without the file.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._pending = 0.0
        self._path = path
        self._reported = False
        self._raw: IO[bytes] | None = None
        self._file: wave.Wave_write | None = None
        if path is not None:
            self._raw = _create(path)
            self._file = wave.open(self._raw, "wb")  # noqa: SIM115 (closed by close)
            self._file.setnchannels(1)
            self._file.setsampwidth(2)
            self._file.setframerate(SPEECH_RATE)

    def advance(self, seconds: float) -> None:
        """Render ``seconds`` of audio into the file; fractions of a sample are carried over."""
        self._pending += seconds * SPEECH_RATE
        count = int(self._pending + 1e-6)
        self._pending -= count
        samples = self._mixer.render(count)
        if self._file is not None:
            try:
                self._file.writeframesraw(samples.astype("<i2").tobytes())
            except OSError as error:
                self._stop_writing(error)

    @property
    def lost(self) -> bool:
        """Always false."""
        return False

    def close(self) -> None:
        """Finish the file; may be called twice."""
        parts, self._file, self._raw = (self._file, self._raw), None, None
        failed = None
        for part in parts:
            try:
                if part is not None:
                    part.close()
            except OSError as error:
                failed = error  # both closes report the same error
        if failed is not None and not self._reported:
            self._report(failed)

    def _report(self, error: OSError) -> None:
        self._reported = True
        _LOGGER.error("%s is incomplete: %s", self._path, error.strerror)

    def _stop_writing(self, error: OSError) -> None:
        self._report(error)
        self.close()


def _create(path: Path) -> IO[bytes]:
    try:
        return path.open("wb")
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror}", "choose another output file"
        ) from error
