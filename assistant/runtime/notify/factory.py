"""Creates the sender that the configuration selects."""

from assistant.runtime.notify.address import parse_mqtt_address
from assistant.runtime.notify.messages import Recipient, Sender


def sender_for(recipient: Recipient) -> Sender:
    """MQTT or webhook sender for a configured recipient; imported lazily."""
    if recipient.webhook:
        from assistant.runtime.notify.webhook import WebhookSender

        return WebhookSender(recipient.webhook, recipient.timeout_seconds, recipient.ca_file)
    from assistant.runtime.notify.mqtt import MqttSender

    address = parse_mqtt_address(recipient.mqtt)
    if address is None:
        raise ValueError(f"not an MQTT address: {recipient.mqtt}")  # the config is validated
    user, password = recipient.mqtt_user, recipient.mqtt_password
    return MqttSender(address, user, password, recipient.timeout_seconds, recipient.ca_file)
