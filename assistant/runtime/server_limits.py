"""Limits on what one client may use of the server: the section ``[serve]`` of ``config.toml``."""

from dataclasses import dataclass

from assistant.core.config_key import key
from assistant.core.toml_schema import number, whole


@dataclass(frozen=True)
class ServeLimits:
    """Limits of the Wyoming server."""

    max_audio_seconds: float = key(number(1, 600, "30"), 30.0)
    """Length of one utterance in seconds; a phrase seldom takes more than five."""

    max_clients: int = key(whole(1, 100, 64), 64)
    """Connections at the same time; the next one gets an error and is closed. How many of them may
    speak is measured, see ``decoder_pool``."""

    max_header_bytes: int = key(whole(256, 1_000_000, 8192), 8192)
    """Length of an event's first line, and of the data that may follow it."""

    max_payload_bytes: int = key(whole(1024, 10_000_000, 262_144), 262_144)
    """Bytes of audio in one event; the default is 8 s at 16 kHz."""

    idle_seconds: float = key(number(0.1, 3600, "30"), 30.0)
    """Seconds within which an event must arrive, and an answer must be read."""
