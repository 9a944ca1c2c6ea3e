"""What is told, to whom, and how it went."""

import json
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Recipient:
    """The section ``[tell]`` of the configuration."""

    who: str = ""
    """Spoken: "Pesan dikirim ke …"."""

    mqtt: str = ""
    """``mqtt://HOST[:PORT]/TOPIC``, with ``mqtts`` for TLS."""

    mqtt_user: str = ""
    mqtt_password: str = ""
    webhook: str = ""
    """An http or https address that takes a POST of JSON."""

    warnings: bool = False
    """Whether other warning signs are told too."""

    timeout_seconds: float = 10.0
    """Within which an acknowledgement must have come."""

    @property
    def is_there(self) -> bool:
        """Whether anybody is to be told."""
        return bool(self.mqtt or self.webhook)


@dataclass(frozen=True)
class Message:
    """One message."""

    about: str
    """``emergency``, ``warning``, ``all_clear`` or ``test``."""

    text: str

    def as_json(self) -> bytes:
        """What is sent, UTF-8."""
        content = {"source": "kram", "about": self.about, "text": self.text}
        return json.dumps(content, ensure_ascii=False).encode("utf-8")


@dataclass(frozen=True)
class Delivery:
    """How it went with a message."""

    about: str
    ok: bool
    """Whether its arrival was acknowledged."""

    why: str = ""
    """Why not, for the log."""


class Undelivered(Exception):
    """A message was not acknowledged; says why."""


class Sender(Protocol):
    """A way to somebody."""

    def send(self, message: Message) -> None:
        """Return once the message was acknowledged; raises ``Undelivered``."""
        ...


class Notifier(Protocol):
    """Tells beside the conversation; neither call ever waits."""

    def notify(self, message: Message) -> None:
        """Have it sent."""
        ...

    def outcomes(self) -> list[Delivery]:
        """How it went with messages since the last call."""
        ...

    @property
    def pending(self) -> bool:
        """Whether it is not yet known of a message how it went."""
        ...


class NullNotifier:
    """A ``Teller`` without a way to anybody: every message fails."""

    def __init__(self) -> None:
        self._failed: list[Delivery] = []

    def notify(self, message: Message) -> None:
        """Note that it goes nowhere."""
        self._failed.append(Delivery(message.about, False, "nobody is to be told"))

    def outcomes(self) -> list[Delivery]:
        """See ``Teller``."""
        failed, self._failed = self._failed, []
        return failed

    @property
    def pending(self) -> bool:
        """See ``Teller``."""
        return bool(self._failed)
