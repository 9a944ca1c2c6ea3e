"""Tests of ``assistant/runtime/``."""
