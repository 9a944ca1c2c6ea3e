"""Kram as a Wyoming server: Indonesian speech to phrases, and the guide by text."""
