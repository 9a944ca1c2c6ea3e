"""Benchmarks of whole conversations, as text."""
