"""Simulations for tests and benchmarks: overlapping speech, a virtual sound card."""
