"""``config.toml``: what Kram should know of its user beforehand. See docs/configuration.md.

Each key is declared once, as a field of its section: reader, default and the question of
``settings``. Sections of other modules: ``Profile``, ``ServeLimits``, ``Recipient``.
"""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

from assistant.asr.barge_in import POLICIES
from assistant.asr.endpointing import EndpointingConfig
from assistant.core.config_key import KeyQuestion, key, read_file, sections_of
from assistant.core.numerals import time_of_day
from assistant.core.toml_schema import (
    InvalidValue,
    choice,
    number,
    read_text,
    switch,
    text,
    whole,
    wrong_at,
)
from assistant.core.translation import LANGUAGES, Named, _, joined
from assistant.dialogue.user_profile import Profile
from assistant.runtime.notify.messages import Recipient
from assistant.runtime.server_limits import ServeLimits
from assistant.runtime.transcript_log import MOST
from assistant.tts.hearing_loss import HIGH_TONE_LOSS, NORMAL
from assistant.tts.kokoro import KOKORO
from assistant.tts.mbrola import INDONESIAN, is_mbrola

LONGEST_PATH = 1000

PATIENCE = {"quick": 0.8, "normal": 1.0, "slow": 1.7}
"""Factor on the endpointing timeouts, by the user's pace."""


def _path(value: object) -> Path | None:
    """An absolute path, or one in the home folder; None for an empty text."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_PATH:
        raise InvalidValue(_('must be a path such as "/home/sri/id_ID-news_tts-medium.onnx"'))
    try:
        path = Path(value).expanduser() if value else None
    except RuntimeError as error:
        raise InvalidValue(
            _("names a home folder that does not exist ({value})").format(value=value)
        ) from error
    if path is not None and not path.is_absolute():
        raise InvalidValue(_('must be an absolute path, such as "~/id_ID-news_tts-medium.onnx"'))
    return path


def _voice(value: object) -> Path | str | None:
    """Kokoro, the name of MBROLA's voice, or the path of another; None for an empty text."""
    if value == KOKORO:
        return KOKORO
    if isinstance(value, str) and is_mbrola(value):
        if value != INDONESIAN:
            raise InvalidValue(
                _('must be "{indonesian}": no other voice of MBROLA is Indonesian').format(
                    indonesian=INDONESIAN
                )
            )
        return value
    return _path(value)


def _device(value: object) -> str | None:
    """Part of a device's name; None for an empty text."""
    return text(200, "USB")(value) or None


def _time_of_day(value: object) -> time:
    try:
        return time_of_day(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InvalidValue(_('must be a time of the day such as "22:00" or "22.00"')) from error


def _night_start(value: object) -> time | None:
    return _time_of_day(value)


HEARING = (_("normal"), Named("high_tone_loss", _("hard of hearing")))
"""What ``hearing`` can be; `settings` shows them in the user's language."""


@dataclass(frozen=True)
class SpeakingConfig:
    """The section ``[speaking]``."""

    voice: Path | str | None = key(_voice, None)
    """The name of Kokoro or MBROLA's voice, a Piper voice's file or a program; None: espeak-ng."""

    hearing: str = key(
        choice({"": NORMAL} | {name: name for name in (NORMAL, HIGH_TONE_LOSS)}),
        NORMAL,
        KeyQuestion(9, _("Hearing of the one who has the cramps"), joined("/", HEARING)),
    )
    """``high_tone_loss``: the voice is equalised for old ears."""


@dataclass(frozen=True)
class AudioConfig:
    """The section ``[sound]``."""

    microphone: str | None = key(_device, None)
    """Part of the device's name; None for the system's default."""

    loudspeaker: str | None = key(_device, None)
    barge_in: str = key(choice({name: name for name in POLICIES}), "commands")
    """What may interrupt the guide: a name of ``POLICIES`` in ``asr.barge_in``."""

    duplex: str = key(choice({"auto": "auto", "half": "half"}), "auto")
    """``half``: the microphone is ignored while the guide speaks."""

    patience: float = key(choice(PATIENCE), 1.0)
    night_from: time | None = key(_night_start, None)
    night_to: time = key(_time_of_day, time(6, 0))
    night_answers: str = key(choice({"cue": "cue", "words": "words"}), "cue")
    """``cue``: a soft tone replaces words that only say "yes" and would wake others."""

    night_volume: float = key(number(0.1, 1.0, "0.5"), 0.5)
    """Gain between the two times."""

    second_opinion: bool = key(switch, False)
    """True: Whisper, if it is installed, verifies doubtful phrases."""

    def endpointing(self) -> EndpointingConfig:
        """The silences that end an utterance."""
        return EndpointingConfig().scaled(self.patience)


@dataclass(frozen=True)
class TranscriptConfig:
    """The section ``[journal]``: what is stored for the caregiver's page."""

    heard: bool = key(switch, False)
    """True: recognised phrases are stored as text."""

    entries: int = key(whole(1, 10_000, MOST), MOST)
    """How many of them; older ones are deleted."""


@dataclass(frozen=True)
class TerminalConfig:
    """The section ``[terminal]``; ``core.translation`` reads the key before anything else."""

    language: str = key(choice({"": "", **{name: name for name in LANGUAGES}}), "")
    """Of messages and help texts; empty for the system's."""


@dataclass(frozen=True)
class Config:
    """The whole file: a field for each section."""

    profile: Profile = Profile()
    speaking: SpeakingConfig = SpeakingConfig()
    sound: AudioConfig = AudioConfig()
    journal: TranscriptConfig = TranscriptConfig()
    serve: ServeLimits = ServeLimits()
    tell: Recipient = Recipient()
    terminal: TerminalConfig = TerminalConfig()


SECTIONS = sections_of(Config())
"""The readers of the file, by section and key."""


def load_config(path: Path) -> Config:
    """Read the configuration; a missing file means that nothing is configured.

    Raises ``InputError`` with the file, the line if it can be found, and what to write.
    """
    return check_config(path, read_text(path))


def check_config(path: Path, content: str) -> Config:
    """The same for a text that is to become the file."""
    config = read_file(Config(), path, content)
    tell = config.tell
    if tell.mqtt and tell.webhook:
        problem, advice = _("cannot be combined with mqtt"), _("keep one of the two")
        raise wrong_at(path, content, "tell", "webhook", problem, advice)
    if tell.is_configured and not tell.who:
        way = "mqtt" if tell.mqtt else "webhook"
        advice = _('add a name such as who = "Budi": the guide says who is notified')
        raise wrong_at(path, content, "tell", way, _("needs who too"), advice)
    if tell.ca_file and not tell.is_encrypted:
        problem, advice = (
            _("is for mqtts:// and https:// only"),
            _("write one of them, or remove it"),
        )
        raise wrong_at(path, content, "tell", "ca_file", problem, advice)
    return config
