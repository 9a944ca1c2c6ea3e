"""Messages to somebody elsewhere, by MQTT or webhook."""
