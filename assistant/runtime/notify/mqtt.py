"""Publishes a message to an MQTT broker, with acknowledgement (QoS 1)."""

import threading
from dataclasses import dataclass, field

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from assistant.runtime.notify.address import MqttAddress
from assistant.runtime.notify.messages import Message, Undelivered

_NO_SUBSCRIBERS = 0x10
"""MQTT 5 reason code 0x10: no matching subscribers."""


@dataclass
class _Delivery:
    """Delivery of one message; set by paho's thread."""

    done: threading.Event = field(default_factory=threading.Event)
    why: str = ""
    ok: bool = False

    def end(self, why: str = "", ok: bool = False) -> None:
        if not self.done.is_set():
            self.why, self.ok = why, ok
            self.done.set()


class MqttSender:
    """A ``Sender`` that opens a connection per message, because emergencies are rare."""

    def __init__(self, address: MqttAddress, user: str, password: str, timeout: float) -> None:
        self._address = address
        self._user = user
        self._password = password
        self._timeout = timeout

    def send(self, message: Message) -> None:
        """See ``Sender``. A topic without subscribers counts as not delivered."""
        delivery = _Delivery()
        client = self._client(message, delivery)
        try:
            client.connect(self._address.host, self._address.port)
            client.loop_start()
            delivery.done.wait(self._timeout)
            delivery.end(f"no acknowledgement within {self._timeout:g} s")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            delivery.end(f"the broker cannot be reached ({reason})")
        finally:
            client.disconnect()
            client.loop_stop()
        if not delivery.ok:
            raise Undelivered(delivery.why)

    def _client(self, message: Message, delivery: _Delivery) -> Client:
        # MQTT 5, because only its acknowledgement says whether the broker accepted the message
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
                delivery.end(f"the broker refused: {reason}")
            else:
                c.publish(self._address.topic, message.as_json(), qos=1)

        def published(
            c: Client, u: object, mid: int, reason: ReasonCode, p: Properties | None
        ) -> None:
            if reason.value == _NO_SUBSCRIBERS:
                delivery.end("the broker has the message, but nobody has subscribed to the topic")
            elif reason.is_failure:
                delivery.end(f"the broker refused the message: {reason}")
            else:
                delivery.end(ok=True)

        def disconnected(
            c: Client, u: object, flags: DisconnectFlags, reason: ReasonCode, p: Properties | None
        ) -> None:
            delivery.end(f"the broker closed the connection: {reason}")

        client.on_connect, client.on_publish, client.on_disconnect = (
            connected,
            published,
            disconnected,
        )
        return client
