"""Addresses that a message can go to."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class MqttAddress:
    """Where a message goes."""

    host: str
    port: int
    topic: str
    tls: bool


def parse_mqtt_address(uri: str) -> MqttAddress | None:
    """Read ``mqtt://HOST[:PORT]/TOPIC`` or ``mqtts://…``; None if it is none."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    topic = unquote(parts.path.removeprefix("/"))
    tls = parts.scheme == "mqtts"
    known = parts.scheme in ("mqtt", "mqtts") and not {"?", "#"} & set(uri)
    if not known or not parts.hostname or not topic or set("+#\0") & set(topic):
        return None
    if parts.username is not None or parts.password is not None:
        return None  # they have keys of their own, so that addresses can be shown
    return MqttAddress(parts.hostname, port or (8883 if tls else 1883), topic, tls)


def is_web_address(uri: str) -> bool:
    """Whether ``uri`` is an http or https address without a password in it."""
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - raises for one that is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
