"""WAV file output in place of a loudspeaker (``loudspeaker.py`` is the sound card)."""

import logging
from pathlib import Path

from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.mixer import MixerPlayer
from assistant.audio.wav_file_writer import WavFileWriter
from assistant.core.errors import InputError
from assistant.core.output_files import check_wav_output
from assistant.core.translation import _, reason

_LOGGER = logging.getLogger(__name__)


class WavPlayer(MixerPlayer):
    """A ``Player`` in audio time: ``advance`` renders and writes that much audio.

    ``path`` None discards it. The file can be read at every moment, also after ``kill -9``. Raises
    ``InputError`` if it cannot be created or is there and no WAV file; a later write error (a full
    disk) is logged once, and the conversation goes on without the file.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._pending = 0.0
        self._path = path
        self._reported = False
        self._file = None if path is None else _create(path)

    def advance(self, seconds: float) -> None:
        """Render ``seconds`` of audio into the file; fractions of a sample are carried over."""
        self._pending += seconds * SPEECH_RATE
        count = int(self._pending + 1e-6)
        self._pending -= count
        samples = self._mixer.render(count)
        if self._file is not None:
            try:
                self._file.write(samples)
            except OSError as error:
                self._stop_writing(error)

    @property
    def incomplete(self) -> bool:
        """Whether a part of the sound could not be written; final once the player is closed."""
        return self._reported

    @property
    def lost(self) -> bool:
        """Always false."""
        return False

    def close(self) -> None:
        """Finish the file; may be called twice."""
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError as error:
            if not self._reported:
                self._report(error)

    def _report(self, error: OSError) -> None:
        self._reported = True
        _LOGGER.error("%s is incomplete: %s", self._path, reason(error))

    def _stop_writing(self, error: OSError) -> None:
        self._report(error)
        self.close()


def _create(path: Path) -> WavFileWriter:
    try:
        check_wav_output(path)
        return WavFileWriter(path, SPEECH_RATE)
    except OSError as error:
        raise InputError(
            _("cannot write {path}: {reason}").format(path=path, reason=reason(error)),
            _("choose another output file"),
        ) from error
