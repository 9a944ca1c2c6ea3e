"""Measurements of the recogniser."""
