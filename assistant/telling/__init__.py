"""Telling somebody of an emergency: the user's own MQTT broker or webhook, off by default."""
