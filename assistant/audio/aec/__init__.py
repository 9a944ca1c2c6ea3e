"""Acoustic echo cancellation: alignment, clock drift, double-talk."""
