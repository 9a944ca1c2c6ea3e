"""A message to an MQTT broker, acknowledged by it (QoS 1)."""

import threading
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from assistant.core.translation import _, reason
from assistant.runtime.notify.address import MqttAddress, tls_context
from assistant.runtime.notify.deadline import ended_within
from assistant.runtime.notify.messages import Message, Undelivered

_NO_SUBSCRIBERS = 0x10
"""MQTT 5, 4.13.2: received, but nobody has subscribed to the topic."""

_TRANSIENT = (0x88, 0x89, 0x97, 0x9F)
"""Reasons that may pass: unavailable, busy, quota, rate (MQTT 5, 2.4)."""


@dataclass
class _Delivery:
    """What happened to one message; filled by paho's thread. The first outcome counts."""

    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    why: str = ""
    ok: bool = False
    refused: bool = False

    def end(self, why: str = "", ok: bool = False, refused: bool = False) -> None:
        with self.lock:
            if not self.over.is_set():
                self.why, self.ok, self.refused = why, ok, refused
                self.over.set()


class MqttSender:
    """A ``Sender`` with a connection for each message: emergencies are rare."""

    def __init__(
        self,
        address: MqttAddress,
        user: str,
        password: str,
        timeout: float,
        ca_file: Path | None = None,
    ) -> None:
        self._address = address
        self._user = user
        self._password = password
        self._timeout = timeout
        self._ca_file = ca_file

    def send(self, message: Message) -> None:
        """See ``Sender``. That nobody listens to the topic counts as not delivered."""
        course = _Delivery()
        ended_within(
            self._timeout,
            lambda: self._deliver(message, course),
            course.over,
            lambda: course.end(
                _("no acknowledgement within {timeout:g} s").format(timeout=self._timeout)
            ),
        )
        if not course.ok:
            raise Undelivered(course.why, course.refused)

    def _deliver(self, message: Message, course: _Delivery) -> None:
        """Connect, and keep the connection until ``course`` is over; never raises."""
        client = self._client(message, course)
        try:
            if self._address.tls:
                client.tls_set_context(tls_context(self._ca_file))
            # paho limits the TLS handshake by the time between two pings, and reports a missed
            # ping as a broken connection: later than the deadline, so that the deadline is told
            client.connect(self._address.host, self._address.port, ceil(self._timeout) + 1)
            client.loop_start()
            course.over.wait()
        except (OSError, ValueError) as error:
            told = reason(error) if isinstance(error, OSError) else error
            course.end(_("the broker cannot be reached ({told})").format(told=told))
        finally:
            client.disconnect()
            client.loop_stop()

    def _client(self, message: Message, course: _Delivery) -> Client:
        # MQTT 5, since only its acknowledgement says whether the broker took the message. A client
        # that reconnects would send what publish() has refused: paho queues that.
        client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._timeout
        if self._user:
            client.username_pw_set(self._user, self._password)

        def connected(
            c: Client, u: object, flags: ConnectFlags, reason: ReasonCode, p: Properties | None
        ) -> None:
            if reason.is_failure:
                told = _("the broker refused: {reason}").format(reason=reason)
                course.end(told, refused=_is_final(reason))
                return
            with course.lock:  # what was reported as failed is not sent any more
                if course.over.is_set():
                    return
                sent = c.publish(self._address.topic, message.as_json(), qos=1)
            if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
                course.end(_("the broker broke off: {name}").format(name=sent.rc.name))

        def published(
            c: Client, u: object, mid: int, reason: ReasonCode, p: Properties | None
        ) -> None:
            if reason.value == _NO_SUBSCRIBERS:
                course.end(_("the broker has it, but nobody has subscribed to the topic"))
            elif reason.is_failure:
                told = _("the broker refused the message: {reason}").format(reason=reason)
                course.end(told, refused=_is_final(reason))
            else:
                course.end(ok=True)

        def gone(
            c: Client, u: object, flags: DisconnectFlags, reason: ReasonCode, p: Properties | None
        ) -> None:
            course.end(_("the broker broke off: {reason}").format(reason=reason))

        client.on_connect, client.on_publish, client.on_disconnect = connected, published, gone
        return client


def _is_final(reason: ReasonCode) -> bool:
    return reason.value not in _TRANSIENT
