"""Notifications: recipient, message, delivery result, and the interfaces."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.core.config_key import KeyQuestion, key
from assistant.core.toml_schema import number, switch, text
from assistant.core.translation import _
from assistant.runtime.notify.address import read_ca_file, read_mqtt_address, read_web_address


@dataclass(frozen=True)
class Recipient:
    """The section ``[tell]`` of the configuration."""

    who: str = key(
        text(40, "Budi"),
        "",
        KeyQuestion(
            10,
            _("Who is notified in an emergency, a name that Kram can say"),
            _("needs a server for messages: MQTT or a webhook"),
        ),
    )
    """Spoken: "Pesan dikirim ke …"."""

    mqtt: str = key(
        read_mqtt_address,
        "",
        KeyQuestion(
            11,
            _("by a message to your MQTT broker"),
            _("mqtt://HOST/TOPIC; user and password by hand"),
            needs="who",
        ),
    )
    """``mqtt://HOST[:PORT]/TOPIC``, with ``mqtts`` for TLS."""

    mqtt_user: str = key(text(100, "kram", plain=False), "")
    mqtt_password: str = key(text(200, "…", plain=False), "")
    webhook: str = key(
        read_web_address, "", KeyQuestion(12, _("or by a webhook"), "http://…", needs="who")
    )
    """An http or https address that accepts a POST of JSON."""

    warnings: bool = key(switch, False)
    """Whether other warning signs are sent too, not only emergencies."""

    timeout_seconds: float = key(number(1, 60, "10"), 10.0)
    """Time for one try, from the first packet to the acknowledgement."""

    ca_file: Path | None = key(read_ca_file, None)
    """Certificates (PEM) of the authority that mqtts and https are checked against.

    None for those of the system.
    """

    @property
    def is_configured(self) -> bool:
        """Whether there is anybody to notify."""
        return bool(self.mqtt or self.webhook)

    @property
    def is_encrypted(self) -> bool:
        """Whether the message goes by TLS."""
        return self.mqtt.startswith("mqtts:") or self.webhook.startswith("https:")


@dataclass(frozen=True)
class Message:
    """One message."""

    about: str
    """``emergency``, ``warning``, ``all_clear`` or ``test``."""

    text: str

    def as_json(self) -> bytes:
        """The payload, UTF-8 encoded."""
        content = {"source": "kram", "about": self.about, "text": self.text}
        return json.dumps(content, ensure_ascii=False).encode("utf-8")


@dataclass(frozen=True)
class Delivery:
    """The delivery result of a message."""

    about: str
    ok: bool
    """Whether it was acknowledged."""

    why: str = ""
    """Cause of a failure, for the log."""


class Undelivered(Exception):
    """A message was not acknowledged; the text is the cause."""

    def __init__(self, why: str, refused: bool = False) -> None:
        """``refused``: the other side has answered, and would answer the same again."""
        super().__init__(why)
        self.refused = refused


class Sender(Protocol):
    """Delivers messages to a recipient."""

    def send(self, message: Message) -> None:
        """Return once the message was acknowledged.

        Raises ``Undelivered``, at the latest when the time of a try is over.
        """
        ...


class Notifier(Protocol):
    """Sends notifications in the background; no method blocks."""

    def notify(self, message: Message) -> None:
        """Queue the message for sending."""
        ...

    def outcomes(self) -> list[Delivery]:
        """The delivery results since the last call."""
        ...

    @property
    def pending(self) -> bool:
        """Whether the result of any message is outstanding."""
        ...


class NullNotifier:
    """A ``Notifier`` without a recipient: every message fails."""

    def __init__(self) -> None:
        self._failed: list[Delivery] = []

    def notify(self, message: Message) -> None:
        """Record the message as failed."""
        self._failed.append(Delivery(message.about, False, "no recipient is configured"))

    def outcomes(self) -> list[Delivery]:
        """See ``Notifier``."""
        failed, self._failed = self._failed, []
        return failed

    @property
    def pending(self) -> bool:
        """See ``Notifier``."""
        return bool(self._failed)
