"""Tests of the project itself: docs, imports, pins, installation, privacy."""
