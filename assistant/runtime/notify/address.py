"""Addresses for notifications, and their parsers for ``config.toml``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from assistant.core.toml_schema import InvalidValue
from assistant.core.translation import _, reason

if TYPE_CHECKING:
    from ssl import SSLContext


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
        raise InvalidValue(_('must be an address such as "mqtt://192.168.1.5:1883/kram/darurat"'))
    return value


def read_web_address(value: object) -> str:
    """A value of ``config.toml``: a web address, or empty. Raises ``InvalidValue``."""
    if not isinstance(value, str) or (value and not is_web_address(value)):
        raise InvalidValue(
            _('must be an address such as "http://homeassistant.local:8123/api/webhook/…"')
        )
    return value


def read_ca_file(value: object) -> Path | None:
    """A value of ``config.toml``: a readable file of certificates (PEM), or empty.

    Raises ``InvalidValue``.
    """
    if not isinstance(value, str) or not value.isprintable() or ":" in value:
        raise InvalidValue(_('must be a path such as "/etc/kram/ca.pem"'))
    if not value:
        return None
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise InvalidValue(
            _("names a folder that is not there ({error})").format(error=error)
        ) from error
    if not path.is_absolute():
        raise InvalidValue(_('must be an absolute path, such as "~/ca.pem"'))
    try:
        tls_context(path)
    except OSError as error:
        import ssl

        if isinstance(error, ssl.SSLError):
            raise InvalidValue(_("holds no certificate"), _("name a file in PEM form")) from error
        told = _("cannot be read ({reason})").format(reason=reason(error))
        raise InvalidValue(told, _("check the path and the permissions")) from error
    return path


def tls_context(ca_file: Path | None) -> "SSLContext":
    """How the other side's certificate is checked: against ``ca_file``, or the system's.

    Raises ``OSError`` for a file that cannot be read or holds no certificate (``ssl.SSLError``).
    """
    import ssl

    return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
