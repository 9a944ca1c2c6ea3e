"""Tests of ``assistant/asr/``."""
