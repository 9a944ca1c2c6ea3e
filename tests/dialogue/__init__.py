"""Tests of ``assistant/dialogue/``."""
