"""Benchmarks of voices."""
