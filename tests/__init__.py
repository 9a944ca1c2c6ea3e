"""Tests, in folders that mirror the packages of ``assistant/``."""
