"""Tests of ``assistant/apps/``."""
