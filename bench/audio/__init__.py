"""Measurements of sound: echo, barge-in, timing, long runs."""
