"""Tests of ``assistant/nlu/``."""
