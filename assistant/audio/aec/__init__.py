"""Acoustic echo cancellation (AEC): delay estimation, clock drift, double-talk detection."""
