"""``config.toml``: what Kram should know of its user beforehand. See docs/configuration.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from assistant.asr.barge_in import POLICIES
from assistant.asr.endpointing import EndpointingConfig
from assistant.core.toml_schema import (
    InvalidValue,
    Reader,
    Sections,
    check_section,
    choice,
    number,
    parse_sections,
    read_text,
    several,
    switch,
    text,
    whole,
    wrong_at,
)
from assistant.dialogue.state import CONDITIONS, Profile
from assistant.runtime.notify.address import is_web_address, parse_mqtt_address
from assistant.runtime.notify.messages import Recipient
from assistant.runtime.server_limits import ServeLimits
from assistant.runtime.transcript_log import MOST

ADDRESSES = ("", "Bapak", "Ibu", "Kak", "Mas", "Mbak")

LEGS = {
    "": "",
    "left": "left",
    "right": "right",
    "both": "both",
    "kiri": "left",
    "kanan": "right",
    "keduanya": "both",
}

LONGEST_NAME = 40
LONGEST_PATH = 1000

RATES = (0.55, 1.45)
"""What "lebih lambat" and "lebih cepat" can reach too (phrases/id/replies.yaml)."""

VOLUMES = (0.3, 1.9)
"""What "lebih kecil" and "lebih keras" can reach too."""


@dataclass(frozen=True)
class TranscriptConfig:
    """What is kept for the caregiver's page."""

    heard: bool = False
    """Whether what was heard is kept as text."""

    entries: int = MOST
    """How much of it."""


DUPLEX = ("auto", "half")


PATIENCE = {"quick": 0.8, "normal": 1.0, "slow": 1.7}
"""By what the silences that end an utterance are multiplied, for whom."""


NIGHT_ANSWERS = ("cue", "words")


NIGHT_VOLUMES = (0.1, 1.0)


@dataclass(frozen=True)
class AudioConfig:
    """The section's values."""

    microphone: str | None = None
    """Part of the device's name; None for the system's default."""

    loudspeaker: str | None = None
    barge_in: str = "commands"
    """What may interrupt the guide: a name of ``hearing.turns.STRATEGIES``."""

    duplex: str = "auto"
    """``half``: nothing is heard while the guide speaks."""

    patience: float = 1.0
    night_from: time | None = None
    night_to: time = time(6, 0)
    night_volume: float = 0.5
    """Loudness between the two times, as a part of the usual one."""

    night_answers: str = "cue"
    """``cue``: a soft tone in place of words that only say "yes" and wake others."""

    second_opinion: bool = False
    """Whether Whisper, if it is installed, is asked when a phrase is doubtful."""

    def volume_at(self, now: time) -> float:
        """Loudness at this time of the day, as a part of the usual one."""
        return self.night_volume if self.is_night(now) else 1.0

    def is_night(self, now: time) -> bool:
        """Whether it is the time to be soft."""
        if self.night_from is None:
            return False
        begin, end = self.night_from, self.night_to
        return begin <= now < end if begin <= end else now >= begin or now < end

    def earcon_is_enough(self, now: time) -> bool:
        """Whether a tone stands for words that only say "yes"."""
        return self.night_answers == "cue" and self.is_night(now)

    def endpointing(self) -> EndpointingConfig:
        """The silences that end an utterance."""
        return EndpointingConfig().scaled(self.patience)


def _device(value: object) -> str | None:
    return str(text(200, "USB")(value)) or None


def _clock(value: object) -> time:
    try:
        return time.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InvalidValue('must be a time of the day such as "22:00"') from error


SOUND: dict[str, Reader] = {
    "microphone": _device,
    "loudspeaker": _device,
    "barge_in": choice({name: name for name in POLICIES}),
    "duplex": choice({name: name for name in DUPLEX}),
    "patience": choice(PATIENCE),
    "night_from": _clock,
    "night_to": _clock,
    "night_answers": choice({name: name for name in NIGHT_ANSWERS}),
    "night_volume": number(*NIGHT_VOLUMES, "0.5"),
    "second_opinion": switch,
}
"""The keys and how they are read."""


@dataclass(frozen=True)
class Config:
    """Everything that can be configured."""

    profile: Profile = Profile()
    serve: ServeLimits = ServeLimits()
    journal: TranscriptConfig = TranscriptConfig()
    voice: Path | None = None
    """A Piper voice's file, in place of espeak-ng."""
    tell: Recipient = Recipient()
    sound: AudioConfig = AudioConfig()


def mqtt_address(value: object) -> object:
    """An MQTT topic at a broker, or none."""
    if value != "" and (not isinstance(value, str) or parse_mqtt_address(value) is None):
        raise InvalidValue('must be an address such as "mqtt://192.168.1.5:1883/kram/darurat"')
    return value


def web_address(value: object) -> object:
    """A web address, or none."""
    if value != "" and (not isinstance(value, str) or not is_web_address(value)):
        raise InvalidValue(
            'must be an address such as "http://homeassistant.local:8123/api/webhook/…"'
        )
    return value


def file_path(value: object) -> Path | None:
    """A file that is named from the root or from the home folder; empty for none."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_PATH:
        raise InvalidValue('must be a path such as "/home/sri/id_ID-news_tts-medium.onnx"')
    path = Path(value).expanduser() if value else None
    if path is not None and not path.is_absolute():
        raise InvalidValue('must be an absolute path, such as "~/id_ID-news_tts-medium.onnx"')
    return path


SECTIONS: Sections = {
    "profile": {
        "name": text(LONGEST_NAME, "Sri"),
        "address": choice({one: one for one in ADDRESSES}),
        "leg": choice(LEGS),
        "pregnant": switch,
        "over_65": switch,
        "conditions": several(CONDITIONS),
        "rate": number(*RATES, "1.0"),
        "volume": number(*VOLUMES, "1.0"),
    },
    "speaking": {"voice": file_path},
    "sound": SOUND,
    "journal": {"heard": switch, "entries": whole(1, 10_000, MOST)},
    "serve": {
        "max_audio_seconds": number(1, 600, "30"),
        "max_clients": whole(1, 100, 8),
        "max_header_bytes": whole(256, 1_000_000, 8192),
        "max_payload_bytes": whole(1024, 10_000_000, 262_144),
        "idle_seconds": number(0.1, 3600, "30"),
    },
    "tell": {
        "who": text(LONGEST_NAME, "Budi"),
        "mqtt": mqtt_address,
        "mqtt_user": text(100, "kram", plain=False),
        "mqtt_password": text(200, "…", plain=False),
        "webhook": web_address,
        "warnings": switch,
        "timeout_seconds": number(1, 60, "10"),
    },
}


def load_config(path: Path) -> Config:
    """Read the configuration; a missing file means that nothing is configured.

    Raises ``InputError`` with the file, the line if it can be found, and what to write.
    """
    return check_config(path, read_text(path))


def check_config(path: Path, content: str) -> Config:
    """The same for a text that is to become the file."""
    found = parse_sections(path, content, SECTIONS)
    tell = found["tell"]
    if tell.get("mqtt") and tell.get("webhook"):
        problem, advice = "cannot be combined with mqtt", "keep one of the two"
        raise wrong_at(path, content, "tell", "webhook", problem, advice)
    if (tell.get("mqtt") or tell.get("webhook")) and not tell.get("who"):
        way = "mqtt" if tell.get("mqtt") else "webhook"
        advice = 'add a name such as who = "Budi": the guide says who is notified'
        raise wrong_at(path, content, "tell", way, "needs who too", advice)
    # each reader gives its field's type
    return Config(
        profile=Profile(**found["profile"]),  # type: ignore[arg-type]
        voice=found["speaking"].get("voice"),  # type: ignore[arg-type]
        journal=TranscriptConfig(**found["journal"]),  # type: ignore[arg-type]
        serve=ServeLimits(**found["serve"]),  # type: ignore[arg-type]
        sound=AudioConfig(**found["sound"]),  # type: ignore[arg-type]
        tell=Recipient(**tell),  # type: ignore[arg-type]
    )


def profile_of(path: Path, values: Mapping[str, object]) -> Profile:
    """The profile that ``values`` describe as the section would; ``path`` is named in errors."""
    read = check_section(path, "", "profile", values, SECTIONS["profile"])
    return Profile(**read)  # type: ignore[arg-type]  # each reader gives its field's type
