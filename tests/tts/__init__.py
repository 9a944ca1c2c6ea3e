"""Tests of ``assistant/tts/``."""
