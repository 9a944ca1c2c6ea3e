"""Tests of ``assistant/core/``."""
