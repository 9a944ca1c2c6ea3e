"""What a session is started with: ``config.toml``, the command line, and where data is stored."""

from dataclasses import dataclass
from pathlib import Path

from assistant.audio.level_meter import LevelMeter
from assistant.core.event_log import Subscriber
from assistant.runtime.config import Config


@dataclass(frozen=True)
class SessionOptions:
    """The one options object, handed on whole.

    The defaults are a session with nothing configured that stores nothing.
    """

    config: Config = Config()
    phrases: Path | None = None
    """Folder of phrases to recognise; None for the project's own."""

    input: Path | None = None
    """A WAV file in place of the microphone."""

    output: Path | None = None
    """A WAV file in place of the loudspeaker."""

    events: Path | None = None
    """The event log, one JSON object a line; None for no log."""

    diary_file: Path | None = None
    """None: the diary is in memory."""

    snapshot_file: Path | None = None
    """The conversation in progress, for a restart; None: not stored."""

    deaf_file: Path | None = None
    """Until when nothing is heard, on request; None: not stored."""

    night_log_file: Path | None = None
    """When it listened, emergencies, messages, devices; None: not stored."""

    profile_file: Path | None = None
    """What the user says of themselves; None: in memory."""

    pronunciation_file: Path | None = None
    """Written by ``enroll``; deleted with the profile. None: no file is deleted."""

    transcript_file: Path | None = None
    """Recognised phrases, if the configuration asks for them; None: not stored."""

    speech_cache: Path | None = None
    """Folder of the speech that a slow voice has rendered; None: in memory."""

    subscribers: tuple[Subscriber, ...] = ()
    """Get every record of the event log, for a display."""

    meter: LevelMeter | None = None
    """Measures the microphone's level, for a display."""

    @property
    def is_live(self) -> bool:
        """True if the microphone is heard, in real time; False for a file."""
        return self.input is None
