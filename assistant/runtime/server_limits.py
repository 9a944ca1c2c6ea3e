"""What one client may take of the server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServeLimits:
    """The section ``[serve]`` of the configuration."""

    max_audio_seconds: float = 30.0
    """Of one utterance; a phrase has seldom more than five."""

    max_clients: int = 8
    """Connections at the same time; one more is told and let go."""

    max_header_bytes: int = 8192
    """Of an event's first line, and of the data that may follow it."""

    max_payload_bytes: int = 262_144
    """Of the sound in one event; 8 s at 16 kHz."""

    idle_seconds: float = 30.0
    """Within which an event must have come, and an answer must have been taken."""
