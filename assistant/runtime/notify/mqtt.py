"""A message to an MQTT broker, acknowledged by it (QoS 1)."""

import threading
from dataclasses import dataclass, field

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from assistant.runtime.notify.address import MqttAddress
from assistant.runtime.notify.messages import Message, Undelivered

_NO_SUBSCRIBERS = 0x10
"""MQTT 5, 4.13.2: received, but nobody has subscribed to the topic."""


@dataclass
class _Delivery:
    """What happened to one message; filled by paho's thread."""

    over: threading.Event = field(default_factory=threading.Event)
    why: str = ""
    ok: bool = False

    def end(self, why: str = "", ok: bool = False) -> None:
        if not self.over.is_set():
            self.why, self.ok = why, ok
            self.over.set()


class MqttSender:
    """A ``Sender`` with a connection for each message: emergencies are rare."""

    def __init__(self, address: MqttAddress, user: str, password: str, timeout: float) -> None:
        self._address = address
        self._user = user
        self._password = password
        self._timeout = timeout

    def send(self, message: Message) -> None:
        """See ``Sender``. That nobody listens to the topic counts as not delivered."""
        course = _Delivery()
        client = self._client(message, course)
        try:
            client.connect(self._address.host, self._address.port)
            client.loop_start()
            course.over.wait(self._timeout)
            course.end(f"no acknowledgement within {self._timeout:g} s")
        except (OSError, ValueError) as error:
            told = getattr(error, "strerror", None) or error
            course.end(f"the broker cannot be reached ({told})")
        finally:
            client.disconnect()
            client.loop_stop()
        if not course.ok:
            raise Undelivered(course.why)

    def _client(self, message: Message, course: _Delivery) -> Client:
        # MQTT 5, since only its acknowledgement says whether the broker took the message
        client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._timeout
        if self._user:
            client.username_pw_set(self._user, self._password)
        if self._address.tls:
            client.tls_set()

        def connected(
            c: Client, u: object, flags: ConnectFlags, reason: ReasonCode, p: Properties | None
        ) -> None:
            if reason.is_failure:
                course.end(f"the broker refused: {reason}")
            else:
                c.publish(self._address.topic, message.as_json(), qos=1)

        def published(
            c: Client, u: object, mid: int, reason: ReasonCode, p: Properties | None
        ) -> None:
            if reason.value == _NO_SUBSCRIBERS:
                course.end("the broker has it, but nobody has subscribed to the topic")
            elif reason.is_failure:
                course.end(f"the broker refused the message: {reason}")
            else:
                course.end(ok=True)

        def gone(
            c: Client, u: object, flags: DisconnectFlags, reason: ReasonCode, p: Properties | None
        ) -> None:
            course.end(f"the broker broke off: {reason}")

        client.on_connect, client.on_publish, client.on_disconnect = connected, published, gone
        return client
