"""Measurements of voices."""
