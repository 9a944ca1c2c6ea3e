"""``config.toml``: what Kram should know of its user beforehand. See docs/configuration.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.folders import config_folder
from assistant.guidance.state import CONDITIONS, Profile
from assistant.journal import MOST
from assistant.serving.limits import Limits
from assistant.toml_file import (
    Sections,
    check_section,
    choice,
    number,
    parse_sections,
    read_sections,
    several,
    switch,
    text,
    whole,
)

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

RATES = (0.55, 1.45)
"""What "lebih lambat" and "lebih cepat" can reach too (phrases/id/replies.yaml)."""

VOLUMES = (0.3, 1.9)
"""What "lebih kecil" and "lebih keras" can reach too."""


@dataclass(frozen=True)
class Keeping:
    """What is kept for the caregiver's page."""

    heard: bool = False
    """Whether what was heard is kept as text."""

    entries: int = MOST
    """How much of it."""


@dataclass(frozen=True)
class Config:
    """Everything that can be configured."""

    profile: Profile = Profile()
    serve: Limits = Limits()
    journal: Keeping = Keeping()

    @property
    def tells(self) -> bool:
        """Whether somebody is to be told of an emergency, which needs the network."""
        return False


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
    "journal": {"heard": switch, "entries": whole(1, 10_000, MOST)},
    "serve": {
        "max_audio_seconds": number(1, 600, "30"),
        "max_clients": whole(1, 100, 8),
        "max_header_bytes": whole(256, 1_000_000, 8192),
        "max_payload_bytes": whole(1024, 10_000_000, 262_144),
        "idle_seconds": number(0.1, 3600, "30"),
    },
}


def config_file() -> Path:
    """Where the configuration is looked for."""
    return config_folder() / "config.toml"


def load_config(path: Path) -> Config:
    """Read the configuration; a missing file means that nothing is configured.

    Raises ``InputError`` with the file, the line if it can be found, and what to write.
    """
    return _config(read_sections(path, SECTIONS))


def check_config(path: Path, content: str) -> Config:
    """The same for a text that is to become the file."""
    return _config(parse_sections(path, content, SECTIONS))


def profile_of(path: Path, values: Mapping[str, object]) -> Profile:
    """The profile that ``values`` describe as the section would; ``path`` is named in errors."""
    read = check_section(path, "", "profile", values, SECTIONS["profile"])
    return Profile(**read)  # type: ignore[arg-type]  # each reader gives its field's type


def load_profile(path: Path) -> Profile:
    """Only what is known of the user."""
    return load_config(path).profile


def _config(found: dict[str, dict[str, object]]) -> Config:
    # each reader gives its field's type
    return Config(
        profile=Profile(**found["profile"]),  # type: ignore[arg-type]
        journal=Keeping(**found["journal"]),  # type: ignore[arg-type]
        serve=Limits(**found["serve"]),  # type: ignore[arg-type]
    )
