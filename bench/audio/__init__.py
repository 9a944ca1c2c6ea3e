"""Benchmarks of the audio loop: echo, barge-in, latency, long runs."""
