"""Which way to somebody the configuration names."""

from assistant.runtime.notify.address import parse_mqtt_address
from assistant.runtime.notify.messages import Recipient, Sender


def sender_for(recipient: Recipient) -> Sender:
    """The sender for a recipient that is there. Its libraries are loaded only now."""
    if recipient.webhook:
        from assistant.runtime.notify.webhook import WebhookSender

        return WebhookSender(recipient.webhook, recipient.timeout_seconds, recipient.ca_file)
    from assistant.runtime.notify.mqtt import MqttSender

    address = parse_mqtt_address(recipient.mqtt)
    if address is None:
        raise ValueError(f"no address: {recipient.mqtt}")  # the configuration has checked it
    user, password = recipient.mqtt_user, recipient.mqtt_password
    return MqttSender(address, user, password, recipient.timeout_seconds, recipient.ca_file)
