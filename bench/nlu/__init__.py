"""Benchmarks of the NLU."""
