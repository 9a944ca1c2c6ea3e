"""Measurements of the NLU."""
