"""Tests of ``assistant/audio/``."""
