"""Benchmarks of the recogniser."""
