"""Notifications to another person, by MQTT or webhook."""
