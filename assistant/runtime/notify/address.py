"""Addresses for notifications, and their parsers for ``config.toml``."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from assistant.core.toml_schema import InvalidValue


@dataclass(frozen=True)
class MqttAddress:
    """A topic on an MQTT broker."""

    host: str
    port: int
    topic: str
    tls: bool


def parse_mqtt_address(uri: str) -> MqttAddress | None:
    """Read ``mqtt://HOST[:PORT]/TOPIC`` or ``mqtts://…``; None if it is neither."""
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
        return None  # the password has its own key, so that addresses can be displayed
    return MqttAddress(parts.hostname, port or (8883 if tls else 1883), topic, tls)


def is_web_address(uri: str) -> bool:
    """Whether ``uri`` is an http or https address without a password in it."""
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - raises if it is not a number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None


def read_mqtt_address(value: object) -> str:
    """A value of ``config.toml``: an MQTT address, or empty. Raises ``InvalidValue``."""
    if not isinstance(value, str) or (value and parse_mqtt_address(value) is None):
        raise InvalidValue('must be an address such as "mqtt://192.168.1.5:1883/kram/darurat"')
    return value


def read_web_address(value: object) -> str:
    """A value of ``config.toml``: a web address, or empty. Raises ``InvalidValue``."""
    if not isinstance(value, str) or (value and not is_web_address(value)):
        raise InvalidValue(
            'must be an address such as "http://homeassistant.local:8123/api/webhook/…"'
        )
    return value
